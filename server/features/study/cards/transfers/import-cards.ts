import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Context as HonoContext } from "hono";
import { sql } from "kysely";
import { z } from "zod";
import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { ClaimedJob, Run } from "#server/features/jobs/contract.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import {
  madeWithinStorage,
  takeJobPlace,
  takeStorage,
  withinStorage,
} from "#server/features/quotas/take.ts";
import {
  findMediaByContent,
  keepMedia,
  mediaType,
  mediaUrl,
  newMediaKey,
} from "#server/features/study/cards/media.ts";
import { lockCards } from "#server/features/study/reviews/queries.ts";
import { replayCards } from "#server/features/study/reviews/record-reviews.ts";
import { createScheduler } from "#server/features/study/reviews/schedule.ts";
import { readSettings } from "#server/features/study/reviews/settings.ts";
import { mustParse } from "#server/http/field-errors.ts";
import { readMultipart } from "#server/http/multipart.ts";
import type { AppEnv } from "#server/http/router.ts";
import { newId } from "#server/new-id.ts";
import type { DeckCard, DeckFormat, DeckMedia, ReadDeck } from "./contract.ts";
import { findTransfer, insertTransfer, updateTransfer } from "./queries.ts";
import { readInChild } from "./read-in-child.ts";

const MOST_BYTES = 1024 * 1024 * 1024;
const BATCH = 500;

const importFields = z.object({
  dry_run: z.enum(["true", "false"]).optional(),
  format: z.enum(["apkg", "csv", "md"]).optional(),
  subject: z
    .string()
    .trim()
    .min(1, "is empty")
    .max(100, "is longer than 100 characters")
    .optional(),
});

/**
 * The file streams to storage; a job reads it.
 * @throws Failure `file-missing`, `file-empty`, `file-too-large`, `invalid-input`.
 */
export async function startImport(context: Context, c: HonoContext<AppEnv>) {
  const { userId } = c.get("caller");
  const key = newMediaKey(userId);
  let filename: string | undefined;
  let size: number | undefined;
  try {
    const given = await withinStorage(context, userId, MOST_BYTES, (maxBytes) =>
      readMultipart(c, maxBytes, async ({ field, filename: name, content }) => {
        if (field === "file" && size === undefined) {
          filename = name;
          size = (await context.storage.write(key, content, { maxBytes })).sizeBytes;
        } else content.resume();
      }),
    );
    const { dry_run, format, subject } = mustParse(importFields, given);
    if (size === undefined) fail("file-missing");
    if (size === 0) fail("file-empty");
    const bytes = size;
    return await context.database.transaction().execute(async (tx) => {
      await takeStorage(context, tx, userId, bytes);
      await takeJobPlace(context, tx, userId, "import-cards");
      const { id } = await enqueueJob(tx, {
        user_id: userId,
        job_type: "import-cards",
        payload: {},
        max_attempts: 3,
      });
      const row = await insertTransfer(tx, userId, {
        id,
        direction: "import",
        format: format ?? formatOf(filename),
        subject: subject ?? null,
        dry_run: dry_run === "true",
        filename: filename ?? null,
        storage_key: key,
        size_bytes: bytes,
      });
      await notifyChanged(tx, userId, { kind: "card_transfer", id, change: "created" });
      return row;
    });
  } catch (error) {
    await context.storage.delete(key);
    throw error;
  }
}

function formatOf(filename: string | undefined): DeckFormat {
  const extension = extname(filename ?? "").toLowerCase();
  if ([".csv", ".tsv"].includes(extension)) return "csv";
  return [".md", ".markdown", ".txt"].includes(extension) ? "md" : "apkg";
}

/**
 * Run for a job: what is there already stays as it is and gets what its log lacks. A dry run only counts.
 * @throws Failure `not-found`.
 */
