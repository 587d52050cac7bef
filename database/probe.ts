/**
 * Whether the database answers at all, asked on a connection of its own: the pool may be busy or broken for reasons of
 * its own.
 */
import pg from "pg";

export interface DatabaseProbe {
  /** Whether it answers within so many milliseconds; those who ask meanwhile share the question. */
  answers(ms: number): Promise<boolean>;
  close(): Promise<void>;
}

/** An idle connection is given back after this. */
const KEEP_MS = 30_000;

export function createDatabaseProbe(url: string): DatabaseProbe {
  let client: pg.Client | undefined;
  let asking: Promise<boolean> | undefined;
  let idle: NodeJS.Timeout | undefined;

  function drop() {
    const last = client;
    client = undefined;
    // A server that is stalled never says goodbye.
    if (last) (last as unknown as { connection: pg.Connection }).connection.stream.destroy();
  }

  async function ask() {
    if (!client) {
      const next = new pg.Client({ connectionString: url });
      next.on("error", () => {});
      next.on("end", () => {
        if (client === next) client = undefined;
      });
      client = next;
      await next.connect();
    }
    await client.query("select 1");
    return true;
  }

  return {
    answers(ms) {
      clearTimeout(idle);
      idle = setTimeout(drop, KEEP_MS);
      idle.unref();
      asking ??= Promise.race([ask(), late(ms)])
        .catch(() => false)
        .then((answered) => {
          if (!answered) drop();
          return answered;
        })
        .finally(() => (asking = undefined));
      return asking;
    },
    close: async () => {
      clearTimeout(idle);
      drop();
    },
  };
}

/**
 * An answer that lies ready after a blocked event loop counts: timers come before sockets in a turn, so one more turn
 * is waited.
 */
async function late(ms: number) {
  await new Promise((resolve) => setTimeout(resolve, ms).unref());
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  return false;
}
