import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { cancelJob } from "#server/features/jobs/cancel-job.ts";
import { retryJob } from "#server/features/jobs/retry-job.ts";
import { notifyChanged } from "#server/http/events.ts";
import {
  createRouter,
  idParam,
  json,
  pageOf,
  pageQuery,
  problems,
  toPage,
} from "#server/http/router.ts";
import {
  findTranscription,
  findTranscriptionJob,
  listSegments,
  listTranscriptionJobs,
  listTranscriptions,
} from "./queries.ts";
import {
  transcription,
  transcriptionJob,
  transcriptionStatus,
  transcriptionWithSegments,
} from "./shapes.ts";

const tags = ["transcription"];
const ofRecording = pageQuery.extend({ recording_id: z.uuid().optional() });

const listJobs = createRoute({
  method: "get",
  path: "/transcription-jobs",
  tags,
  summary: "Transcription jobs, newest first",
  request: { query: ofRecording.extend({ status: transcriptionStatus.optional() }) },
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

const list = createRoute({
  method: "get",
  path: "/transcriptions",
  tags,
  summary: "Transcriptions, newest first, all versions",
  request: { query: ofRecording },
  responses: {
    200: json(pageOf(transcription), "A page of transcriptions, without segments"),
    ...problems,
  },
});

const get = createRoute({
  method: "get",
  path: "/transcriptions/{id}",
  tags,
  summary: "One transcription with its timed segments",
  request: { params: idParam },
  responses: { 200: json(transcriptionWithSegments, "The transcription"), ...problems },
});

const remove = createRoute({
  method: "delete",
  path: "/transcriptions/{id}",
  tags,
  summary: "Delete a transcription; the recording stays",
  request: { params: idParam },
  responses: { 204: { description: "Deleted" }, ...problems },
});

export function transcriptionRoutes(context: Context) {
  const { database } = context;

  async function watched(userId: string, id: string) {
    return (await findTranscriptionJob(database, userId, id)) ?? fail("not-found");
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
      return c.json(
        toPage(
          await listTranscriptionJobs(database, c.get("caller").userId, query),
          query.limit,
        ) as never,
        200,
      );
    })
    .openapi(getJob, async (c) =>
      c.json((await watched(c.get("caller").userId, c.req.valid("param").id)) as never, 200),
    )
    .openapi(cancel, async (c) => {
      const { userId } = c.get("caller");
      const { id } = c.req.valid("param");
      await cancelJob(context, userId, await jobOf(userId, id));
      return c.json((await watched(userId, id)) as never, 200);
    })
    .openapi(retry, async (c) => {
      const { userId } = c.get("caller");
      const { id } = c.req.valid("param");
      await retryJob(context, userId, await jobOf(userId, id));
      return c.json((await watched(userId, id)) as never, 200);
    })
    .openapi(list, async (c) => {
      const query = c.req.valid("query");
      return c.json(
        toPage(
          await listTranscriptions(database, c.get("caller").userId, query),
          query.limit,
        ) as never,
        200,
      );
    })
    .openapi(get, async (c) => {
      const { userId } = c.get("caller");
      const found =
        (await findTranscription(database, userId, c.req.valid("param").id)) ?? fail("not-found");
      return c.json(
        { ...found, segments: await listSegments(database, userId, found.id) } as never,
        200,
      );
    })
    .openapi(remove, async (c) => {
      const { userId } = c.get("caller");
      const { id } = c.req.valid("param");
      await database.transaction().execute(async (tx) => {
        const deleted = await tx
          .deleteFrom("transcriptions")
          .where("user_id", "=", userId)
          .where("id", "=", id)
          .returning("id")
          .executeTakeFirst();
        if (!deleted) fail("not-found");
        await notifyChanged(tx, userId, { kind: "transcription", id, change: "deleted" });
      });
      return c.body(null, 204);
    });
}