export async function importCards(context: Context, job: ClaimedJob<"import-cards">, run: Run) {
  const userId = job.user_id;
  const { database, storage } = context;
  const wish = (await findTransfer(database, userId, job.id, "import")) ?? fail("not-found");
  const key =
    wish.storage_key ??
    fail("not-found", { message: "The file of this import is gone. Please send it again." });
  await run.write((tx) => updateTransfer(tx, userId, job.id, { status: "processing" }));
  const folder = await mkdtemp(join(tmpdir(), "lm-import-"));
  try {
    const deck = await storage.withLocalFile(key, (path) =>
      readInChild({ path, format: wish.format, folder }, run.signal),
    );
    run.progress(0.3);
    if (wish.subject !== null) for (const card of deck.cards) card.subject = wish.subject;
    const known = await countKnown(context, userId, deck.cards);
    const counts = {
      notes: new Set(deck.cards.map(({ note_id }) => note_id)).size,
      cards: deck.cards.length,
      new: deck.cards.length - known,
      known,
      reviews: deck.cards.reduce((sum, { reviews }) => sum + reviews.length, 0),
      media: deck.media.length,
      remarks: deck.remarks,
    };
    if (!wish.dry_run) await writeDeck(context, job, deck, run);
    await run.write(async (tx) => {
      await updateTransfer(tx, userId, job.id, {
        status: "completed",
        storage_key: null,
        counts: JSON.stringify(counts),
      });
      await notifyChanged(tx, userId, { kind: "card_transfer", id: job.id, change: "updated" });
      if (!wish.dry_run)
        await notifyChanged(tx, userId, { kind: "card", id: job.id, change: "created" });
    });
    await storage.delete(key);
    return counts;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function countKnown({ database }: Context, userId: string, cards: DeckCard[]) {
  let known = 0;
  for (let first = 0; first < cards.length; first += BATCH) {
    const batch = cards.slice(first, first + BATCH);
    const { rows } = await sql<{ count: number }>`
      select count(*)::integer as count
      from unnest(${batch.map(({ note_id }) => note_id)}::text[],
        ${batch.map(({ ordinal }) => ordinal)}::integer[]) as given (note_id, ordinal)
        join cards as card on card.user_id = ${userId} and card.note_id = given.note_id
          and card.ordinal = given.ordinal`.execute(database);
    known += rows[0]!.count;
  }
  return known;
}

async function writeDeck(
  context: Context,
  { user_id: userId, id }: ClaimedJob<"import-cards">,
  deck: ReadDeck,
  run: Run,
) {
  const urls = await storeMedia(context, userId, id, deck.media, run);
  const placed = (text: string) =>
    text.replace(
      /\(media:([^)\s]+)\)/g,
      (_, name: string) => `(${urls.get(decodeURIComponent(name)) ?? ""})`,
    );
  const scheduler = createScheduler(await readSettings(context.database, userId));
  for (let first = 0; first < deck.cards.length; first += BATCH) {
    run.signal.throwIfAborted();
    const batch = deck.cards
      .slice(first, first + BATCH)
      .map((card) => ({ ...card, front: placed(card.front), back: placed(card.back) }));
    await run.write(async (tx) => {
      const ids = await insertMissing(tx, userId, batch);
      const touched = await insertLogs(tx, userId, batch, ids);
      const locked = await lockCards(tx, userId, touched);
      await replayCards(tx, userId, scheduler, locked);
    });
    run.progress(0.4 + (0.6 * first) / deck.cards.length);
  }
}

async function storeMedia(
  context: Context,
  userId: string,
  importId: string,
  media: DeckMedia[],
  run: Run,
) {
  const urls = new Map<string, string>();
  for (const { name, path, size } of media) {
    run.signal.throwIfAborted();
    const mime_type = size > 0 ? await mediaType(path) : undefined;
    // Fonts, scripts and whatever else a package carries are of no use to a card of ours.
    if (!mime_type) continue;
    const row = await storeOne(context, userId, { name, path, mime_type, importId }, run);
    urls.set(name, mediaUrl(row.id));
  }
  return urls;
}

/** What is there already takes no space, and needs none. The package goes when it has been read: it is not counted. */
async function storeOne(
  context: Context,
  userId: string,
  { name, path, mime_type, importId }: Record<"name" | "path" | "mime_type" | "importId", string>,
  { signal }: Run,
) {
  const { database, storage } = context;
  const there = await findMediaByContent(database, userId, await sha256Of(path, signal));
  if (there) return there;
  const key = newMediaKey(userId);
  const except = { cardImport: importId };
  try {
    const stored = await madeWithinStorage(
      context,
      userId,
      (maxBytes) => storage.write(key, createReadStream(path), { signal, maxBytes }),
      except,
    );
    const { row, known } = await database.transaction().execute(async (tx) => {
      await takeStorage(context, tx, userId, stored.sizeBytes, except);
      return keepMedia(tx, userId, { key, stored, mime_type, filename: name });
    });
    if (known) await storage.delete(key);
    return row;
  } catch (error) {
    await storage.delete(key);
    throw error;
  }
}

async function sha256Of(path: string, signal: AbortSignal) {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash, { signal });
  return hash.digest();
}

