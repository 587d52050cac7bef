/** `lm account`: take everything along, bring it in elsewhere, and prove that a deleted account is gone. */
import { setTimeout } from "node:timers/promises";
import type { Command } from "commander";
import type { AccountExport, AccountImport } from "#server/features/account/shapes.ts";
import { addDeletionCommands } from "./account-deletion.ts";
import { addQuotaCommand } from "./account-quota.ts";
import { openClient, print, type Client } from "./client.ts";
import { downloadResumably } from "./resumable-download.ts";
import { sendFile } from "./send-file.ts";

interface ImportOptions {
  dryRun?: boolean;
  tried?: string;
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
      const { id } = await client.post<AccountExport>("/account/export");
      const made = await ended<AccountExport>(client, `/account/exports/${id}`, "ready");
      await downloadResumably(client, `/account/exports/${id}/file`, file, made.size_bytes!);
      print(command, { file, ...made }, () => `${file}: ${made.size_bytes} bytes`);
    });

  account
    .command("import")
    .description("take in an exported account; asked again, it adds only what is not there yet")
    .argument("[file]", "goes on from where a cut left off when it is asked again")
    .option("--dry-run", "count what would come in, and tell conflicts; nothing is changed")
    .option("--tried <import>", "take in what a dry run tried, without sending it again")
    .action(async (file: string | undefined, options: ImportOptions, command: Command) => {
      const client = await openClient(command);
      const id = options.tried
        ? (await client.post<AccountImport>(`/account/imports/${options.tried}/start`)).id
        : await send(client, file, options);
      const made = await ended<AccountImport>(client, `/account/imports/${id}`, "completed");
      print(command, made, () =>
        [
          options.dryRun ? "Nothing was changed. This would come in:" : "This came in:",
          ...Object.entries(made.counts ?? {}).flatMap(([table, { added, here_already }]) =>
            added + here_already === 0
              ? []
              : [`  ${table}: ${added} new, ${here_already} here already`],
          ),
          ...(made.conflicts ?? []),
          options.dryRun
            ? `Take it in, without sending it again: lm account import --tried ${made.id}`
            : `For a day it can be undone: lm account undo ${made.id}`,
        ].join("\n"),
      );
    });

  account
    .command("undo")
    .description("take out again what an import added, within a day")
    .argument("<import>", "its id")
    .action(async (id: string, _options, command: Command) => {
      const client = await openClient(command);
      const undone = await client.post<AccountImport>(`/account/imports/${id}/undo`);
      print(command, undone, () => "The import was undone.");
    });

  addQuotaCommand(account);
  addDeletionCommands(account);
}

async function send(client: Client, file: string | undefined, options: ImportOptions) {
  if (!file) throw new Error("Which file? lm account import FILE");
  const upload = await sendFile(
    client,
    file,
    { kind: "account_import", dry_run: String(options.dryRun ?? false) },
    (sent, whole) => {
      if (process.stderr.isTTY)
        process.stderr.write(`\rsending ${Math.floor((sent / whole) * 100)} % `);
    },
  );
  return upload.account_import_id!;
}

async function ended<T extends AccountExport | AccountImport>(
  client: Client,
  path: string,
  good: T["status"],
) {
  for (;;) {
    const found = await client.get<T>(path);
    if (found.status === good) return found;
    if (found.status === "failed") throw new Error(found.error_message ?? "It failed.");
    if (process.stderr.isTTY && found.progress !== null)
      process.stderr.write(`\r${Math.round(found.progress * 100)} % `);
    await setTimeout(POLL_MS);
  }
}
