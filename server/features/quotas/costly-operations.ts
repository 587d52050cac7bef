/**
 * Operations that cost the server more than a look into its tables: so many a minute for one account, whatever it comes
 * with.
 */
import type { MiddlewareHandler } from "hono";
import type { Config } from "#server/config.ts";
import { Failure, fail } from "#server/failures.ts";
import type { RateLimiter } from "#server/http/rate-limit.ts";
import type { AppEnv, Caller } from "#server/http/router.ts";
import type { Cost } from "./shapes.ts";

/** A test compares them with the OpenAPI document. */
export const COSTLY_OPERATIONS: Record<Cost, readonly string[]> = {
  searches: ["GET /search"],
  questions: [
    "POST /conversations/{id}/messages",
    "POST /conversations/{id}/messages/{message_id}/regenerate",
  ],
  speeches: ["POST /tts"],
  uploads: [
    "POST /recordings",
    "POST /uploads",
    "POST /study-materials",
    "POST /recordings/{id}/captions",
    "PATCH /transcriptions/{id}",
  ],
  transfers: [
    "POST /account/export",
    "POST /account/import",
    "POST /cards/export",
    "POST /cards/import",
  ],
  exercises: [
    "POST /cards/suggestions",
    "POST /quizzes",
    "POST /quizzes/{id}/answers",
    "POST /teach-backs",
    "GET /overviews",
    "POST /overviews/summary",
    "PUT /recordings/{id}/slides",
    "POST /search/measurements",
    "POST /vocabulary/mine",
    "POST /transcriptions/{id}/corrections",
  ],
  transcriptions: [
    "POST /recordings/{id}/transcribe",
    "POST /transcription-jobs/{id}/retry",
    "POST /jobs/{id}/retry",
  ],
};

const exact = new Map<string, Cost>();
const patterns: [RegExp, Cost][] = [];
for (const [cost, operations] of Object.entries(COSTLY_OPERATIONS) as [Cost, string[]][])
  for (const operation of operations) {
    if (operation.includes("{"))
      patterns.push([new RegExp(`^${operation.replace(/\{\w+\}/g, "[^/]+")}$`), cost]);
    else exact.set(operation, cost);
  }

export function rateOf(config: Pick<Config, "quotas">, cost: Cost) {
  return {
    name: `quota of ${cost}`,
    limit: config.quotas.requestsPerMinute[cost],
    seconds: 60,
  };
}

/** @throws Failure `quota-requests`. */
export function boundCosts(
  config: Pick<Config, "quotas">,
  limiter: RateLimiter,
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const caller = c.get("caller") as Caller | undefined;
    const operation = `${c.req.method} ${c.req.path.replace(/^\/api(?=\/)/, "")}`;
    const cost = exact.get(operation) ?? patterns.find(([pattern]) => pattern.test(operation))?.[1];
    if (caller && cost) {
      await limiter.take(rateOf(config, cost), caller.userId).catch((error: unknown) => {
        if (error instanceof Failure && error.code === "too-many-requests")
          fail("quota-requests", { retryAfterSeconds: error.retryAfterSeconds ?? 60 });
        throw error;
      });
    }
    await next();
  };
}
