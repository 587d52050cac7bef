import { createRoute } from "@hono/zod-openapi";
import { forPurpose } from "#database/principal.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { RateLimiter } from "#server/http/rate-limit.ts";
import { createRouter, idParam, json, jsonBody, problems } from "#server/http/router.ts";
import { ASKED_JOB_TYPES } from "#server/vocabulary.ts";
import { QUOTA_NAMES } from "#server/vocabulary.ts";
import { changeQuotas } from "./change-quotas.ts";
import { rateOf } from "./costly-operations.ts";
import type { OpenStreams, StreamKind } from "./open-streams.ts";
import {
  countKeys,
  countQueuedJobs,
  countUnfinishedUploads,
  findOwnQuotas,
  sumStorage,
} from "./queries.ts";
import {
  COSTS,
  quota,
  quotaOfPerson,
  quotaPatch,
  type Quota,
  type QuotaOfPerson,
} from "./shapes.ts";
import { jobLimit, limitsOf } from "./take.ts";

const own = createRoute({
  method: "get",
  path: "/account/quota",
  tags: ["account"],
  summary: "What your account holds and does, and how much of each it may",
  responses: { 200: json(quota, "Used and allowed"), ...problems },
});

const ofPerson = createRoute({
  method: "get",
  path: "/admin/users/{id}/quota",
  tags: ["administration"],
  summary: "What an account holds, and how much of each it may",
  request: { params: idParam },
  responses: { 200: json(quotaOfPerson, "Used and allowed"), ...problems },
});

const change = createRoute({
  method: "patch",
  path: "/admin/users/{id}/quota",
  tags: ["administration"],
  summary: "Give one account other amounts; null gives back what everybody has",
  request: { params: idParam, body: jsonBody(quotaPatch) },
  responses: { 200: json(quotaOfPerson, "Used and allowed from now on"), ...problems },
});

export function quotaRoutes(context: Context, limiter: RateLimiter, streams: OpenStreams) {
  return createRouter()
    .openapi(own, async (c) =>
      c.json(await readQuota(context, limiter, streams, c.get("caller").userId), 200),
    )
    .openapi(ofPerson, async (c) => {
      const { id } = c.req.valid("param");
      return c.json(await readQuotaOf(context, limiter, streams, id), 200);
    })
    .openapi(change, async (c) => {
      const { id } = c.req.valid("param");
      await changeQuotas(context, c.get("caller").userId, id, c.req.valid("json"));
      return c.json(await readQuotaOf(context, limiter, streams, id), 200);
    });
}

/** @throws Failure `not-found`. */
async function readQuotaOf(
  context: Context,
  limiter: RateLimiter,
  streams: OpenStreams,
  userId: string,
): Promise<QuotaOfPerson> {
  const { database, config } = context;
  const own =
    (await forPurpose("administration", () => findOwnQuotas(database, userId))) ??
    fail("not-found");
  const everybody = Object.fromEntries(
    QUOTA_NAMES.map((name) => [name, config.quotas[name]]),
  ) as QuotaOfPerson["everybody"];
  return { ...(await readQuota(context, limiter, streams, userId)), own, everybody };
}

async function readQuota(
  context: Context,
  limiter: RateLimiter,
  streams: OpenStreams,
  userId: string,
): Promise<Quota> {
  const { database, config } = context;
  const [limits, storage, uploads, jobs, keys, passkeys] = await Promise.all([
    limitsOf(context, database, userId),
    sumStorage(database, userId),
    countUnfinishedUploads(database, userId),
    countQueuedJobs(database, userId),
    countKeys(database, userId, "api_keys"),
    countKeys(database, userId, "passkeys"),
  ]);
  const open = async (kind: StreamKind) => ({
    used: await streams.count(userId, kind, limits[kind]),
    limit: limits[kind],
  });
  const requests = COSTS.map(async (operation) => {
    const rate = rateOf(config, operation);
    const used = await limiter.count(rate, userId);
    return { operation, used: used ?? 0, limit: used === undefined ? null : rate.limit };
  });
  return {
    storage_bytes: { used: storage, limit: limits.storage_bytes },
    unfinished_uploads: { used: uploads, limit: limits.unfinished_uploads },
    queued_jobs: ASKED_JOB_TYPES.map((job_type) => ({
      job_type,
      used: jobs.get(job_type) ?? 0,
      limit: jobLimit(limits, job_type),
    })),
    event_streams: await open("event_streams"),
    answer_streams: await open("answer_streams"),
    api_keys: { used: keys, limit: limits.api_keys },
    passkeys: { used: passkeys, limit: limits.passkeys },
    requests_per_minute: await Promise.all(requests),
  };
}
