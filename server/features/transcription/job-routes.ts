import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { cancelJob } from "#server/features/jobs/cancel-job.ts";
import type { Handlers } from "#server/features/jobs/contract.ts";
import { findPlaces } from "#server/features/jobs/queue-place.ts";
import { retryJob } from "#server/features/jobs/retry-job.ts";
import {
  createRouter,
  idParam,
  json,
  pageOf,
  pageQuery,
  problems,
  toPage,
} from "#server/http/router.ts";
import { findTimesLeft, findTranscriptionJob, listTranscriptionJobs } from "./queries.ts";
import { engines, transcriptionJob, transcriptionStatus } from "./shapes.ts";

const tags = ["transcription"];

const listJobs = createRoute({
  method: "get",
  path: "/transcription-jobs",
  tags,
  summary: "Transcription jobs, newest first",
  request: {
    query: pageQuery.extend({
      recording_id: z.uuid().optional(),
      status: transcriptionStatus.optional(),
    }),
  },
  responses: { 200: json(pageOf(transcriptionJob), "A page of transcription jobs"), ...problems },
});

const getJob = createRoute({
  method: "get",
  path: "/transcription-jobs/{id}",
  tags,
  summary: "One transcription job with its true progress",
  request: { params: idParam },
  responses: { 200: json(transcriptionJob, "The transcription job"), ...problems },
});

const cancel = createRoute({
  method: "post",
  path: "/transcription-jobs/{id}/cancel",
  tags,
  summary: "Stop a transcription",
  request: { params: idParam },
  responses: { 200: json(transcriptionJob, "The transcription job"), ...problems },
});

const retry = createRoute({
  method: "post",
  path: "/transcription-jobs/{id}/retry",
  tags,
  summary: "Try a failed or cancelled transcription again, from where it stopped",
  request: { params: idParam },
  responses: { 200: json(transcriptionJob, "The transcription job"), ...problems },
});

const listEngines = createRoute({
  method: "get",
  path: "/transcription-engines",
  tags,
  summary: "Engines a recording can be transcribed with, best first, and what each still needs",
  responses: { 200: json(engines, "The engines"), ...problems },
});

export function transcriptionJobRoutes(context: Context, handlers: Handlers) {
  const { database } = context;

  async function watched(userId: string, id: string) {
    const found = (await findTranscriptionJob(database, userId, id)) ?? fail("not-found");
    return (await withOutlook(userId, [found]))[0]!;
  }

  async function withOutlook<T extends { status: string; job_id: string | null }>(
    userId: string,
    rows: T[],
  ) {
    const jobsOf = (wanted: string) =>
      rows.flatMap(({ status, job_id }) => (status === wanted && job_id ? [job_id] : []));
    const times = await findTimesLeft(database, userId, jobsOf("processing"));
    const places = await findPlaces(database, userId, jobsOf("pending"));
    return rows.map((row) => ({
      ...row,
      place: (row.status === "pending" && row.job_id && places.get(row.job_id)) || null,
      time_left: (row.status === "processing" && row.job_id && times.get(row.job_id)) || null,
    }));
  }

  async function jobOf(userId: string, id: string) {
    return (
      (await watched(userId, id)).job_id ??
      fail("conflict", { message: "This transcription has already ended." })
    );
  }

  return createRouter()
    .openapi(listJobs, async (c) => {
      const query = c.req.valid("query");
      const { userId } = c.get("caller");
      const page = toPage(await listTranscriptionJobs(database, userId, query), query.limit);
      return c.json({ ...page, items: await withOutlook(userId, page.items) }, 200);
    })
    .openapi(getJob, async (c) =>
      c.json(await watched(c.get("caller").userId, c.req.valid("param").id), 200),
    )
    .openapi(cancel, async (c) => {
      const { userId } = c.get("caller");
      const { id } = c.req.valid("param");
      await cancelJob(context, handlers, userId, await jobOf(userId, id));
      return c.json(await watched(userId, id), 200);
    })
    .openapi(retry, async (c) => {
      const { userId } = c.get("caller");
      const { id } = c.req.valid("param");
      await retryJob(context, handlers, userId, await jobOf(userId, id));
      return c.json(await watched(userId, id), 200);
    })
    .openapi(listEngines, async (c) => {
      const items = await Promise.all(
        context.stt.engines.map(async ({ name, label, rough, availability }) => {
          const state = await availability();
          return {
            name,
            label,
            rough,
            available: state.available,
            models: state.available ? state.models : [],
            default_model: (state.available && state.defaultModel) || null,
            remedy: state.available ? null : state.remedy,
          };
        }),
      );
      return c.json({ items }, 200);
    });
}
