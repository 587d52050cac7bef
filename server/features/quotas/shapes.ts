import { z } from "@hono/zod-openapi";
import type { Config } from "#server/config.ts";
import { ASKED_JOB_TYPES, QUOTA_NAMES } from "#server/vocabulary.ts";

const amount = z.number().int();
const used = z.object({ used: amount, limit: amount });

export type QuotaName = (typeof QUOTA_NAMES)[number];

/** Kinds of operations that cost the server more than a look into its tables. */
export const COSTS = [
  "searches",
  "questions",
  "speeches",
  "uploads",
  "transfers",
  "exercises",
  "transcriptions",
] as const satisfies (keyof Config["quotas"]["requestsPerMinute"])[];
export type Cost = (typeof COSTS)[number];

export const quota = z
  .object({
    storage_bytes: used.openapi({
      description:
        "Files, captions, notes, and uploads under way with the length that they announced",
    }),
    unfinished_uploads: used,
    queued_jobs: z.array(used.extend({ job_type: z.enum(ASKED_JOB_TYPES) })).openapi({
      description: "Waiting and running, by what was asked for",
    }),
    event_streams: used,
    answer_streams: used,
    api_keys: used,
    passkeys: used,
    requests_per_minute: z
      .array(z.object({ operation: z.enum(COSTS), used: amount, limit: amount.nullable() }))
      .openapi({ description: "`limit` is null while the server counts none" }),
  })
  .openapi("Quota");
export type Quota = z.infer<typeof quota>;

const amounts = Object.fromEntries(QUOTA_NAMES.map((name) => [name, amount])) as Record<
  QuotaName,
  typeof amount
>;

/** As an administrator sees it. */
export const quotaOfPerson = quota
  .extend({
    own: z.object(amounts).partial().openapi({ description: "What an administrator gave it" }),
    everybody: z.object(amounts).openapi({ description: "What it has otherwise" }),
  })
  .openapi("QuotaOfPerson");
export type QuotaOfPerson = z.infer<typeof quotaOfPerson>;

const MOST = 2 ** 50;
const given = z.number().int().min(0).max(MOST).nullable().optional();

/** Null gives back what everybody has. */
export const quotaPatch = z.strictObject({
  storage_bytes: given,
  unfinished_uploads: given,
  queued_jobs: given,
  event_streams: given,
  answer_streams: given,
  api_keys: given,
  passkeys: given,
} satisfies Record<QuotaName, unknown>);
