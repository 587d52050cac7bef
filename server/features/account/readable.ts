/** The same for people: what a student opens without any program of ours. */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { sql } from "kysely";
import { clock } from "#server/clock.ts";
import type { Context, Tx } from "#server/context.ts";
import { exportConversation } from "#server/features/interactions/export-conversation.ts";
import { writeWholeDeck } from "#server/features/study/cards/transfers/export-cards.ts";
import { exportTranscription } from "#server/features/transcription/export-transcription.ts";
import type { AccountFile, EntryWriter } from "./write-suitcase.ts";
import { layOutZip } from "./zip-layout.ts";

export async function writeReadable(
  context: Context,
  tx: Tx,
  userId: string,
  writer: EntryWriter,
  { files, folder }: { files: Map<string, AccountFile>; folder: string },
  signal: AbortSignal,
) {
  const inside = { ...context, database: tx };
  for (const { id, title } of await listed(tx, userId, "transcriptions")) {
    signal.throwIfAborted();
    const { body } = await exportTranscription(inside, userId, id, "vtt");
    writer.begin(`data/readable/recordings/${nameOf(title, id)}.vtt`);
    for await (const piece of body) await writer.write(piece);
    writer.end();
  }
  for (const { id, title } of await listed(tx, userId, "study_materials")) {
    signal.throwIfAborted();
    const row = await tx
      .selectFrom("study_materials")
      .select("content")
      .where("user_id", "=", userId)
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    await writer.entry(
      `data/readable/study-materials/${nameOf(title, id)}.md`,
      `# ${title.replace(/\s+/g, " ")}\n\n${row.content}\n`,
    );
  }
  for (const { id, title } of await listed(tx, userId, "conversations")) {
    signal.throwIfAborted();
    const { text } = await exportConversation(tx, userId, id, undefined);
    await writer.entry(`data/readable/conversations/${nameOf(title, id)}.md`, text);
  }
  await writeMarks(tx, userId, writer, signal);
  const deck = await writeWholeDeck(inside, userId, folder, signal);
  if (deck) await writeAnkiPackage(context, writer, deck, files);
}

/** Highlights, bookmarks and notes, a file for each source, in its order. */
async function writeMarks(tx: Tx, userId: string, writer: EntryWriter, signal: AbortSignal) {
  for (const [kind, folder] of [
    ["recordings", "recording_id"],
    ["study_materials", "study_material_id"],
  ] as const) {
    const { rows: sources } = await sql<{ id: string; title: string }>`
      select id, title from ${sql.table(kind)} as source where user_id = ${userId}
        and exists (select from marks where marks.user_id = ${userId} and marks.${sql.ref(folder)} = source.id)
      order by id`.execute(tx);
    for (const { id, title } of sources) {
      signal.throwIfAborted();
      const marks = await tx
        .selectFrom("marks")
        .select(["quote", "note", "at_seconds", "page"])
        .where("user_id", "=", userId)
        .where(folder, "=", id)
        .orderBy(sql`at_seconds nulls last`)
        .orderBy(sql`page nulls last`)
        .orderBy(sql`start_offset nulls last`)
        .orderBy("id")
        .execute();
      const parts = marks.map(({ quote, note, at_seconds, page }) =>
        [
          `## ${at_seconds !== null ? clock(at_seconds, { hours: true }) : page !== null ? `Page ${page}` : "Marked"}`,
          ...(quote === null ? [] : [quote.replace(/^/gm, "> ")]),
          ...(note === null ? [] : [note]),
        ].join("\n\n"),
      );
      await writer.entry(
        `data/readable/marks/${nameOf(title, id)}.md`,
        `${[`# ${title.replace(/\s+/g, " ")}`, ...parts].join("\n\n")}\n`,
      );
    }
  }
}

/** Cards, their log and their pictures. Not compressed, in one order: the same deck gives the same bytes. */
async function writeAnkiPackage(
  { storage }: Context,
  writer: EntryWriter,
  { collection, media }: NonNullable<Awaited<ReturnType<typeof writeWholeDeck>>>,
  files: Map<string, AccountFile>,
) {
  await forgetLibraryVersion(collection);
  const there = [...media.values()].flatMap(({ name, row }) => {
    const file = files.get(row.storage_key);
    return file ? [{ title: name, ...file }] : [];
  });
  const names = Buffer.from(
    JSON.stringify(Object.fromEntries(there.map((one, at) => [at, one.title]))),
  );
  const entries = [
    { name: "collection.anki2", ...(await measure(collection)) },
    { name: "media", size_bytes: names.length, crc32: crc32(names) },
    ...there.map((file, at) => ({ ...file, name: String(at) })),
  ];
  const zip = layOutZip(entries, async (entry, start, end) => {
    if ("storage_key" in entry) return storage.read(entry.storage_key, { start, end });
    if (entry.name === "media") return Readable.from([names.subarray(start, end + 1)]);
    return createReadStream(collection, { start, end });
  });
  writer.begin("data/readable/cards.apkg");
  for await (const chunk of zip.read(0, zip.size - 1)) await writer.write(chunk as Buffer);
  writer.end();
}

async function measure(path: string) {
  let crc = 0;
  let size_bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    crc = crc32(chunk, crc);
    size_bytes += chunk.length;
  }
  return { crc32: crc, size_bytes };
}

/**
 * Which SQLite wrote a file stands in its header, for information (https://www.sqlite.org/fileformat.html, section
 * 1.3.21).
 */
async function forgetLibraryVersion(path: string) {
  const file = await open(path, "r+");
  await file.write(Buffer.alloc(4), 0, 4, 96);
  await file.close();
}

async function listed(
  tx: Tx,
  userId: string,
  table: "transcriptions" | "study_materials" | "conversations",
) {
  const { rows } =
    table === "transcriptions"
      ? await sql<{ id: string; title: string }>`
          select version.id, recording.title from transcriptions as version
          join recordings as recording on recording.user_id = version.user_id and recording.id = version.recording_id
          where version.user_id = ${userId} and version.is_current order by version.id`.execute(tx)
      : await sql<{ id: string; title: string }>`
          select id, title from ${sql.table(table)} where user_id = ${userId} order by id`.execute(
          tx,
        );
  return rows;
}

/** Readable, the same everywhere, and never two alike: letters that every file system takes, and the end of the id. */
function nameOf(title: string, id: string) {
  const plain = title
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 60);
  return `${plain || "untitled"}-${id.slice(-12)}`;
}
