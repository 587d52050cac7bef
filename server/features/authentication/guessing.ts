/**
 * Guesses at one account from many addresses, of which each stays below its own limit: after so many wrong passwords in an hour, tries
 * from browsers that were never in take their turn, one a second. Nobody is locked out, and a browser that the account was entered
 * from does not stand in this line. Each server has a line of its own; the count is one for all where they share it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "#server/context.ts";
import { Failure, fail } from "#server/failures.ts";
import type { RateLimiter } from "#server/http/rate-limit.ts";
import { limitsOf } from "./limits.ts";

const PACE_MS = 1000;
/** A request that waits costs memory; who comes after these is told when to come back. */
const MOST_WAITING = 5;

export interface Guessing {
  /** Waits its turn where many have guessed. @throws Failure `too-many-requests` when too many wait already. */
  takeTurn(email: string): Promise<void>;
  /** Tells of a wrong password. */
  missed(email: string): Promise<void>;
}

export function createGuessing(context: Context, limiter: RateLimiter): Guessing {
  const limit = limitsOf(context.config).guessesOfEmail;
  const turns = new Map<string, { waiting: number; next: number }>();

  async function isGuessed(email: string) {
    return ((await limiter.count(limit, email)) ?? 0) >= limit.limit;
  }

  return {
    async takeTurn(given) {
      const email = given.toLowerCase();
      if (!(await isGuessed(email))) return;
      const now = performance.now();
      const turn = turns.get(email) ?? { waiting: 0, next: now };
      if (turn.waiting >= MOST_WAITING)
        fail("too-many-requests", { retryAfterSeconds: (MOST_WAITING * PACE_MS) / 1000 });
      turns.set(email, turn);
      turn.waiting += 1;
      turn.next = Math.max(turn.next, now) + PACE_MS;
      await sleep(turn.next - PACE_MS - now);
      turn.waiting -= 1;
      if (turn.waiting === 0)
        setTimeout(() => turn.waiting === 0 && turns.delete(email), 2 * PACE_MS).unref();
    },

    async missed(given) {
      const email = given.toLowerCase();
      if (await isGuessed(email)) return;
      await limiter.take(limit, email).catch((error: unknown) => {
        // Another one was counted at the same moment.
        if (!(error instanceof Failure)) throw error;
      });
    },
  };
}
