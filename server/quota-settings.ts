/**
 * What one account may hold and do; `features/quotas` keeps to it. An administrator may give a person other amounts.
 */
import type { z } from "zod";
import { count, text } from "./setting-types.ts";
import { ASKED_JOB_TYPES } from "./vocabulary.ts";

const GiB = 1024 ** 3;

/** For these types another number holds than LM_QUOTA_QUEUED_JOBS. */
const OF_TYPE =
  "export-account=3,import-account=3,export-cards=5,import-cards=5,suggest-cards=20,summarise-source=20";

export const quotaSettings = {
  LM_QUOTA_STORAGE_BYTES: count.default(50 * GiB),
  LM_QUOTA_UNFINISHED_UPLOADS: count.default(50),
  LM_QUOTA_QUEUED_JOBS: count.default(500),
  LM_QUOTA_QUEUED_JOBS_OF_TYPE: text.default(OF_TYPE),
  LM_QUOTA_EVENT_STREAMS: count.default(30),
  LM_QUOTA_ANSWER_STREAMS: count.default(5),
  LM_QUOTA_API_KEYS: count.default(50),
  LM_QUOTA_PASSKEYS: count.default(20),
  LM_QUOTA_SEARCHES_PER_MINUTE: count.default(120),
  LM_QUOTA_QUESTIONS_PER_MINUTE: count.default(30),
  LM_QUOTA_SPEECHES_PER_MINUTE: count.default(60),
  LM_QUOTA_UPLOADS_PER_MINUTE: count.default(240),
  LM_QUOTA_TRANSFERS_PER_MINUTE: count.default(20),
  LM_QUOTA_EXERCISES_PER_MINUTE: count.default(60),
  LM_QUOTA_TRANSCRIPTIONS_PER_MINUTE: count.default(60),
};

type Given = { [K in keyof typeof quotaSettings]: z.infer<(typeof quotaSettings)[K]> };

/** @param mistakes gets a sentence for each entry that is none. */
export function readQuotas(e: Given, mistakes: string[]) {
  const jobTypes: readonly string[] = ASKED_JOB_TYPES;
  const ofType: Record<string, number> = {};
  for (const entry of e.LM_QUOTA_QUEUED_JOBS_OF_TYPE.split(",").map((part) => part.trim())) {
    const [, type, count] = /^([a-z-]+)=([1-9]\d{0,8})$/.exec(entry) ?? [];
    if (type && jobTypes.includes(type)) ofType[type] = Number(count);
    else
      mistakes.push(
        `LM_QUOTA_QUEUED_JOBS_OF_TYPE: each entry is like export-account=3; types are ${jobTypes.join(", ")}`,
      );
  }
  return {
    storage_bytes: e.LM_QUOTA_STORAGE_BYTES,
    unfinished_uploads: e.LM_QUOTA_UNFINISHED_UPLOADS,
    queued_jobs: e.LM_QUOTA_QUEUED_JOBS,
    /** Types for which another number holds. */
    queuedJobsOfType: ofType,
    event_streams: e.LM_QUOTA_EVENT_STREAMS,
    answer_streams: e.LM_QUOTA_ANSWER_STREAMS,
    api_keys: e.LM_QUOTA_API_KEYS,
    passkeys: e.LM_QUOTA_PASSKEYS,
    requestsPerMinute: {
      searches: e.LM_QUOTA_SEARCHES_PER_MINUTE,
      questions: e.LM_QUOTA_QUESTIONS_PER_MINUTE,
      speeches: e.LM_QUOTA_SPEECHES_PER_MINUTE,
      uploads: e.LM_QUOTA_UPLOADS_PER_MINUTE,
      transfers: e.LM_QUOTA_TRANSFERS_PER_MINUTE,
      exercises: e.LM_QUOTA_EXERCISES_PER_MINUTE,
      transcriptions: e.LM_QUOTA_TRANSCRIPTIONS_PER_MINUTE,
    },
  };
}
