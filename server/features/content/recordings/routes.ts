import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import {
  transcription,
  transcriptionJob,
  transcriptionWish,
} from "#server/features/transcription/shapes.ts";
import { bytesOf, describedBody, filePart } from "#server/http/request-body.ts";
import {
  createRouter,
  idParam,
  json,
  jsonBody,
  pageOf,
  pageQuery,
  problems,
  toPage,
} from "#server/http/router.ts";
import { sendFile } from "#server/http/send-file.ts";
import { subjectFilter } from "#server/http/shapes.ts";
import { ENCODINGS } from "#server/vocabulary.ts";
import { changeRecording } from "./change-recording.ts";
import { deleteRecording } from "./delete-recording.ts";
import { findRecording, findRecordingFile, listRecordings } from "./queries.ts";
import { readWaveform } from "./read-waveform.ts";
import { recording, recordingPatch, uploadFields, uploadedRecording, waveform } from "./shapes.ts";
import { supplyCaptionsTo } from "./supply-captions-to.ts";
import { transcribeAgain } from "./transcribe-again.ts";
import { uploadRecording } from "./upload-recording.ts";

const tags = ["recordings"];

const upload = createRoute({
  method: "post",
  path: "/recordings",
  tags,
  summary: "Upload a recording in one request",
  description:
    "multipart/form-data: `file`, and optionally `captions` (SRT, WebVTT, SBV, TTML or LRC), " +
    "`captions_encoding`, `title`, `recording_type`, `subject`, `language`, `engine`, " +
    "`transcribe` (true). The file is streamed.",
  request: {
    body: describedBody({
      "multipart/form-data": uploadFields.extend({ file: filePart, captions: filePart.optional() }),
    }),
  },
  responses: {
    201: json(uploadedRecording, "The recording and, where one was started, its transcription job"),
    ...problems,
  },
});

const list = createRoute({
  method: "get",
  path: "/recordings",
  tags,
  summary: "Recordings, newest first",
  request: { query: pageQuery.extend({ subject: subjectFilter.optional() }) },
  responses: { 200: json(pageOf(recording), "A page of recordings"), ...problems },
});

const get = createRoute({
  method: "get",
  path: "/recordings/{id}",
  tags,
  summary: "One recording",
  request: { params: idParam },
  responses: { 200: json(recording, "The recording"), ...problems },
});

const audio = createRoute({
  method: "get",
  path: "/recordings/{id}/audio",
  tags,
  summary: "The sound as it was uploaded, with ranges",
  request: { params: idParam, query: z.object({ download: z.enum(["true", "false"]).optional() }) },
  responses: {
    200: { description: "The whole file" },
    206: { description: "The range asked for" },
    ...problems,
  },
});

const patch = createRoute({
  method: "patch",
  path: "/recordings/{id}",
  tags,
  summary: "Change title, type, subject, tags or language",
  request: { params: idParam, body: jsonBody(recordingPatch) },
  responses: { 200: json(recording, "The recording"), ...problems },
});

const remove = createRoute({
  method: "delete",
  path: "/recordings/{id}",
  tags,
  summary: "Delete a recording with its transcripts",
  request: { params: idParam },
  responses: { 204: { description: "Deleted" }, ...problems },
});

const transcribe = createRoute({
  method: "post",
  path: "/recordings/{id}/transcribe",
  tags,
  summary:
    "Transcribe again, with another engine or language where asked; the older version is kept",
  request: {
    params: idParam,
    body: { content: { "application/json": { schema: transcriptionWish } } },
  },
  responses: { 201: json(transcriptionJob, "The new transcription job"), ...problems },
});

const captions = createRoute({
  method: "post",
  path: "/recordings/{id}/captions",
  tags,
  summary:
    "Supply captions (SRT, WebVTT, SBV, TTML, LRC) as the transcript; what was there before " +
    "is kept as an older version",
  request: {
    params: idParam,
    query: z.object({ encoding: z.enum(ENCODINGS).optional() }),
    body: {
      content: {
        "text/vtt": { schema: z.string() },
        "application/x-subrip": { schema: z.string() },
        "application/ttml+xml": { schema: z.string() },
        "text/plain": { schema: z.string() },
      },
      required: true,
    },
  },
  responses: { 201: json(transcription, "The supplied transcription"), ...problems },
});

const wave = createRoute({
  method: "get",
  path: "/recordings/{id}/waveform",
  tags,
  summary: "What the recording looks like; made once, soon after the upload",
  request: { params: idParam },
  responses: { 200: json(waveform, "The waveform"), ...problems },
});

/** What senders call an SRT or VTT file; curl calls it a form. */
const CAPTIONS_TYPE =
  /^(text\/\S+|application\/(x-subrip|octet-stream|x-www-form-urlencoded))(\s*;|$)/i;

export function recordingRoutes(context: Context) {
  const { database } = context;
  return createRouter()
    .openapi(upload, async (c) => c.json(await uploadRecording(context, c), 201))
    .openapi(list, async (c) => {
      const query = c.req.valid("query");
      return c.json(
        toPage(await listRecordings(database, c.get("caller").userId, query), query.limit),
        200,
      );
    })
    .openapi(get, async (c) => {
      const found = await findRecording(database, c.get("caller").userId, c.req.valid("param").id);
      return c.json(found ?? fail("not-found"), 200);
    })
    .openapi(audio, async (c) => {
      const { id } = c.req.valid("param");
      const file =
        (await findRecordingFile(database, c.get("caller").userId, id)) ?? fail("not-found");
      return sendFile(c, context.storage, {
        ...file,
        etag: file.sha256.toString("hex"),
        filename: file.original_filename ?? file.title,
        download: c.req.valid("query").download === "true",
      });
    })
    .openapi(wave, async (c) =>
      c.json(await readWaveform(context, c.get("caller").userId, c.req.valid("param").id), 200),
    )
    .openapi(patch, async (c) => {
      const { userId } = c.get("caller");
      const { id } = c.req.valid("param");
      const values = c.req.valid("json");
      if (Object.keys(values).length > 0) await changeRecording(context, userId, id, values);
      return c.json((await findRecording(database, userId, id)) ?? fail("not-found"), 200);
    })
    .openapi(remove, async (c) => {
      await deleteRecording(context, c.get("caller").userId, c.req.valid("param").id);
      return c.body(null, 204);
    })
    .openapi(transcribe, async (c) => {
      const { userId } = c.get("caller");
      const { id } = c.req.valid("param");
      const wish = c.req.header("content-type") ? c.req.valid("json") : {};
      const job = await transcribeAgain(context, userId, id, wish);
      return c.json(job, 201);
    })
    .openapi(captions, async (c) => {
      if (!CAPTIONS_TYPE.test(c.req.header("content-type") ?? "text/vtt"))
        fail("content-type-unsupported", {
          message: "Captions are sent as text/vtt or application/x-subrip.",
        });
      const made = await supplyCaptionsTo(
        context,
        c.get("caller").userId,
        c.req.valid("param").id,
        bytesOf(c),
        {
          chosen: c.req.valid("query").encoding,
          contentType: c.req.header("content-type"),
        },
      );
      return c.json(made, 201);
    });
}
