/** Streams that one account has open, at whichever server. */
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { createPlaces, type GiveBack } from "#server/http/places.ts";
import type { Caller } from "#server/http/router.ts";
import { limitsOf } from "./take.ts";

export type StreamKind = "event_streams" | "answer_streams";

const LATER_SECONDS = 5;

export interface OpenStreams {
  /** @returns a function that gives the place back, which may be called twice. @throws Failure `quota-streams`. */
  take(caller: Caller, kind: StreamKind): Promise<GiveBack>;
  /** @param limit how many it may have. */
  count(userId: string, kind: StreamKind, limit: number): Promise<number>;
}

/** @throws Failure `quota-streams`. */
export function createOpenStreams(context: Context): OpenStreams {
  const places = createPlaces(context);
  return {
    count: (userId, kind, limit) => places.count(kind, userId, limit),
    async take({ userId, quotas }, kind) {
      const limit = (await limitsOf(context, context.database, userId, quotas))[kind];
      const place = await places.take(kind, userId, limit);
      return place ?? fail("quota-streams", { retryAfterSeconds: LATER_SECONDS });
    },
  };
}
