/** `lm account`: take everything along, bring it in elsewhere, and prove that a deleted account is gone. */
import { createWriteStream, openAsBlob } from "node:fs";
import { readFile, rename } from "node:fs/promises";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { setTimeout } from "node:timers/promises";
import type { Command } from "commander";
import { openClient, print, type Client } from "./client.ts";

interface Transfer {
  id: string;
  status: string;
  progress: number | null;
  size_bytes: number | null;
  error_message: string | null;
  counts: Record<string, { added: number; here_already: number }> | null;
  conflicts?: string[] | null;
}

const POLL_MS = 500;

export function addAccountCommands(program: Command) {
  const account = program
    .command("account")
    .description("take your account along, or bring one in");

  account
    .command("export")
    .description("write everything of your account into one zip")
    .argument("<file>")
    .action(async (file: string, _options, command: Command) => {
      const client = await openClient(command);
      const { id } = await client.post<Transfer>("/account/export");
      const made = await ended(client, `/account/exports/${id}`, "ready");
      const answer = await client.request(`/account/exports/${id}/file`);
      // Written aside and renamed: under the name stands a whole export or nothing new.
      await pipeline(
        Readable.fromWeb(answer.body! as ReadableStream),
        createWriteStream(`${file}.part`, { mode: 0o600 }),
      );
      await rename(`${file}.part`, file);
      print(command, { file, ...made }, () => `${file}: ${made.size_bytes} bytes`);
    });

  account
    .command("import")
    .description("take in an exported account; asked again, it adds only what is not there yet")
    .argument("<file>")
    .option("--dry-run", "count what would come in, and tell conflicts; nothing is changed")
    .action(async (file: string, options: { dryRun?: boolean }, command: Command) => {
      const client = await openClient(command);
      const form = new FormData();
      if (options.dryRun) form.set("dry_run", "true");
      form.set("file", await openAsBlob(file), basename(file));
      const answer = await client.request("/account/import", { method: "POST", body: form });
      const { id } = (await answer.json()) as Transfer;
      const made = await ended(client, `/account/imports/${id}`, "completed");
      print(command, made, () =>
        [
          options.dryRun ? "Nothing was changed. This would come in:" : "This came in:",
          ...Object.entries(made.counts ?? {}).flatMap(([table, { added, here_already }]) =>
            added + here_already === 0
              ? []
              : [`  ${table}: ${added} new, ${here_already} here already`],
          ),
          ...(made.conflicts ?? []),
        ].join("\n"),
      );
    });

  account
    .command("verify-deletion")
    .description("prove on this installation that nothing is left of a deleted account")
    .argument("<receipt>", "the receipt of its deletion, a JSON file")
    .action(async (file: string, _options, command: Command) => {
      const { verifyReceipt } = await import("#server/operate.ts");
      const result = await verifyReceipt(JSON.parse(await readFile(file, "utf8")));
      print(command, result, () =>
        result.holds
          ? "The receipt is genuine, and nothing of the account is left."
          : [
              result.signature
                ? "The receipt is genuine, but something is left:"
                : "The signature is not this installation's.",
              ...Object.entries(result.rows).map(([table, count]) => `  ${table}: ${count} rows`),
              ...result.files.map((key) => `  file ${key}`),
            ].join("\n"),
      );
      if (!result.holds) process.exitCode = 1;
    });
}

async function ended(client: Client, path: string, good: string) {
  for (;;) {
    const found = await client.get<Transfer>(path);
    if (found.status === good) return found;
    if (found.status === "failed") throw new Error(found.error_message ?? "It failed.");
    if (process.stderr.isTTY && found.progress !== null)
      process.stderr.write(`\r${Math.round(found.progress * 100)} % `);
    await setTimeout(POLL_MS);
  }
}
