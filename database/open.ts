import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { createOwnerTurns } from "./owner-turns.ts";
import { PrincipalClient } from "./principal-client.ts";
import { currentPrincipal } from "./principal.ts";
import type { Database } from "./types.ts";

/** int8 as a number: sizes and counts here stay far below 2^53. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** No connection, a lost one, none free in time, or a server that does not answer: not the fault of the statement. */
export class DatabaseUnavailable extends Error {
  override name = "DatabaseUnavailable";
}

/** Behind one's own statements the database is not away: as long as one of them may take. */
const OWN_TURN_MS = 20_000;

/** Connection exceptions, too many connections, a server that starts or shuts down (PostgreSQL, appendix A). */
const AWAY = /^(08|53300|57P0)/;

export interface OpenOptions {
  /** Connections at the most. */
  max?: number;
  /** Of those, for one owner at a time (owner-turns.ts); without it as many as there are. */
  mostOfOwner?: number;
  /** So long may it take to get a connection, a new one or one of the pool. */
  connectMs?: number;
  /**
   * So long may one statement take. The server ends it where it was asked directly, the client gives it up a second
   * later.
   */
  statementMs?: number;
  /** PgBouncer refuses a connection that sets `statement_timeout`; only the client then ends what takes too long. */
  pooler?: boolean;
  /** Statements that come often are parsed once a connection (named-statements.ts); never through PgBouncer. */
  keepStatements?: boolean;
  /** Serves instead of the role that connects, in each transaction (roles.ts). */
  assumedRole?: string | undefined;
  /** Told why a connection was lost that nothing used at that moment. */
  onLost?: (error: Error) => void;
}

/**
 * A pool of connections. No session state, and no named statements unless they are asked for: PgBouncer in transaction
 * mode works. Each statement runs for whoever `principal.ts` says at that moment. Its queries throw
 * DatabaseUnavailable, or pg.DatabaseError as the server told it.
 */
export function openDatabase(
  url: string,
  {
    max = 10,
    mostOfOwner = max,
    connectMs = 10_000,
    statementMs,
    pooler = false,
    keepStatements = false,
    assumedRole,
    onLost,
  }: OpenOptions = {},
): Kysely<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    keepAlive: true,
    connectionTimeoutMillis: connectMs,
    Client: WatchedClient as typeof pg.Client,
    ...(keepStatements && { keepStatements }),
    ...(assumedRole && { assumedRole }),
    ...(statementMs && { query_timeout: statementMs + 1000 }),
    ...(statementMs && !pooler && { statement_timeout: statementMs }),
  });
  // An idle connection that the server ended is replaced by the pool; the next query says what is wrong, if anything
  // is.
  pool.on("error", (error) => onLost?.(error));
  // The pool listens only to idle ones: a connection that is lost between two statements of a transaction would end the
  // process.
  pool.on("connect", (client) => client.on("error", () => {}));
  const turns = createOwnerTurns(mostOfOwner, OWN_TURN_MS);
  const connect = async () => {
    const end = await turns.take(currentPrincipal().userId);
    try {
      return endWithRelease(await pool.connect(), end);
    } catch (error) {
      end();
      throw error;
    }
  };
  return new Kysely<Database>({
    dialect: new PostgresDialect({
      pool: {
        connect: () =>
          connect().catch((cause: Error) => {
            throw new DatabaseUnavailable(`no connection to the database: ${cause.message}`, {
              cause,
            });
          }),
        end: () => pool.end(),
      },
    }),
  });
}

/** The pool gives a client another `release` each time. */
function endWithRelease(client: pg.PoolClient, end: () => void) {
  const { release } = client;
  client.release = (destroy) => {
    release(destroy);
    end();
  };
  return client;
}

class WatchedClient extends PrincipalClient {
  // Never: what fits every overload of pg. Of callbacks, streams and promises only the promises are watched.
  override query(...given: unknown[]): never;
  override query(...given: unknown[]): unknown {
    const result = (super.query as (...all: unknown[]) => unknown).apply(this, given);
    if (!(result instanceof Promise)) return result;
    return result.catch((error: Error & { code?: string }) => {
      const told = error instanceof pg.DatabaseError;
      if (told ? !AWAY.test(error.code ?? "") : !/connection|closed|timeout/i.test(error.message))
        throw error;
      // An answer that comes after all would be taken for that of the next statement; pg's types leave its connection
      // out.
      if (!told) (this as unknown as { connection: pg.Connection }).connection.stream.destroy();
      throw new DatabaseUnavailable(error.message, { cause: error });
    });
  }
}
