import { createHash } from "node:crypto";
import { sql } from "kysely";
import { forPurpose } from "#database/principal.ts";
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
import { takeStorage } from "#server/features/quotas/take.ts";
import { checkValues } from "./check-values.ts";
import { addProfile } from "./imported-profile.ts";
import { indexAdded } from "./index-added.ts";
import { openSuitcase } from "./open-suitcase.ts";
import { planImport, refuseWrong, type Plan } from "./plan-import.ts";
import { findImportFile, updateImport } from "./queries.ts";
import { columnsOf } from "./suitcase-columns.ts";
import { SUITCASE_TABLES, type SuitcaseTable } from "./suitcase-tables.ts";
import { refuse, type Suitcase } from "./suitcase.ts";

const BATCH_ROWS = 500;
const BATCH_BYTES = 8 * 1024 * 1024;
/** So long the zip of a try is kept. */
const TRIED_MS = 24 * 60 * 60 * 1000;
/** Of the progress: comparing hashes, copying files, then rows. */
const HASH_SHARE = 0.4;
const FILE_SHARE = 0.4;

type Counts = Record<string, { added: number; here_already: number }>;

/**
 * Checks everything, copies the files, then adds all rows in one transaction: all of it or nothing. Asked again, also
 * after a kill, it adds only what is not there yet.
 */
export async function runImport(context: Context, job: ClaimedJob<"import-account">, run: Run) {
  const { user_id: userId } = job;
  const id = job.payload.account_import_id;
  const row = await findImportFile(context.database, userId, id);
  if (!row) return { added: 0 };
  await run.write((tx) => updateImport(tx, userId, id, { status: "processing" }));
  // The rows of an earlier attempt that was killed are all here: only what follows from them is not.
  if (!row.dry_run && row.counts) return finish(context, userId, id, row, row.counts, run);
  const takeIn = async (path: string) => {
    let hashed = 0;
    const suitcase = await openSuitcase(
      path,
      (bytes) => run.progress(((hashed += bytes) / row.size_bytes) * HASH_SHARE),
      run.signal,
    );
    try {
      const plan = await planImport(context.database, userId, suitcase);
      const bytes = [...plan.files.values()].reduce((sum, file) => sum + file.size_bytes, 0);
      if (bytes > 0)
        await context.database
          .transaction()
          // The zip itself goes at the end.
          .execute((tx) => takeStorage(context, tx, userId, bytes, { import: id }));
      if (!row.dry_run) await copyFiles(context, userId, id, suitcase, plan, run);
      return await addRows(context, userId, id, suitcase, plan, row.dry_run, run);
    } finally {
      suitcase.close();
    }
  };
  // What is in the bin is there as well.
  const counts = await forPurpose("bin", () =>
    context.storage.withLocalFile(row.storage_key, takeIn),
  );
  return finish(context, userId, id, row, counts, run);
}

/** The end is written down before the zip goes: a kill in between leaves a file that the hourly clean-up removes. */
async function finish(
  context: Context,
  userId: string,
  id: string,
  { dry_run, storage_key }: { dry_run: boolean; storage_key: string },
  counts: Counts,
  run: Run,
) {
  if (!dry_run) await indexAdded(context, userId, run);
  await run.write(async (tx) => {
    await updateImport(tx, userId, id, {
      status: "completed",
      completed_at: new Date(),
      kept_until: new Date(Date.now() + (dry_run ? TRIED_MS : 0)),
    });
    await notifyChanged(tx, userId, { kind: "account_import", id, change: "updated" });
  });
  if (!dry_run) await context.storage.delete(storage_key);
  return { added: Object.values(counts).reduce((sum, { added }) => sum + added, 0) };
}

/**
 * Under names that follow from the import: another attempt goes on where a kill cut this one off, and writes nothing
 * twice.
 */
async function copyFiles(
  context: Context,
  userId: string,
  importId: string,
  suitcase: Suitcase,
  plan: Plan,
  run: Run,
) {
  const { storage } = context;
  const whole = [...plan.files.values()].reduce((sum, { size_bytes }) => sum + size_bytes, 0) || 1;
  let copied = 0;
  for (const [place, file] of plan.files) {
    run.signal.throwIfAborted();
    const kind = SUITCASE_TABLES.find(({ name }) => place.startsWith(`${name}/`))!.file!.kind;
    file.storage_key = `${userId}/${kind}/${nameOf(importId, place)}`;
    // A file is there whole or not at all, and its content follows from its name.
    if ((await storage.size(file.storage_key)) !== file.size_bytes)
      await storage.write(file.storage_key, await suitcase.read(`data/files/${file.sha256}`), {
        signal: run.signal,
      });
    run.progress(HASH_SHARE + ((copied += file.size_bytes) / whole) * FILE_SHARE);
  }
}

function nameOf(importId: string, place: string) {
  const hash = createHash("sha256").update(`${importId}/${place}`).digest("hex");
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}

class DryRun extends Error {}

