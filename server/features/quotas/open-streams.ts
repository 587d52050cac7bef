/** Streams that one account has open at this server: each server counts its own. */
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { limitsOf } from "./take.ts";

export type StreamKind = "event_streams" | "answer_streams";

const LATER_SECONDS = 5;

export interface OpenStreams {
  /** @returns a function that gives the place back, which may be called twice. @throws Failure `quota-streams`. */
  take(userId: string, kind: StreamKind): Promise<() => void>;
  count(userId: string, kind: StreamKind): number;
}

export function createOpenStreams(context: Context): OpenStreams {
  const open = new Map<string, number>();
  const nameOf = (userId: string, kind: StreamKind) => `${kind} ${userId}`;
  return {
    count: (userId, kind) => open.get(nameOf(userId, kind)) ?? 0,
    async take(userId, kind) {
      const limit = (await limitsOf(context, context.database, userId))[kind];
      const name = nameOf(userId, kind);
      const before = open.get(name) ?? 0;
      if (before >= limit) fail("quota-streams", { retryAfterSeconds: LATER_SECONDS });
      open.set(name, before + 1);
      let taken = true;
      return () => {
        if (!taken) return;
        taken = false;
        const left = (open.get(name) ?? 1) - 1;
        if (left > 0) open.set(name, left);
        else open.delete(name);
      };
    },
  };
}