/** @returns ids of the cards, those that were there included, by their place in the batch. */
async function insertMissing(tx: Tx, userId: string, batch: DeckCard[]) {
  const rows = batch.map(({ reviews: _reviews, created_at, witness, ...card }) => ({
    ...card,
    ...(witness ? { witness } : {}),
    id: newId(),
    created_at: new Date(created_at).toISOString(),
  }));
  const given = JSON.stringify(rows);
  await sql`
    insert into cards (user_id, id, note_id, ordinal, kind, front, back, options, subject, tags, suspended,
      due_at, created_at)
    select ${userId}, id, note_id, ordinal, kind, front, back, case when jsonb_typeof(options) = 'array'
      then options end, subject,
      array(select jsonb_array_elements_text(tags)), suspended, created_at, created_at
    from jsonb_to_recordset(${given}::jsonb) as row
      (id uuid, note_id text, ordinal smallint, kind text, front text, back text, options jsonb,
      subject text, tags jsonb, suspended boolean, created_at timestamptz)
    on conflict (user_id, note_id, ordinal) do nothing`.execute(tx);
  // Their source is not in the package: the words are kept, and say so by having no source to open.
  await sql`
    insert into card_witnesses (user_id, card_id, quote, source_title, page, start_seconds, end_seconds,
      start_offset, end_offset)
    select ${userId}, card.id, quote, source_title, page, start_seconds, end_seconds, start_offset, end_offset
    from jsonb_to_recordset(${given}::jsonb) as row (id uuid, witness jsonb)
      join cards as card on card.user_id = ${userId} and card.id = row.id,
      jsonb_to_record(row.witness) as witness
        (quote text, source_title text, page integer, start_seconds float8, end_seconds float8,
        start_offset integer, end_offset integer)
    where row.witness is not null`.execute(tx);
  const { rows: there } = await sql<{ id: string; note_id: string; ordinal: number }>`
    select id, note_id, ordinal from cards
    where user_id = ${userId} and note_id = any(${batch.map(({ note_id }) => note_id)}::text[])`.execute(
    tx,
  );
  const byNote = new Map(there.map(({ id, note_id, ordinal }) => [`${note_id} ${ordinal}`, id]));
  return batch.map(({ note_id, ordinal }) => byNote.get(`${note_id} ${ordinal}`)!);
}

/**
 * A review that the log has already, to some milliseconds, is the same one: two of one moment were moved apart in the
 * package.
 */
async function insertLogs(tx: Tx, userId: string, batch: DeckCard[], ids: string[]) {
  const rows = batch.flatMap(({ note_id, ordinal, reviews }, at) =>
    reviews.map((review) => ({
      id: reviewId(review.at, `${note_id} ${ordinal} ${review.at} ${review.rating}`),
      card_id: ids[at]!,
      rating: review.rating,
      reviewed_at: new Date(review.at).toISOString(),
      duration_ms: review.duration_ms,
    })),
  );
  if (rows.length === 0) return [];
  const { rows: added } = await sql<{ card_id: string }>`
    insert into card_reviews (user_id, id, card_id, rating, reviewed_at, duration_ms, imported)
    select ${userId}, row.id, row.card_id, row.rating, row.reviewed_at, row.duration_ms, true
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row
      (id uuid, card_id uuid, rating smallint, reviewed_at timestamptz, duration_ms integer)
    where not exists (
      select from card_reviews as known where known.user_id = ${userId} and known.card_id = row.card_id
        and known.rating = row.rating
        and known.reviewed_at between row.reviewed_at - interval '20 milliseconds'
          and row.reviewed_at + interval '20 milliseconds')
    on conflict (user_id, id) do nothing returning card_id`.execute(tx);
  return [...new Set(added.map(({ card_id }) => card_id))];
}

/** A UUIDv7 of the review's time whose rest follows from what it is: the same at the next import. */
function reviewId(at: number, what: string) {
  const time = Math.max(0, at).toString(16).padStart(12, "0").slice(-12);
  const hash = createHash("sha256").update(what).digest("hex");
  const variant = ((Number.parseInt(hash[3]!, 16) & 3) | 8).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hash.slice(0, 3)}-${variant}${hash.slice(4, 7)}-${hash.slice(7, 19)}`;
}
