/** `lm cards`: list, add, import, export, suggest. */
import { createWriteStream, openAsBlob } from "node:fs";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import type { Card, MadeCard } from "#server/features/study/cards/shapes.ts";
import type { Suggestions } from "#server/features/study/cards/suggestions/shapes.ts";
import type { CardTransfer } from "#server/features/study/cards/transfers/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { openClient, print, type Client } from "./client.ts";

export function addCardsCommand(program: Command) {
  const cards = program.command("cards").description("the cards that you learn by heart");
  addList(cards);
  cards
    .command("add")
    .description("make a card")
    .argument("<front>")
    .argument("<back>")
    .option("--subject <subject>")
    .option("--tag <tag...>")
    .action(
      async (
        front: string,
        back: string,
        options: { subject?: string; tag?: string[] },
        command: Command,
      ) => {
        const client = await openClient(command);
        const made = await client.post<MadeCard>("/cards", {
          front,
          back,
          ...(options.subject ? { subject: options.subject } : {}),
          tags: options.tag ?? [],
        });
        print(command, made, ({ id, duplicates }) =>
          duplicates.length > 0
            ? `${id}\nThere is a card with this front already: ${duplicates.join(", ")}`
            : id,
        );
      },
    );
  addTransfers(cards);
  addSuggest(cards);
}

function addList(cards: Command) {
  cards
    .command("list", { isDefault: true })
    .description("cards, newest first")
    .option("--subject <subject>")
    .option("--query <words>", "cards that have all of these words")
    .option("--due", "only those that are due")
    .option("--limit <number>", "at most so many", "50")
    .action(
      async (
        options: { subject?: string; query?: string; due?: boolean; limit: string },
        command: Command,
      ) => {
        const client = await openClient(command);
        const query = new URLSearchParams({ limit: options.limit });
        if (options.subject) query.set("subject", options.subject);
        if (options.query) query.set("q", options.query);
        if (options.due) query.set("due", "true");
        const page = await client.get<Page<Card>>(`/cards?${query}`);
        print(command, page.items, (items) =>
          items
            .map(
              ({ id, state, front, back }) =>
                `${id}  ${state.padEnd(10)}  ${line(front)}  =>  ${line(back)}`,
            )
            .join("\n"),
        );
      },
    );
}

function addTransfers(cards: Command) {
  cards
    .command("export")
    .description("write an Anki package, CSV or Markdown")
    .requiredOption("-o, --output <file>")
    .option("--format <format>", "apkg, csv or md", "apkg")
    .option("--subject <subject>")
    .action(
      async (options: { output: string; format: string; subject?: string }, command: Command) => {
        const client = await openClient(command);
        const { id } = await client.post<CardTransfer>("/cards/export", {
          format: options.format,
          ...(options.subject ? { subject: options.subject } : {}),
        });
        let answer = await client.request(`/cards/exports/${id}`);
        while (answer.status === 202) {
          await answer.body?.cancel();
          await sleep(300);
          answer = await client.request(`/cards/exports/${id}`);
        }
        await pipeline(
          Readable.fromWeb(answer.body as ReadableStream),
          createWriteStream(options.output),
        );
        print(command, { id, file: options.output }, ({ file }) => file);
      },
    );
  cards
    .command("import")
    .description("read an Anki package, CSV or Markdown")
    .argument("<file>")
    .option("--dry-run", "only count what is in it")
    .option("--subject <subject>", "for all of its cards")
    .action(
      async (file: string, options: { dryRun?: boolean; subject?: string }, command: Command) => {
        const client = await openClient(command);
        const form = new FormData();
        if (options.dryRun) form.set("dry_run", "true");
        if (options.subject) form.set("subject", options.subject);
        form.set("file", await openAsBlob(file), basename(file));
        const started = (await (
          await client.request("/cards/import", { method: "POST", body: form })
        ).json()) as CardTransfer;
        const ended = await waitFor<CardTransfer>(client, `/cards/imports/${started.id}`);
        print(command, ended, ({ counts }) =>
          Object.entries(counts ?? {})
            .map(
              ([name, value]) =>
                `${name}: ${Array.isArray(value) ? value.join(" ") || "none" : String(value)}`,
            )
            .join("\n"),
        );
      },
    );
}

function addSuggest(cards: Command) {
  cards
    .command("suggest")
    .description("have cards suggested; with --keep all of them enter the deck")
    .option("--recording <id>")
    .option("--material <id>")
    .option("--subject <subject>")
    .option("--count <number>", "so many", "10")
    .option("--keep", "keep all that are made")
    .action(
      async (
        options: {
          recording?: string;
          material?: string;
          subject?: string;
          count: string;
          keep?: boolean;
        },
        command: Command,
      ) => {
        const client = await openClient(command);
        const source = options.recording
          ? { kind: "recording", id: options.recording }
          : options.material
            ? { kind: "study_material", id: options.material }
            : undefined;
        const { id } = await client.post<Suggestions>("/cards/suggestions", {
          ...(source ? { source } : {}),
          ...(options.subject && !source ? { subject: options.subject } : {}),
          count: Number(options.count),
        });
        const made = await waitFor<Suggestions>(client, `/cards/suggestions/${id}`);
        if (options.keep)
          for (const { item } of made.items)
            await client.post("/cards", { suggestion_id: id, item });
        print(command, made, ({ items, message }) =>
          [
            ...items.map(({ front, back }) => `${line(front)}  =>  ${line(back)}`),
            message ?? "",
          ].join("\n"),
        );
      },
    );
}

async function waitFor<T extends CardTransfer | Suggestions>(client: Client, path: string) {
  for (;;) {
    const now = await client.get<T>(path);
    if (now.status === "completed") return now;
    if (now.status === "failed" || now.status === "cancelled")
      throw new Error(now.error_message ?? "This was cancelled.");
    await sleep(300);
  }
}

function line(text: string) {
  const one = text.replace(/\s+/g, " ");
  return one.length > 70 ? `${one.slice(0, 69)}…` : one;
}
