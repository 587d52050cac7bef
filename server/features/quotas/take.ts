/**
 * What one account may hold. Each function is called first in the transaction that adds something: it waits for others
 * of the same account, so that two requests at once cannot both have the last place, and none waits while it holds a
 * row.
 */
import type { QuotasValue } from "#database/json-columns.ts";
import { asOwner } from "#database/principal.ts";
import type { Config } from "#server/config.ts";
import type { Context, Queryable, Tx } from "#server/context.ts";
import { Failure, fail } from "#server/failures.ts";
import { ASKED_JOB_TYPES } from "#server/vocabulary.ts";
import { QUOTA_NAMES } from "#server/vocabulary.ts";
import {
  countKeys,
  countQueuedJobs,
  countUnfinishedUploads,
  findOwnQuotas,
  lockQuotas,
  sumStorage,
  type Except,
} from "./queries.ts";
import type { QuotaName } from "./shapes.ts";

export type AskedJobType = (typeof ASKED_JOB_TYPES)[number];
export type Limits = Record<QuotaName, number> & Pick<Config["quotas"], "queuedJobsOfType">;

type Needed = Pick<Context, "config">;

/** In seconds: when it may be worth asking again. */
const JOBS_LATER = 30;
const PERSON_LATER = 60;

/**
 * Of this account: what an administrator gave it, else the server's setting.
 * @param known what was given, where the request knows it
 */
export async function limitsOf(
  { config }: Needed,
  database: Queryable,
  userId: string,
  known?: QuotasValue,
): Promise<Limits> {
  const own = known ?? (await asOwner(userId, () => findOwnQuotas(database, userId))) ?? {};
  const limits = { queuedJobsOfType: config.quotas.queuedJobsOfType } as Limits;
  for (const name of QUOTA_NAMES) limits[name] = own[name] ?? config.quotas[name];
  return limits;
}

/** Who was given another number has it for every type that has no smaller one. */
export function jobLimit(limits: Limits, type: AskedJobType) {
  return Math.min(limits.queued_jobs, limits.queuedJobsOfType[type] ?? Infinity);
}

async function locked(context: Needed, tx: Tx, userId: string) {
  await lockQuotas(tx, userId);
  return limitsOf(context, tx, userId);
}

/**
 * @param bytes that come in; 0 asks only whether there is any space left.
 * @throws Failure `quota-storage`.
 */
export async function takeStorage(
  context: Needed,
  tx: Tx,
  userId: string,
  bytes: number,
  except: Except = {},
) {
  const { storage_bytes } = await locked(context, tx, userId);
  const used = await sumStorage(tx, userId, except);
  if (used + Math.max(bytes, 1) > storage_bytes) fail("quota-storage");
}

/**
 * How many bytes may still come in: for a stream, whose length is known at its end.
 * @throws Failure `quota-storage` when none.
 */
async function storageLeft(context: Context, userId: string, except: Except = {}) {
  const { storage_bytes } = await limitsOf(context, context.database, userId);
  const left = storage_bytes - (await sumStorage(context.database, userId, except));
  return left > 0 ? left : fail("quota-storage");
}

/**
 * Runs `work`, which reads a file of at most `maxBytes`, with what is left where that is less.
 * @throws Failure `quota-storage`, where the file would have been small enough for the server.
 */
export async function withinStorage<T>(
  context: Context,
  userId: string,
  maxBytes: number,
  work: (maxBytes: number) => Promise<T>,
  except: Except = {},
): Promise<T> {
  const left = await storageLeft(context, userId, except);
  if (left >= maxBytes) return work(maxBytes);
  return work(left).catch((error: unknown) => {
    if (error instanceof Failure && error.code === "file-too-large")
      fail("quota-storage", { cause: error });
    throw error;
  });
}

/**
 * Of a file that a job makes, whose length is known at its end: `write` is given how many bytes it may have.
 * `takeStorage` follows in the transaction of its row.
 * @throws Failure `quota-storage`.
 */
export function madeWithinStorage<T>(
  context: Context,
  userId: string,
  write: (maxBytes: number) => Promise<T>,
  except: Except = {},
): Promise<T> {
  return withinStorage(context, userId, Number.MAX_SAFE_INTEGER, write, except);
}

/** @throws Failure `quota-uploads`. */
export async function takeUploadPlace(context: Needed, tx: Tx, userId: string) {
  const { unfinished_uploads } = await locked(context, tx, userId);
  if ((await countUnfinishedUploads(tx, userId)) >= unfinished_uploads)
    fail("quota-uploads", { retryAfterSeconds: PERSON_LATER });
}

/** @throws Failure `quota-jobs`. */
export async function takeJobPlace(context: Needed, tx: Tx, userId: string, type: AskedJobType) {
  const limits = await locked(context, tx, userId);
  if (((await countQueuedJobs(tx, userId)).get(type) ?? 0) >= jobLimit(limits, type))
    fail("quota-jobs", { retryAfterSeconds: JOBS_LATER });
}

/** Of a failed job that was put back in this transaction, after `lockQuotas`. @throws Failure `quota-jobs`. */
export async function checkJobPlaces(context: Needed, tx: Tx, userId: string, type: AskedJobType) {
  const limits = await limitsOf(context, tx, userId);
  if (((await countQueuedJobs(tx, userId)).get(type) ?? 0) > jobLimit(limits, type))
    fail("quota-jobs", { retryAfterSeconds: JOBS_LATER });
}

export function isAsked(type: string): type is AskedJobType {
  return (ASKED_JOB_TYPES as readonly string[]).includes(type);
}

/** @throws Failure `quota-keys`. */
export async function takeKeyPlace(
  context: Needed,
  tx: Tx,
  userId: string,
  kind: "api_keys" | "passkeys",
) {
  const limits = await locked(context, tx, userId);
  if ((await countKeys(tx, userId, kind)) >= limits[kind])
    fail("quota-keys", { retryAfterSeconds: PERSON_LATER });
}
