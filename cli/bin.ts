/**
 * What was thrown away: `lm bin` lists it, `lm bin restore` puts it back, `lm bin add` throws something away, `lm bin
 * empty` deletes it all for good.
 */
import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import type { Binned, BinnedThing, Emptied } from "#server/features/content/bin/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { openClient, print, type Client } from "./client.ts";
import { findById } from "./find-by-id.ts";

export function addBinCommand(program: Command) {
  const bin = program
    .command("bin")
    .description("what was thrown away, newest first; it is deleted after thirty days")
    .action(async (_options: object, command: Command) => {
      const items = await readBin(await openClient(command));
      print(command, { items }, () =>
        items.length === 0 ? "The bin is empty." : items.map(sayThing).join("\n"),
      );
    });
  bin
    .command("restore")
    .description("put back what has these ids, all of it or none")
    .argument("<ids...>")
    .action(async (ids: string[], _options: object, command: Command) => {
      const client = await openClient(command);
      const binned = new Map((await readBin(client)).map(({ id, kind }) => [id, kind]));
      const items = ids.map((id) => {
        const kind = binned.get(id);
        if (!kind) throw new Error(`Nothing in the bin has the id ${id}. The ids are in: lm bin`);
        return { kind, id };
      });
      const answer = await client.post<Binned>("/bin/restore", { items });
      print(command, answer, () => `${answer.moved} put back.`);
    });
  bin
    .command("add")
    .description("throw recordings and materials away, all of them or none")
    .argument("<ids...>")
    .action(async (ids: string[], _options: object, command: Command) => {
      const client = await openClient(command);
      const items = [];
      for (const id of ids) {
        const { kind } = await findById(client, id, ["recordings", "study-materials"]);
        items.push({ kind: kind === "recordings" ? "recording" : "study_material", id });
      }
      const answer = await client.post<Binned>("/bin", { items });
      print(command, answer, () => `${answer.moved} in the bin. Back again: lm bin restore ID`);
    });
  addEmpty(bin);
}

function addEmpty(bin: Command) {
  bin
    .command("empty")
    .description("delete whatever is in the bin for good; asks before")
    .option("--yes", "do not ask")
    .action(async ({ yes }: { yes?: boolean }, command: Command) => {
      const client = await openClient(command);
      const things = await readBin(client);
      if (things.length > 0 && !yes) await confirm(things);
      let deleted = 0;
      for (let left = 1; left > 0;) {
        const emptied = await client.request("/bin", { method: "DELETE" });
        const step = (await emptied.json()) as Emptied;
        deleted += step.deleted;
        left = step.left;
        if (left > 0) console.error(`${deleted} of ${deleted + left} are deleted.`);
      }
      print(command, { deleted }, () =>
        deleted === 0 ? "The bin is empty." : `${deleted} deleted for good.`,
      );
    });
}

/** On standard error: what a program reads stays whole. @throws when the answer is not yes. */
async function confirm(things: BinnedThing[]) {
  if (!process.stdin.isTTY)
    throw new Error(`${things.length} in the bin. To delete them for good: lm bin empty --yes`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const said = await terminal.question(
      `${things.map(sayThing).join("\n")}\nDelete ${things.length} for good? (yes or no) `,
    );
    if (said.trim().toLowerCase() !== "yes") throw new Error("Nothing was deleted.");
  } finally {
    terminal.close();
  }
}

async function readBin(client: Client) {
  const items: BinnedThing[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<BinnedThing> = await client.get<Page<BinnedThing>>(
      `/bin?limit=200${cursor ? `&cursor=${cursor}` : ""}`,
    );
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  return items;
}

const sayThing = ({ id, title, deleted_at }: BinnedThing) =>
  `${id}  until ${String(deleted_at).slice(0, 10)}  ${title}`;
