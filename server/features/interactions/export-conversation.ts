import { clock } from "#server/clock.ts";
import type { Queryable } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { Citation } from "#server/features/citations/citations.ts";
import { findConversation } from "./queries.ts";
import { readBranch } from "./read-messages.ts";

/**
 * One branch as Markdown; each quotation is a footnote with its source and place.
 * @throws Failure `not-found`.
 */
export async function exportConversation(
  database: Queryable,
  userId: string,
  id: string,
  branch: string | undefined,
) {
  const conversation = (await findConversation(database, userId, id)) ?? fail("not-found");
  const { items } = await readBranch(database, userId, id, { limit: 100_000, branch });
  let notes = 0;
  const parts = [`# ${oneLine(conversation.title)}`];
  for (const message of items) {
    if (message.role === "user") {
      parts.push(`## ${oneLine(message.content)}`);
      continue;
    }
    const first = notes;
    const text = message.content.replace(/\[(\d+)\]/g, (whole, number: string) =>
      message.citations.some((citation) => citation.number === Number(number))
        ? `[^${first + Number(number)}]`
        : whole,
    );
    if (text) parts.push(text);
    if (message.status === "stopped") parts.push("*Stopped.*");
    if (message.status === "failed") parts.push(`*${message.error_message}*`);
    if (message.status === "complete" && !message.from_materials && message.engine !== "quotes")
      parts.push("*Not from your materials.*");
    parts.push(
      ...message.citations.map(
        (citation) =>
          `[^${first + citation.number}]: “${oneLine(citation.quote)}” (${place(citation)})`,
      ),
    );
    notes += message.citations.length;
  }
  return { title: conversation.title, text: `${parts.join("\n\n")}\n` };
}

function place({ source, page, start_seconds }: Citation) {
  if (start_seconds !== undefined) return `${source.title}, ${clock(start_seconds)}`;
  return page === undefined ? source.title : `${source.title}, page ${page}`;
}

function oneLine(text: string) {
  return text.replace(/\s+/g, " ").trim();
}
