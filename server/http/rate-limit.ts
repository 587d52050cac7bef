/**
 * How often something may be tried. A window begins with the first try and is counted in memory, or in PostgreSQL where
 * several servers have to agree (LM_RATE_LIMIT_STORE). Nothing is stored of whom it is about but an HMAC.
 */
import { isIPv6 } from "node:net";
import { sql } from "kysely";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";

export interface RateLimit {
  name: string;
  limit: number;
  seconds: number;
}

export interface RateLimiter {
  /** Counts one try. @throws Failure `too-many-requests` with the seconds until the window ends. */
  take(limit: RateLimit, who: string | null): Promise<void>;
  /** Tries in the window that runs; undefined where nothing is counted. */
  count(limit: RateLimit, who: string | null): Promise<number | undefined>;
  /**
   * A place in a line that moves on once in `seconds`.
   * @returns the seconds until it is this one's turn; undefined where `limit` wait already.
   */
  queue(line: RateLimit, who: string | null): Promise<number | undefined>;
}

const SWEEP_ABOVE = 10_000;

interface Counts {
  add(key: Buffer, seconds: number): Promise<{ count: number; secondsLeft: number }>;
  read(key: Buffer): Promise<number>;
  /** Of a line whose end is at most `longest` seconds away. */
  queue(key: Buffer, seconds: number, longest: number): Promise<number | undefined>;
}

export function createRateLimiter(context: Context): RateLimiter {
  const { config, secrets } = context;
  if (!config.rateLimits)
    return { take: async () => {}, count: async () => undefined, queue: async () => 0 };
  const counts = config.rateLimitStore === "memory" ? inMemory() : inDatabase(context);
  const keyOf = (name: string, who: string | null) =>
    secrets.digest("rate limit", `${name} ${who ?? "unknown"}`);
  return {
    count: ({ name }, who) => counts.read(keyOf(name, who)),
    queue: ({ name, limit, seconds }, who) =>
      counts.queue(keyOf(name, who), seconds, limit * seconds),
    async take({ name, limit, seconds }, who) {
      const { count, secondsLeft } = await counts.add(keyOf(name, who), seconds);
      if (count > limit) {
        context.log.warn({ limit: name, count }, "a rate limit was reached");
        fail("too-many-requests", { retryAfterSeconds: Math.max(1, Math.ceil(secondsLeft)) });
      }
    },
  };
}

/** One person at home has a /64 of IPv6 and could use each address of it once. */
export function network(address: string | null) {
  if (!address || !isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const after = tail === "" ? [] : tail.split(":");
    while (groups.length + after.length < 8) groups.push("0");
    groups.push(...after);
  }
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}

function inMemory(): Counts {
  const windows = new Map<string, { count: number; endsAt: number }>();
  return {
    async read(key) {
      const window = windows.get(key.toString("base64"));
      return window && window.endsAt > performance.now() ? window.count : 0;
    },
    async queue(key, seconds, longest) {
      const now = performance.now();
      const name = key.toString("base64");
      const turn = Math.max(windows.get(name)?.endsAt ?? now, now);
      if (turn - now >= longest * 1000) return undefined;
      windows.set(name, { count: 1, endsAt: turn + seconds * 1000 });
      return (turn - now) / 1000;
    },
    async add(key, seconds) {
      const now = performance.now();
      if (windows.size > SWEEP_ABOVE)
        for (const [name, { endsAt }] of windows) if (endsAt <= now) windows.delete(name);
      const name = key.toString("base64");
      let window = windows.get(name);
      if (!window || window.endsAt <= now) {
        window = { count: 0, endsAt: now + seconds * 1000 };
        windows.set(name, window);
      }
      window.count += 1;
      return { count: window.count, secondsLeft: (window.endsAt - now) / 1000 };
    },
  };
}

function inDatabase({ database }: Context): Counts {
  return {
    async read(key) {
      const { rows } = await sql<{ count: number }>`
        select count from rate_limits where key = ${key} and window_ends_at > now()`.execute(
        database,
      );
      return rows[0]?.count ?? 0;
    },
    async queue(key, seconds, longest) {
      const { rows } = await sql<{ wait: number }>`
        insert into rate_limits (key, count, window_ends_at)
        values (${key}, 1, now() + make_interval(secs => ${seconds}))
        on conflict (key) do update set
          window_ends_at = greatest(rate_limits.window_ends_at, now()) + make_interval(secs => ${seconds})
          where rate_limits.window_ends_at < now() + make_interval(secs => ${longest})
        returning extract(epoch from window_ends_at - now())::float8 - ${seconds}::float8 as wait`.execute(
        database,
      );
      return rows[0] && Math.max(0, rows[0].wait);
    },
    async add(key, seconds) {
      const { rows } = await sql<{ count: number; seconds_left: number }>`
        insert into rate_limits (key, count, window_ends_at)
        values (${key}, 1, now() + make_interval(secs => ${seconds}))
        on conflict (key) do update set
          count = case when rate_limits.window_ends_at <= now() then 1 else rate_limits.count + 1 end,
          window_ends_at = case when rate_limits.window_ends_at <= now() then excluded.window_ends_at
            else rate_limits.window_ends_at end
        returning count, extract(epoch from window_ends_at - now())::float8 as seconds_left`.execute(
        database,
      );
      return { count: rows[0]!.count, secondsLeft: rows[0]!.seconds_left };
    },
  };
}