async function addRows(
  context: Context,
  userId: string,
  importId: string,
  suitcase: Suitcase,
  plan: Plan,
  dryRun: boolean,
  run: Run,
): Promise<Counts> {
  const counts: Counts = {};
  const write = async (tx: Tx) => {
    await sql`set local time zone 'UTC'`.execute(tx);
    if (plan.empty) await addProfile(tx, userId, importId, suitcase, plan);
    for (const table of SUITCASE_TABLES) {
      run.signal.throwIfAborted();
      counts[table.name] = await addTable(tx, userId, importId, table, suitcase, plan);
    }
    // Notes have no files, and something else may have come in meanwhile.
    if (Object.values(counts).some(({ added }) => added > 0))
      await takeStorage(context, tx, userId, 0, { import: importId });
    await updateImport(tx, userId, importId, {
      counts: JSON.stringify(counts),
      conflicts: JSON.stringify(plan.conflicts),
    });
  };
  if (!dryRun) {
    await run.write(write);
    return counts;
  }
  try {
    await run.write(async (tx) => {
      await write(tx);
      throw new DryRun();
    });
  } catch (error) {
    if (!(error instanceof DryRun)) throw error;
  }
  await run.write(async (tx) => {
    await updateImport(tx, userId, importId, {
      counts: JSON.stringify(counts),
      conflicts: JSON.stringify(plan.conflicts),
    });
  });
  return counts;
}

async function addTable(
  tx: Tx,
  userId: string,
  importId: string,
  table: SuitcaseTable,
  suitcase: Suitcase,
  plan: Plan,
) {
  const count = { added: 0, here_already: 0 };
  if (!suitcase.entries.has(`data/rows/${table.name}.jsonl`)) return count;
  const described = await columnsOf(tx, table);
  const known = new Set(described.map(({ name }) => name));
  const columns = (await suitcase.columns(table.name)).filter((name) => name !== "file");
  const strange = columns.find((name) => !known.has(name));
  if (strange)
    refuse(`It describes ${table.name} with ${strange}, which this server does not know.`);
  let batch: string[] = [];
  let bytes = 0;
  const later: { id: string; link: string }[] = [];
  const flush = async () => {
    if (batch.length === 0) return;
    const added = await insertRows(tx, userId, importId, table, columns, batch);
    count.added += added;
    count.here_already += batch.length - added;
    batch = [];
    bytes = 0;
  };
  for await (const row of suitcase.rows(table.name)) {
    checkValues(table.name, described, row);
    const link = table.follows && row[table.follows];
    // The row it follows comes later in the file, and perhaps in another statement.
    if (typeof link === "string" && link > String(row.id)) {
      later.push({ id: plan.idOf(String(row.id)), link: plan.idOf(link) });
      row[table.follows!] = null;
    }
    const line = plan.place(table, row, columns);
    if (line === undefined) {
      count.here_already += 1;
      continue;
    }
    batch.push(line);
    bytes += line.length;
    if (batch.length >= BATCH_ROWS || bytes >= BATCH_BYTES) await flush();
  }
  await flush();
  if (later.length > 0) await linkRows(tx, userId, importId, table, later);
  return count;
}

/** Only of rows that this import added. */
async function linkRows(
  tx: Tx,
  userId: string,
  importId: string,
  table: SuitcaseTable,
  links: { id: string; link: string }[],
) {
  await sql`
    update ${sql.table(table.name)} as row set ${sql.ref(table.follows!)} = given.link
    from jsonb_to_recordset(${JSON.stringify(links)}::jsonb) as given (id uuid, link uuid), account_import_items as item
    where row.user_id = ${userId} and row.id = given.id and item.user_id = ${userId} and item.import_id = ${importId}
      and item.table_name = ${table.name} and item.row_id = row.id`
    .execute(tx)
    .catch((error: unknown) => refuseWrong(table, error));
}

/**
 * Noted for an undo: rows with an id, and what became part of something that was here before.
 * @returns how many were not there yet.
 */
async function insertRows(
  tx: Tx,
  userId: string,
  importId: string,
  table: SuitcaseTable,
  columns: string[],
  lines: string[],
) {
  const names = [...columns, ...(table.file ? ["storage_key"] : [])];
  const noted = table.group?.of
    ? sql`where not exists (select from account_import_items as item
        where item.user_id = ${userId} and item.import_id = ${importId} and item.table_name = ${table.group.of}
          and item.row_id = added.id)`
    : sql``;
  const { rows } = await sql<{ count: number }>`
    with added as (
      insert into ${sql.table(table.name)} (user_id, ${sql.join(names.map((name) => sql.ref(name)))})
      select ${userId}, ${sql.join(names.map((name) => sql.ref(`row.${name}`)))}
      from jsonb_populate_recordset(null::${sql.table(table.name)}, ${`[${lines.join(",")}]`}::jsonb) as row
      on conflict do nothing
      returning ${sql.ref(table.group?.column ?? "id")} as id
    ), noted as (
      insert into account_import_items (user_id, import_id, table_name, row_id)
      select distinct ${userId}::uuid, ${importId}::uuid, ${table.name}, id from added ${noted}
      on conflict do nothing
    )
    select count(*) as count from added`
    .execute(tx)
    .catch((error: unknown) => refuseWrong(table, error));
  return Number(rows[0]!.count);
}

export async function importEnded(tx: Tx, job: JobOfUser<"import-account">, outcome: Outcome) {
  if (outcome.status === "completed") return;
  const why = whyEnded(outcome, "The import was cancelled.");
  const { account_import_id: id } = job.payload;
  await updateImport(tx, job.user_id, id, { status: "failed", ...why });
  await notifyChanged(tx, job.user_id, { kind: "account_import", id, change: "updated" });
}

export async function importRetried(tx: Tx, job: JobOfUser<"import-account">) {
  await updateImport(tx, job.user_id, job.payload.account_import_id, WAITS_AGAIN);
}
