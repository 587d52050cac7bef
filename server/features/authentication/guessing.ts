/**
 * Guesses at one account from many addresses, of which each stays below its own limit: after so many wrong passwords in
 * an hour, tries from browsers that were never in take their turn, one a second. Nobody is locked out, and a browser
 * that the account was entered from does not stand in this line. Count and line are one for all servers where they
 * share them.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "#server/context.ts";
import { Failure, fail } from "#server/failures.ts";
import type { RateLimiter } from "#server/http/rate-limit.ts";
import { limitsOf } from "./limits.ts";

export interface Guessing {
  /** Waits its turn where many have guessed. @throws Failure `too-many-requests` when too many wait already. */
  takeTurn(email: string): Promise<void>;
  /** Tells of a wrong password. */
  missed(email: string): Promise<void>;
}

/** @throws Failure `too-many-requests`. */
export function createGuessing(context: Context, limiter: RateLimiter): Guessing {
  const limits = limitsOf(context.config);
  const limit = limits.guessesOfEmail;

  async function isGuessed(email: string) {
    return ((await limiter.count(limit, email)) ?? 0) >= limit.limit;
  }

  return {
    async takeTurn(given) {
      const email = given.toLowerCase();
      if (!(await isGuessed(email))) return;
      const seconds = await limiter.queue(limits.turnOfEmail, email);
      if (seconds === undefined)
        fail("too-many-requests", {
          retryAfterSeconds: limits.turnOfEmail.limit * limits.turnOfEmail.seconds,
        });
      await sleep(seconds * 1000);
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
