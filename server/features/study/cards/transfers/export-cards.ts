import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { sql } from "kysely";
import { ZipFile } from "yazl";
import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import { fail, Failure } from "#server/failures.ts";
import {
  whyEnded,
  type ClaimedJob,
  type JobOfUser,
  type Outcome,
  type Run,
  WAITS_AGAIN,
} from "#server/features/jobs/contract.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import { madeWithinStorage, takeJobPlace, takeStorage } from "#server/features/quotas/take.ts";
import { newMediaKey, type MediaRow } from "#server/features/study/cards/media.ts";
import { cardConditions, selectCards, type Card } from "#server/features/study/cards/queries.ts";
import { readLogs } from "#server/features/study/reviews/queries.ts";
import { createScheduler, inOrder } from "#server/features/study/reviews/schedule.ts";
import { readSettings } from "#server/features/study/reviews/settings.ts";
import type { DeckFormat } from "./contract.ts";
import { COLUMNS, csvLine, toCsvLine } from "./csv.ts";
import { clipKey, cutClips, type Clip } from "./cut-clips.ts";
import { findTransfer, insertTransfer, updateTransfer } from "./queries.ts";
import { writeCollection } from "./write-package.ts";

const BATCH = 2000;
const EXTENSIONS: Record<DeckFormat, string> = { apkg: "apkg", csv: "csv", md: "md" };

export async function startExport(
  context: Context,
  userId: string,
  { format, subject }: { format: DeckFormat; subject?: string | undefined },
) {
  return context.database.transaction().execute(async (tx) => {
    await takeStorage(context, tx, userId, 0);
    await takeJobPlace(context, tx, userId, "export-cards");
    const { id } = await enqueueJob(tx, {
      user_id: userId,
      job_type: "export-cards",
      payload: {},
      max_attempts: 3,
    });
    const row = await insertTransfer(tx, userId, {
      id,
      direction: "export",
      format,
      subject: subject ?? null,
      dry_run: false,
      filename: `${(subject ?? "cards").replace(/[^\p{L}\p{N} _-]+/gu, "_")}.${EXTENSIONS[format]}`,
      storage_key: null,
      size_bytes: null,
    });
    await notifyChanged(tx, userId, { kind: "card_transfer", id, change: "created" });
    return row;
  });
}

/**
 * Run for a job. The same cards give the same notes each time, so that a second import updates them.
 * @throws Failure `not-found`, `file-gone`.
 */
