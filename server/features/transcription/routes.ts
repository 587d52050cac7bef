import { Readable } from "node:stream";
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { Handlers } from "#server/features/jobs/contract.ts";
import { disposition } from "#server/http/disposition.ts";
import { jsonInTurns } from "#server/http/json-in-turns.ts";
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
import { chooseVersion, deleteTranscription } from "./choose-version.ts";
import { editSegment } from "./edit-segment.ts";
import { EXPORT_FORMATS, exportTranscription } from "./export-transcription.ts";
import { transcriptionJobRoutes } from "./job-routes.ts";
import { nameSpeakers } from "./name-speakers.ts";
import { withDoubts, withNoSpeech } from "./present.ts";
import { findTranscription, listSegments, listTranscriptions } from "./queries.ts";
import {
  segment,
  segmentEdit,
  speakerNaming,
  speakersNamed,
  transcription,
  transcriptionPatch,
  transcriptionSummary,
  transcriptionWithSegments,
} from "./shapes.ts";
import { findSuppliedCaptions, readCaptionsAgain } from "./supply-captions.ts";

const tags = ["transcription"];

const list = createRoute({
  method: "get",
  path: "/transcriptions",
  tags,
  summary: "Transcriptions, newest first, all versions",
  request: { query: pageQuery.extend({ recording_id: z.uuid().optional() }) },
  responses: {
    200: json(pageOf(transcriptionSummary), "A page of transcriptions, without their texts"),
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

const choose = createRoute({
  method: "patch",
  path: "/transcriptions/{id}",
  tags,
  summary: "Show and search this version of a recording's transcript, or read captions again",
  description:
    "`is_current: true` makes it the version that is shown and searched; `text_encoding` " +
    "reads supplied captions again in this encoding.",
  request: { params: idParam, body: jsonBody(transcriptionPatch) },
  responses: { 200: json(transcription, "The transcription"), ...problems },
});

const edit = createRoute({
  method: "patch",
  path: "/transcriptions/{id}/segments/{number}",
  tags,
  summary: "Correct a segment, or undo all corrections of it; citations move along or are flagged",
  request: {
    params: idParam.extend({ number: z.coerce.number().int().min(0).max(2_147_483_647) }),
    body: jsonBody(segmentEdit),
  },
  responses: { 200: json(segment, "The segment as it is now"), ...problems },
});

const speakers = createRoute({
  method: "patch",
  path: "/transcriptions/{id}/speakers",
  tags,
  summary: "Name who speaks: everything of one voice, or some segments",
  request: { params: idParam, body: jsonBody(speakerNaming) },
  responses: { 200: json(speakersNamed, "How many segments changed"), ...problems },
});

const exportFile = createRoute({
  method: "get",
  path: "/transcriptions/{id}/export",
  tags,
  summary: "The transcript as a file",
  request: { params: idParam, query: z.object({ format: z.enum(EXPORT_FORMATS).default("txt") }) },
  responses: { 200: { description: "The file" }, ...problems },
});

const captionsFile = createRoute({
  method: "get",
  path: "/transcriptions/{id}/captions",
  tags,
  summary: "The captions file of a supplied transcript, byte for byte as it was sent",
  request: { params: idParam },
  responses: { 200: { description: "The file" }, ...problems },
});

const remove = createRoute({
  method: "delete",
  path: "/transcriptions/{id}",
  tags,
  summary: "Delete a transcription; the recording stays, and an older version is shown again",
  request: { params: idParam },
  responses: { 204: { description: "Deleted" }, ...problems },
});

export function transcriptionRoutes(context: Context, handlers: Handlers) {
  const { database } = context;
  const transcriptions = createRouter()
    .openapi(list, async (c) => {
      const query = c.req.valid("query");
      const page = toPage(
        await listTranscriptions(database, c.get("caller").userId, query),
        query.limit,
      );
      return c.json(page, 200);
    })
    .openapi(get, async (c) => {
      const { userId } = c.get("caller");
      const found =
        (await findTranscription(database, userId, c.req.valid("param").id)) ?? fail("not-found");
      const segments = await listSegments(database, userId, found.id);
      return jsonInTurns(c, withNoSpeech(found), "segments", segments.values().map(withDoubts));
    })
    .openapi(choose, async (c) => {
      const { userId } = c.get("caller");
      const { id } = c.req.valid("param");
      const patch = c.req.valid("json");
      const chosen =
        "text_encoding" in patch
          ? await readCaptionsAgain(context, userId, id, patch.text_encoding)
          : await chooseVersion(context, userId, id);
      return c.json(withNoSpeech(chosen), 200);
    })
    .openapi(edit, async (c) => {
      const { id, number } = c.req.valid("param");
      const edited = await editSegment(
        context,
        c.get("caller").userId,
        id,
        number,
        c.req.valid("json"),
      );
      return c.json(withDoubts(edited), 200);
    })
    .openapi(speakers, async (c) =>
      c.json(
        await nameSpeakers(
          context,
          c.get("caller").userId,
          c.req.valid("param").id,
          c.req.valid("json"),
        ),
        200,
      ),
    )
    .openapi(exportFile, async (c) => {
      const { format } = c.req.valid("query");
      const file = await exportTranscription(
        context,
        c.get("caller").userId,
        c.req.valid("param").id,
        format,
      );
      c.header("Content-Disposition", disposition("attachment", file.filename));
      c.header("Content-Type", file.contentType);
      return c.body(Readable.toWeb(file.body) as ReadableStream, 200);
    })
    .openapi(captionsFile, async (c) => {
      const { id } = c.req.valid("param");
      const file =
        (await findSuppliedCaptions(database, c.get("caller").userId, id)) ?? fail("not-found");
      c.header(
        "Content-Disposition",
        disposition("attachment", file.filename ?? `captions.${file.format}`),
      );
      c.header("Content-Type", "application/octet-stream");
      return c.body(new Uint8Array(file.content), 200);
    })
    .openapi(remove, async (c) => {
      await deleteTranscription(context, c.get("caller").userId, c.req.valid("param").id);
      return c.body(null, 204);
    });
  transcriptions.route("/", transcriptionJobRoutes(context, handlers));
  return transcriptions;
}
