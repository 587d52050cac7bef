/**
 * Bytes of deleted rows stay in the files of PostgreSQL until something is written over them: in tables and indexes, in
 * the statistics of the planner, and in the log of writes (WAL). This writes the tables anew and ends the log. Each
 * table is locked while it is written. VACUUM FULL: https://www.postgresql.org/docs/current/sql-vacuum.html
 */
import type pg from "pg";
import { connect } from "./connect.ts";

export interface Scrubbed {
  tables: number;
  /** Whether the log of writes holds nothing from before; only a superuser of the server may end it. */
  log: boolean;
}

/** Of the log 16 MB each; those that wait to be used again hold what was written long ago. */
const MOST_SEGMENTS = 2000;

/** @param url of the role that owns the tables. */
export async function scrub(url: string): Promise<Scrubbed> {
  const client = await connect(url);
  try {
    const { rows } = await client.query<{ name: string }>(
      `select oid::regclass::text as name from pg_class
       where relkind in ('r', 'm') and relnamespace = current_schema()::regnamespace order by 1`,
    );
    for (const { name } of rows) await client.query(`vacuum (full, analyze) ${name}`);
    const log = await isSuperuser(client);
    if (log) {
      await client.query("vacuum full pg_statistic");
      await endLog(client);
    }
    return { tables: rows.length, log };
  } finally {
    await client.end();
  }
}

async function isSuperuser(client: pg.Client) {
  const { rows } = await client.query<{ rolsuper: boolean }>(
    "select rolsuper from pg_roles where rolname = current_user",
  );
  return rows[0]!.rolsuper;
}

/** Files of the log are used again under a later name, with what they held: for once they are removed instead. */
async function endLog(client: pg.Client) {
  await client.query("alter system set wal_recycle = off");
  try {
    await client.query("select pg_reload_conf()");
    await client.query("checkpoint");
    for (let n = 0; n < MOST_SEGMENTS; n++) {
      await client.query("select pg_logical_emit_message(false, 'scrub', '')");
      await client.query("select pg_switch_wal()");
      const { rows } = await client.query<{ waiting: boolean }>(
        `select exists (select from pg_ls_waldir() where name ~ '^[0-9A-F]{24}$'
           and name > pg_walfile_name(pg_current_wal_insert_lsn())) as waiting`,
      );
      if (!rows[0]!.waiting) break;
    }
    await client.query("checkpoint");
  } finally {
    await client.query("alter system reset wal_recycle");
    await client.query("select pg_reload_conf()");
  }
}
