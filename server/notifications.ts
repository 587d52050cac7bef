/**
 * One LISTEN connection per process (direct: PgBouncer in transaction mode passes no notifications), shared by the
 * worker and the event streams. It reconnects by itself; `onReconnect` lets listeners make up for what they could not
 * hear.
 */
import pg from "pg";
import type { Logger } from "pino";

export const CHANNELS = {
  jobs: "lm_jobs",
  events: "lm_events",
  mails: "lm_mails",
  settings: "lm_settings",
} as const;
export type Channel = keyof typeof CHANNELS;

export interface Notifications {
  listen(channel: Channel, listener: (payload: string) => void): () => void;
  onReconnect(listener: () => void): () => void;
  stop(): Promise<void>;
}

export async function startNotifications(
  url: string | (() => string),
  log: Logger,
): Promise<Notifications> {
  const listeners: Record<Channel, Set<(payload: string) => void>> = {
    jobs: new Set(),
    events: new Set(),
    mails: new Set(),
    settings: new Set(),
  };
  const reconnected = new Set<() => void>();
  const byName = new Map(
    Object.entries(CHANNELS).map(([channel, name]) => [name, channel as Channel]),
  );
  let client: pg.Client | undefined;
  let stopped = false;
  let retry: NodeJS.Timeout | undefined;

  async function connect() {
    const next = new pg.Client({
      connectionString: typeof url === "function" ? url() : url,
      keepAlive: true,
    });
    next.on("notification", ({ channel, payload }) => {
      const name = byName.get(channel as (typeof CHANNELS)[Channel]);
      if (name) for (const listener of listeners[name]) listener(payload ?? "");
    });
    next.on("error", () => {}); // 'end' follows and reconnects
    next.on("end", () => {
      if (client === next) {
        client = undefined;
        reconnect(100);
      }
    });
    await next.connect();
    for (const name of Object.values(CHANNELS)) await next.query(`listen ${name}`);
    client = next;
  }

  function reconnect(delay: number) {
    if (stopped) return;
    retry = setTimeout(() => {
      connect().then(
        () => reconnected.forEach((listener) => listener()),
        (error: Error) => {
          log.warn({ err: error.message }, "no connection for notifications yet");
          reconnect(Math.min(delay * 2, 2000));
        },
      );
    }, delay);
  }

  await connect();
  return {
    listen(channel, listener) {
      listeners[channel].add(listener);
      return () => listeners[channel].delete(listener);
    },
    onReconnect(listener) {
      reconnected.add(listener);
      return () => reconnected.delete(listener);
    },
    async stop() {
      stopped = true;
      clearTimeout(retry);
      const last = client;
      client = undefined;
      await last?.end();
    },
  };
}
