import type { Command } from "commander";
import { clock } from "#server/clock.ts";
import type { Citation, Conversation, Message } from "#server/features/interactions/shapes.ts";
import { openClient, print } from "./client.ts";

export function addAskCommand(program: Command) {
  program
    .command("ask")
    .description("ask a question; the answer quotes your recordings and materials")
    .argument("<question...>")
    .option("--conversation <id>", "go on with a conversation")
    .option("--subject <subject>", "use only this subject")
    .action(
      async (
        words: string[],
        options: { conversation?: string; subject?: string },
        command: Command,
      ) => {
        const client = await openClient(command);
        const content = words.join(" ");
        const conversation =
          options.conversation ??
          (
            await client.post<Conversation>("/conversations", {
              title: content.slice(0, 80),
              ...(options.subject ? { subject: options.subject } : {}),
            })
          ).id;
        const answer = (await (
          await client.request(`/conversations/${conversation}/messages`, {
            method: "POST",
            headers: { "content-type": "application/json", accept: "application/json" },
            body: JSON.stringify({ content }),
          })
        ).json()) as Message;
        print(command, answer, sayAnswer);
      },
    );
}

export function sayAnswer({ content, citations }: Pick<Message, "content" | "citations">) {
  return [
    content,
    ...citations.map((citation) => `  [${citation.number}] ${place(citation)}`),
  ].join("\n");
}

function place({ source, page, start_seconds }: Citation) {
  if (start_seconds !== undefined && start_seconds !== null)
    return `${source.title}, ${clock(start_seconds)}`;
  return page ? `${source.title}, page ${page}` : source.title;
}
