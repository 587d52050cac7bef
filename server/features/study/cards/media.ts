/** Pictures and sound of cards: stored as every other file, once for the same content. */
import { randomUUID } from "node:crypto";
import { open } from "node:fs/promises";
import { fileTypeFromFile } from "file-type";
import type { Context as HonoContext } from "hono";
import { sql } from "kysely";
import type { Context, Queryable } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { takeStorage, withinStorage } from "#server/features/quotas/take.ts";
import { readMultipart } from "#server/http/multipart.ts";
import type { AppEnv } from "#server/http/router.ts";
import type { StoredFile } from "#server/providers/storage/contract.ts";

const MOST_MEDIA_BYTES = 25 * 1024 * 1024;

export interface MediaRow {
  id: string;
  filename: string;
  mime_type: string;
  size_bytes: number;
  sha256: Buffer;
  storage_key: string;
}

const MEDIA = sql`id, filename, mime_type, size_bytes, sha256, storage_key`;

export const mediaUrl = (id: string) => `/api/cards/media/${id}`;

/** @throws Failure `file-missing`, `file-empty`, `file-too-large`, `file-type-unknown`. */
export async function uploadMedia(context: Context, c: HonoContext<AppEnv>) {
  const { userId } = c.get("caller");
  const key = newMediaKey(userId);
  let stored: (StoredFile & { filename: string | undefined }) | undefined;
  try {
    await withinStorage(context, userId, MOST_MEDIA_BYTES, (maxBytes) =>
      readMultipart(c, maxBytes, async ({ field, filename, content }) => {
        if (field === "file" && !stored)
          stored = { ...(await context.storage.write(key, content, { maxBytes })), filename };
        else content.resume();
      }),
    );
    if (!stored) fail("file-missing");
    if (stored.sizeBytes === 0) fail("file-empty");
    const mime_type = await context.storage.withLocalFile(key, mediaType);
    if (!mime_type)
      fail("file-type-unknown", {
        message: "A card may hold pictures (PNG, JPEG, GIF, WebP, AVIF, SVG) and sound.",
      });
    const file = { key, stored, mime_type, filename: stored.filename ?? "file" };
    const { row, known } = await context.database.transaction().execute(async (tx) => {
      await takeStorage(context, tx, userId, file.stored.sizeBytes);
      return keepMedia(tx, userId, file);
    });
    if (known) await context.storage.delete(key);
    return row;
  } catch (error) {
    await context.storage.delete(key);
    throw error;
  }
}

export const newMediaKey = (userId: string) => `${userId}/cards/${randomUUID()}`;

/** Decided by the content; undefined where it is neither picture nor sound (nor film, which some decks hold). */
export async function mediaType(path: string): Promise<string | undefined> {
  const type = await fileTypeFromFile(path);
  if (type && /^(?:image|audio|video)\//.test(type.mime)) return type.mime;
  if (type?.mime === "application/ogg") return "audio/ogg";
  const file = await open(path);
  try {
    const head = Buffer.alloc(1024);
    await file.read(head, 0, head.length, 0);
    return /^\s*(?:<\?xml[^>]*>\s*|<!--[\s\S]*?-->\s*|<!doctype svg[^>]*>\s*)*<svg[\s>]/i.test(
      head.toString("utf8"),
    )
      ? "image/svg+xml"
      : undefined;
  } finally {
    await file.close();
  }
}

/** The row of this content; `known` when it was there before, and the file at `key` is not needed. */
export async function keepMedia(
  database: Queryable,
  userId: string,
  file: { key: string; stored: StoredFile; mime_type: string; filename: string },
): Promise<{ row: MediaRow; known: boolean }> {
  const filename = file.filename.replace(/\p{Cc}/gu, "").slice(-255) || "file";
  const { rows } = await sql<MediaRow>`
    insert into card_media (user_id, filename, mime_type, size_bytes, sha256, storage_key)
    values (${userId}, ${filename}, ${file.mime_type}, ${file.stored.sizeBytes}, ${file.stored.sha256}, ${file.key})
    on conflict (user_id, sha256) do nothing returning ${MEDIA}`.execute(database);
  if (rows[0]) return { row: rows[0], known: false };
  return { row: (await findMediaByContent(database, userId, file.stored.sha256))!, known: true };
}

export async function findMediaByContent(database: Queryable, userId: string, sha256: Buffer) {
  const { rows } = await sql<MediaRow>`
    select ${MEDIA} from card_media where user_id = ${userId} and sha256 = ${sha256}`.execute(
    database,
  );
  return rows[0];
}

export async function findMedia(database: Queryable, userId: string, id: string) {
  const { rows } = await sql<MediaRow>`
    select ${MEDIA} from card_media where user_id = ${userId} and id = ${id}`.execute(database);
  return rows[0];
}
