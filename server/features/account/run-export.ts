import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { sql } from "kysely";
import { asOwner, forPurpose } from "#database/principal.ts";
import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import {
  type ClaimedJob,
  type JobOfUser,
  type Outcome,
  type Run,
  whyEnded,
  WAITS_AGAIN,
} from "#server/features/jobs/contract.ts";
import { findExport, updateExport } from "./queries.ts";
import { writeReadable } from "./readable.ts";
import {
  BAGIT,
  EntryWriter,
  hashFiles,
  header,
  manifest,
  readme,
  writeRows,
  type SuitcaseEntry,
} from "./write-suitcase.ts";
import { layOutZip } from "./zip-layout.ts";

/** Of the progress: reading the files, then writing the rows. */
const FILES_SHARE = 0.8;

/**
 * The account at one moment (a snapshot of the database). Rows and texts become one file in the storage; recordings and
 * documents stay where they are, so a large account needs neither memory nor a second copy.
 */
export async function runExport(context: Context, job: ClaimedJob<"export-account">, run: Run) {
  const { user_id: userId } = job;
  const id = job.payload.account_export_id;
  if (!(await findExport(context.database, userId, id))) return { entries: 0 };
  await run.write((tx) => updateExport(tx, userId, id, { status: "processing" }));
  const folder = await mkdtemp(join(tmpdir(), "lm-export-"));
  try {
    const path = join(folder, "rows");
    const { written, counts } = await context.database
      .transaction()
      .setIsolationLevel("repeatable read")
      .execute((tx) => forPurpose("bin", () => fill(context, tx, userId, path, run)));
    const storage_key = exportKey(userId, id);
    await context.storage.delete(storage_key);
    await context.storage.write(storage_key, createReadStream(path), { signal: run.signal });
    const entries: SuitcaseEntry[] = written.map((entry) => ({ storage_key, ...entry }));
    const { size } = layOutZip(entries, () =>
      Promise.reject(new Error("only its length is asked")),
    );
    const gone = await run.write(async (tx) => {
      const row = await updateExport(tx, userId, id, {
        status: "ready",
        size_bytes: size,
        entries: JSON.stringify(entries),
        counts: JSON.stringify(counts),
        completed_at: new Date(),
      });
      await notifyChanged(tx, userId, { kind: "account_export", id, change: "updated" });
      return row.numUpdatedRows === 0n;
    });
    if (gone) await context.storage.delete(storage_key);
    return { entries: entries.length };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const exportKey = (userId: string, id: string) => `${userId}/exports/${id}`;

async function fill(context: Context, tx: Tx, userId: string, path: string, run: Run) {
  const { signal } = run;
  const { rows } = await sql<{ bytes: number; email: string }>`
    select email, coalesce((select sum(size_bytes) from recordings where user_id = users.id), 0)
      + coalesce((select sum(size_bytes) from study_materials where user_id = users.id), 0) as bytes
    from users where id = ${userId}`.execute(tx);
  const whole = Number(rows[0]?.bytes ?? 0) || 1;
  let read = 0;
  const files = await hashFiles(
    context,
    tx,
    userId,
    (bytes) => run.progress(Math.min(1, (read += bytes) / whole) * FILES_SHARE),
    signal,
  );
  const writer = await EntryWriter.at(path);
  try {
    const counts = await writeRows(tx, userId, writer, files, signal);
    // For people, without the bin.
    await asOwner(userId, () =>
      writeReadable(context, tx, userId, writer, { files, folder: dirname(path) }, signal),
    );
    const named = await sql<{ known: number }>`
      select (select count(*) from recordings where user_id = ${userId})
        + (select count(*) from study_materials where user_id = ${userId} and storage_key is not null)
        + (select count(*) from tts_audio_files where user_id = ${userId} and status = 'ready')
        + (select count(*) from card_media where user_id = ${userId}) as known`.execute(tx);
    await writer.entry("data/README.md", readme(counts, Number(named.rows[0]!.known) - files.size));
    const own = writer.entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    // The same content twice is one file.
    const unique = [...new Map([...files.values()].map((file) => [file.sha256, file])).values()]
      .toSorted((a, b) => (a.sha256 < b.sha256 ? -1 : 1))
      .map((file) => ({ ...file, name: `data/files/${file.sha256}`, from: 0 }));
    const payload = [...own, ...unique].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    await writer.entry("bagit.txt", BAGIT);
    await writer.entry(
      "header.json",
      header({
        exported_at: new Date().toISOString(),
        server: context.config.http.publicUrl ?? "",
        email: rows[0]?.email ?? "",
      }),
    );
    await writer.entry("manifest-sha256.txt", manifest(payload));
    const tags = writer.entries.slice(own.length);
    return {
      counts,
      written: [...tags, ...payload].map(({ sha256: _sha256, ...entry }) => entry),
    };
  } finally {
    await writer.close();
  }
}

export async function exportEnded(tx: Tx, job: JobOfUser<"export-account">, outcome: Outcome) {
  if (outcome.status === "completed") return;
  const why = whyEnded(outcome, "The export was cancelled.");
  const { account_export_id: id } = job.payload;
  await updateExport(tx, job.user_id, id, { status: "failed", ...why });
  await notifyChanged(tx, job.user_id, { kind: "account_export", id, change: "updated" });
}

export async function exportRetried(tx: Tx, job: JobOfUser<"export-account">) {
  await updateExport(tx, job.user_id, job.payload.account_export_id, WAITS_AGAIN);
}