export async function exportCards(context: Context, job: ClaimedJob<"export-cards">, run: Run) {
  const userId = job.user_id;
  const { database, storage } = context;
  const wish = (await findTransfer(database, userId, job.id, "export")) ?? fail("not-found");
  await run.write((tx) => updateTransfer(tx, userId, job.id, { status: "processing" }));
  const cards = await readAll(context, userId, wish.subject, run);
  const folder = await mkdtemp(join(tmpdir(), "lm-export-"));
  const key = newMediaKey(userId);
  try {
    const path = join(folder, "deck");
    const counts =
      wish.format === "apkg"
        ? await writePackage(context, userId, cards, folder, path, run)
        : await writeText(wish.format, cards, path);
    const stored = await madeWithinStorage(context, userId, (maxBytes) =>
      storage.write(key, createReadStream(path), { signal: run.signal, maxBytes }),
    );
    await run.write(async (tx) => {
      await takeStorage(context, tx, userId, stored.sizeBytes);
      await updateTransfer(tx, userId, job.id, {
        status: "completed",
        storage_key: key,
        size_bytes: stored.sizeBytes,
        sha256: stored.sha256,
        counts: JSON.stringify(counts),
      });
      await notifyChanged(tx, userId, { kind: "card_transfer", id: job.id, change: "updated" });
    });
    return counts;
  } catch (error) {
    await storage.delete(key);
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readAll(
  { database }: Pick<Context, "database">,
  userId: string,
  subject: string | null,
  run: Pick<Run, "signal">,
) {
  const cards: Card[] = [];
  for (;;) {
    run.signal.throwIfAborted();
    const last = cards.at(-1)?.id;
    const batch = await selectCards(
      database,
      userId,
      sql`${cardConditions(subject === null ? {} : { subject })} ${last ? sql`and card.id > ${last}` : sql``}`,
      sql`order by card.id limit ${BATCH}`,
    );
    cards.push(...batch);
    if (batch.length < BATCH) return cards;
  }
}

async function writePackage(
  context: Context,
  userId: string,
  cards: Card[],
  folder: string,
  path: string,
  run: Run,
) {
  const { storage } = context;
  const clips = await cutClips(context, userId, cards, folder, run);
  const { collection, media, counts } = await writeDeck(context, userId, cards, {
    folder,
    at: Date.now(),
    clips,
  });
  run.progress(0.6);
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  // The package tells of a file that cannot be read by itself; nobody else listens to that.
  zip.on("error", (error: Error) => output.destroy(error));
  const written = pipeline(output, createWriteStream(path));
  written.catch(() => {}); // awaited below
  zip.addFile(collection, "collection.anki2");
  const names: Record<string, string> = {};
  for (const [at, { name, row }] of [...media.values()].entries()) {
    names[at] = name;
    zip.addReadStreamLazy(String(at), { compress: false }, (ready) => {
      storage.read(row.storage_key).then(
        (stream) => ready(null, stream),
        (error: unknown) => ready(asGone(error), Readable.from([])),
      );
    });
  }
  for (const { name, path: clip } of clips.values()) {
    const number = String(Object.keys(names).length);
    names[number] = name;
    zip.addFile(clip, number, { compress: false });
  }
  zip.addBuffer(Buffer.from(JSON.stringify(names)), "media");
  zip.end();
  await written;
  return { ...counts, media: media.size, clips: clips.size };
}

interface Written {
  folder: string;
  /** Milliseconds: said to be its last change. */
  at: number;
  clips: Map<string, Clip>;
}

/** The collection as a file in `folder`, and the media that its cards name. */
async function writeDeck(
  context: Pick<Context, "database">,
  userId: string,
  cards: Card[],
  { folder, at, clips }: Written,
) {
  const { database } = context;
  const logs = await readLogs(
    database,
    userId,
    cards.map(({ id }) => id),
  );
  const media = await mediaOf(context, userId, cards);
  const scheduler = createScheduler(await readSettings(database, userId));
  const collection = join(folder, "collection.anki2");
  const counts = await writeCollection(
    collection,
    cards.map((card) => ({ card, reviews: inOrder(logs.get(card.id) ?? []) })),
    scheduler,
    {
      mediaName: (id) => media.get(id)?.name,
      clipName: (witness) => clips.get(clipKey(witness) ?? "")?.name,
    },
    at,
  );
  return { collection, media, counts };
}

/**
 * All cards of an account, dated by the last change of one: the same account gives the same deck.
 * @returns undefined without cards.
 */
export async function writeWholeDeck(
  context: Pick<Context, "database">,
  userId: string,
  folder: string,
  signal: AbortSignal,
) {
  const cards = await readAll(context, userId, null, { signal });
  if (cards.length === 0) return undefined;
  const at = cards.reduce((last, { updated_at }) => Math.max(last, updated_at.getTime()), 0);
  // The lectures themselves lie beside it.
  return writeDeck(context, userId, cards, { folder, at, clips: new Map() });
}

/** Those that the cards name; of two with one name the second has its id before it. */
async function mediaOf({ database }: Pick<Context, "database">, userId: string, cards: Card[]) {
  const ids = new Set(
    cards.flatMap(({ front, back }) =>
      [...`${front}\n${back}`.matchAll(/\/api\/cards\/media\/([0-9a-f-]{36})/g)].map(
        ([, id]) => id!,
      ),
    ),
  );
  const { rows } = await sql<MediaRow>`
    select id, filename, mime_type, size_bytes, sha256, storage_key from card_media
    where user_id = ${userId} and id::text = any(${[...ids]}::text[]) order by id`.execute(
    database,
  );
  const taken = new Set<string>();
  return new Map(
    rows.map((row) => {
      const plain = row.filename.replace(/[/\\:*?"<>|\p{Cc}]+/gu, "_");
      const name = taken.has(plain) ? `${row.id}-${plain}` : plain;
      taken.add(name);
      return [row.id, { name, row }] as const;
    }),
  );
}

async function writeText(format: "csv" | "md", cards: Card[], path: string) {
  const oneLine = (text: string) => text.replace(/\n{2,}/g, "\n<br>\n");
  function* lines() {
    // One note with several gaps is written once.
    const written = new Set<string>();
    if (format === "csv") yield csvLine([...COLUMNS]);
    for (const card of cards) {
      if (format === "csv") yield toCsvLine(card);
      else if (card.kind === "cloze") {
        if (!written.has(card.note_id))
          yield `${card.front.replaceAll("\n", " ")}${card.back ? `\t${card.back.replaceAll("\n", " ")}` : ""}\n\n`;
      } else yield `Q: ${oneLine(card.front)}\nA: ${oneLine(card.back)}\n\n`;
      written.add(card.note_id);
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(path));
  return {
    notes: new Set(cards.map(({ note_id }) => note_id)).size,
    cards: cards.length,
    reviews: 0,
    media: 0,
  };
}

export async function transferEnded(
  tx: Tx,
  job: JobOfUser<"export-cards"> | JobOfUser<"import-cards">,
  outcome: Outcome,
) {
  if (outcome.status === "completed") return;
  await updateTransfer(tx, job.user_id, job.id, {
    status: outcome.status,
    ...whyEnded(outcome, "This was cancelled."),
  });
  await notifyChanged(tx, job.user_id, { kind: "card_transfer", id: job.id, change: "updated" });
}

export async function transferRetried(
  tx: Tx,
  job: JobOfUser<"export-cards"> | JobOfUser<"import-cards">,
) {
  await updateTransfer(tx, job.user_id, job.id, WAITS_AGAIN);
  await notifyChanged(tx, job.user_id, { kind: "card_transfer", id: job.id, change: "updated" });
}

/** A row names it, and the storage has it no more. */
function asGone(error: unknown) {
  return error instanceof Failure && error.code === "not-found"
    ? new Failure("file-gone", { cause: error })
    : error;
}
