/**
 * The data store that @tus/server writes to, made for one request: it knows the student and the checksum that the
 * request announced. What is acknowledged is in storage (fsynced) and in the row, in this order.
 * https://tus.io/protocols/resumable-upload
 */
import { createHash, randomUUID } from "node:crypto";
import { Transform, type Readable } from "node:stream";
import { DataStore, ERRORS, Upload } from "@tus/server";
import type { Context } from "#server/context.ts";
import { Failure, fail } from "#server/failures.ts";
import { takeJobPlace, takeStorage, takeUploadPlace } from "#server/features/quotas/take.ts";
import { UPLOAD_DAYS } from "#server/vocabulary.ts";
import { kindOf } from "./metadata.ts";
import {
  advance,
  deleteUploadRow,
  findUpload,
  insertUpload,
  setLength,
  takeOver,
} from "./queries.ts";

const EXPIRATION_MS = UPLOAD_DAYS * 24 * 60 * 60 * 1000;

export interface Checksum {
  algorithm: "sha256" | "sha1";
  /** Base64, as it came. */
  value: string;
}

/** Length and offsets in bytes, as in the protocol: tus 1.0.0, https://tus.io/protocols/resumable-upload */
export class UploadStore extends DataStore {
  override extensions = [
    "creation",
    "creation-with-upload",
    "creation-defer-length",
    "expiration",
    "termination",
  ];
  readonly #context: Context;
  readonly #userId: string;
  readonly #checksum: Checksum | undefined;

  constructor(context: Context, userId: string, checksum: Checksum | undefined) {
    super();
    this.#context = context;
    this.#userId = userId;
    this.#checksum = checksum;
  }

  override async create(upload: Upload) {
    const context = this.#context;
    const userId = this.#userId;
    const kind = kindOf(upload.metadata);
    await context.database.transaction().execute(async (tx) => {
      // The announced length is kept free for it; a live recording takes its space as it comes.
      await takeUploadPlace(context, tx, userId);
      await takeStorage(context, tx, userId, upload.size ?? 0);
      if (kind === "account_import") await takeJobPlace(context, tx, userId, "import-account");
      else if (upload.metadata?.["transcribe"] !== "false")
        await takeJobPlace(context, tx, userId, "transcribe");
      await insertUpload(tx, userId, {
        id: upload.id,
        kind,
        length_bytes: upload.size ?? null,
        is_live: upload.size === undefined,
        metadata: Object.fromEntries(
          Object.entries(upload.metadata ?? {}).filter(([, value]) => value !== null),
        ),
      });
    });
    return upload;
  }

  override async getUpload(id: string) {
    const row = (await findUpload(this.#context.database, this.#userId, id)) ?? notFound();
    return new Upload({
      id,
      ...(row.length_bytes === null ? {} : { size: row.length_bytes }),
      offset: row.offset_bytes,
      metadata: row.metadata as Record<string, string>,
      // The week begins anew with each piece.
      creation_date: row.updated_at.toISOString(),
    });
  }

  override async declareUploadLength(id: string, length: number) {
    const context = this.#context;
    const userId = this.#userId;
    await context.database.transaction().execute(async (tx) => {
      await takeStorage(context, tx, userId, length, { upload: id });
      await setLength(tx, userId, id, length);
    });
  }

  override async write(stream: Readable, id: string, offset: number) {
    const { database, storage } = this.#context;
    const writer = randomUUID();
    const row = (await findUpload(database, this.#userId, id)) ?? notFound();
    let from = offset;
    await takeOver(database, this.#userId, id, writer);
    const checksum = this.#checksum;
    const hash = checksum && createHash(checksum.algorithm);
    const content = hash
      ? stream.pipe(
          new Transform({
            transform(chunk, _encoding, done) {
              hash.update(chunk);
              done(null, chunk);
            },
          }),
        )
      : stream;
    if (content !== stream) stream.once("error", (error) => content.destroy(error));
    return storage.append(id, offset, content, {
      whole: hash !== undefined,
      onDurable: async (to) => {
        if (hash && hash.digest("base64") !== checksum!.value) fail("checksum-mismatch");
        await database.transaction().execute(async (tx) => {
          // A length that was announced has its space already.
          if (row.length_bytes === null && to > from)
            await takeStorage(this.#context, tx, this.#userId, to, { upload: id });
          if (!(await advance(tx, this.#userId, id, { writer, from, to })))
            fail("conflict", { message: "Another request goes on with this upload." });
        });
        from = to;
      },
    });
  }

  override async remove(id: string) {
    (await deleteUploadRow(this.#context.database, this.#userId, id)) ?? notFound();
    await this.#context.storage.drop(id);
  }

  override getExpiration() {
    return EXPIRATION_MS;
  }
}

function notFound(): never {
  throw ERRORS.FILE_NOT_FOUND;
}

/** @throws Failure `malformed-request`; for an algorithm that is not offered. */
export function readChecksum(header: string | undefined): Checksum | undefined {
  if (header === undefined) return undefined;
  const [algorithm = "", value = ""] = header.split(" ");
  if (algorithm !== "sha256" && algorithm !== "sha1")
    throw new Failure("malformed-request", {
      message: "Upload-Checksum must name sha256 or sha1.",
    });
  return { algorithm, value };
}
