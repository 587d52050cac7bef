/**
 * `lm account delete`, `keep`, `erase` and `verify-deletion`: leaving, for oneself or for a person who asks an
 * administrator.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join, parse } from "node:path";
import type { Command } from "commander";
import type {
  DeletedLater,
  DeletedNow,
  Erased,
  Receipt,
} from "#server/features/account/deletion/shapes.ts";
import type { Account } from "#server/features/authentication/administration/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { openClient, print, type Client } from "./client.ts";
import { askPassword } from "./login.ts";

export function addDeletionCommands(account: Command) {
  addDelete(account);
  addKeepAndErase(account);
  addVerify(account);
}

function addDelete(account: Command) {
  account
    .command("delete")
    .description("delete your account and everything in it; as an administrator, another's")
    .option(
      "--user <email>",
      "the account of a person who asked you to; you must administer this server",
    )
    .option("--at-once", "with --user: without the days of grace")
    .option("--receipt <file>", "where the receipt goes", "little-monster-deletion-receipt.json")
    .action(async (options: DeleteOptions, command: Command) => {
      const client = await openClient(command);
      const path = options.user ? `/admin/users/${await idOf(client, options.user)}` : "/account";
      const password = await askPassword();
      const answer = await client.request(path, {
        method: "DELETE",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          password,
          ...(options.user && options.atOnce ? { at_once: true } : {}),
        }),
      });
      const made = (await answer.json()) as DeletedNow | DeletedLater;
      if ("receipt" in made) await keep(options.receipt, made.receipt);
      print(command, made, () =>
        "receipt" in made
          ? `Deleted. The receipt: ${options.receipt}`
          : `It will be deleted at ${made.deletion.delete_at}. To keep it: lm account keep`,
      );
    });
}

function addKeepAndErase(account: Command) {
  account
    .command("keep")
    .description("take back the wish to be deleted")
    .action(async (_options, command: Command) => {
      const client = await openClient(command);
      await client.request("/account/deletion", { method: "DELETE" });
      print(command, { deletion: null }, () => "Your account stays.");
    });

  account
    .command("erase")
    .description("delete recordings, materials or a whole subject, with a receipt")
    .option("--recording <id...>")
    .option("--material <id...>")
    .option("--subject <subject>")
    .option("--receipt <file>", "where the receipt goes", "little-monster-deletion-receipt.json")
    .action(async (options: EraseOptions, command: Command) => {
      const client = await openClient(command);
      const receipts: string[] = [];
      // The next ones, where a subject is so large that it takes several requests.
      for (let left: number | undefined; left !== 0;) {
        const made: Erased = await client.post("/account/erasures", {
          ...(options.recording && left === undefined ? { recordings: options.recording } : {}),
          ...(options.material && left === undefined ? { study_materials: options.material } : {}),
          ...(options.subject === undefined ? {} : { subject: options.subject }),
        });
        left = made.left;
        receipts.push(numbered(options.receipt, receipts.length));
        await keep(receipts.at(-1)!, made.receipt);
        if (left > 0) console.error(`${left} still to go.`);
      }
      print(command, { receipts }, () => `Deleted. The receipt: ${receipts.join(", ")}`);
    });
}

function addVerify(account: Command) {
  account
    .command("verify-deletion")
    .description("prove on this installation that nothing is left of what was deleted")
    .argument("<receipt>", "the receipt of the deletion, a JSON file")
    .action(async (file: string, _options, command: Command) => {
      const { verifyReceipt } = await import("#server/operate.ts");
      const result = await verifyReceipt(JSON.parse(await readFile(file, "utf8")));
      print(command, result, () =>
        result.holds
          ? "The receipt is genuine, and nothing of it is left."
          : [
              result.signature
                ? "The receipt is genuine, but something is left:"
                : "The signature is not this installation's.",
              ...Object.entries(result.rows).map(([place, count]) => `  ${place}: ${count} rows`),
              ...result.files.map((key) => `  file ${key}`),
              ...(result.under_way
                ? [
                    "  The deletion has not ended yet: it looks once more for files, in some minutes.",
                  ]
                : []),
            ].join("\n"),
      );
      if (!result.holds) process.exitCode = 1;
    });
}

interface DeleteOptions {
  user?: string;
  atOnce?: boolean;
  receipt: string;
}

interface EraseOptions {
  recording?: string[];
  material?: string[];
  subject?: string;
  receipt: string;
}

/** `receipt.json`, `receipt-2.json` … */
function numbered(file: string, before: number) {
  const { dir, name, ext } = parse(file);
  return before === 0 ? file : join(dir, `${name}-${before + 1}${ext}`);
}

async function keep(file: string, receipt: Receipt) {
  await writeFile(file, `${JSON.stringify(receipt, null, 2)}\n`, { mode: 0o600 });
}

export async function idOf(client: Client, email: string) {
  const found = await client.get<Page<Account>>(`/admin/users?q=${encodeURIComponent(email)}`);
  const user = found.items.find((item) => item.email.toLowerCase() === email.toLowerCase());
  if (!user) throw new Error(`There is no account with the e-mail ${email}.`);
  return user.id;
}
