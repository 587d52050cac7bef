import type { Queryable } from "#server/context.ts";
import { toCitation, type CitationRow } from "#server/features/citations/citations.ts";
import { followBranch, siblingsOf } from "./branches.ts";
import {
  listMessageLinks,
  readCitations,
  readMessages,
  type Message,
  type MessageLink,
} from "./queries.ts";
import { witnessesOf } from "./witnesses.ts";

export async function readBranch(
  database: Queryable,
  userId: string,
  conversationId: string,
  page: { limit: number; cursor?: string | undefined; branch?: string | undefined },
) {
  const links = await listMessageLinks(database, userId, conversationId);
  const path = page.branch === "all" ? links.map(({ id }) => id) : followBranch(links, page.branch);
  const ids = path
    .filter((id) => page.cursor === undefined || id > page.cursor)
    .slice(0, page.limit + 1);
  const items = await withCitations(database, userId, ids.slice(0, page.limit), links);
  return { items, next_cursor: ids.length > page.limit ? ids[page.limit - 1]! : null };
}

export type ShownMessage = ReturnType<typeof showMessage>;

export async function withCitations(
  database: Queryable,
  userId: string,
  ids: string[],
  links: MessageLink[],
) {
  const messages = await readMessages(database, userId, ids);
  const citations = Map.groupBy(
    await readCitations(database, userId, ids),
    ({ message_id }) => message_id,
  );
  return messages.map((message) => showMessage(message, citations.get(message.id) ?? [], links));
}

/** @param rows its citations, by number */
export function showMessage(
  message: Message,
  rows: Omit<CitationRow, "message_id">[],
  links: MessageLink[],
) {
  return {
    ...message,
    ...witnessesOf(
      message.role === "assistant" ? message.content : "",
      message.engine !== "quotes",
    ),
    from_materials: rows.length > 0,
    citations: rows.map(toCitation),
    siblings: siblingsOf(links, message.id),
  };
}
