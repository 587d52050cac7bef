/** `lm mails`: for administrators, which mails wait, since when and why; and to try them now. */
import type { Command } from "commander";
import type { TriedMails, WaitingMails } from "#server/features/authentication/mails/shapes.ts";
import { openClient, print } from "./client.ts";

export function addMailsCommand(program: Command) {
  program
    .command("mails")
    .description("as an administrator: mails that wait to be sent, by what they are about")
    .option("--retry", "try those that failed now")
    .action(async ({ retry }: { retry?: boolean }, command: Command) => {
      const client = await openClient(command);
      if (retry) {
        const tried = await client.post<TriedMails>("/admin/mails/retry");
        print(command, tried, ({ count }) => `${count} ${count === 1 ? "is" : "are"} tried now.`);
        return;
      }
      const { items } = await client.get<WaitingMails>("/admin/mails");
      print(command, items, (all) =>
        all.length === 0
          ? "Every mail was sent."
          : all
              .map(
                ({ kind, trouble, count, oldest_at, next_at }) =>
                  `${count} ${kind}: ${trouble ?? "not tried yet"}, since ${oldest_at}, next try ${next_at}`,
              )
              .join("\n"),
      );
    });
}
