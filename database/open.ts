import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { Database } from "./types.ts";

/** int8 as a number: sizes and counts here stay far below 2^53. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * A pool of connections. No session state, no named statements: PgBouncer in transaction mode works.
 * @param options.max connections at the most
 */
export function openDatabase(url: string, { max = 10 }: { max?: number } = {}): Kysely<Database> {
  const pool = new pg.Pool({ connectionString: url, max, keepAlive: true });
  // An idle connection that the server ended is replaced by the pool; the next query says what is wrong, if anything is.
  pool.on("error", () => {});
  // The pool listens only to idle ones: a connection that is lost between two statements of a transaction would end the process.
  pool.on("connect", (client) => client.on("error", () => {}));
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}
