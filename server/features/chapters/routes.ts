import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { disposition } from "#server/http/disposition.ts";
import { expectedState, ifMatch } from "#server/http/if-match.ts";
import { createRouter, idParam, json, jsonBody, problems } from "#server/http/router.ts";
import {
  changeChapters,
  findRecording,
  forgetChapters,
  getChapters,
  writeChapters,
} from "./chapters.ts";
import { CHAPTER_FORMATS, chaptersPatch, recordingChapters } from "./shapes.ts";

const tags = ["chapters"];
const path = "/recordings/{id}/chapters";
const TYPES = { txt: "text/plain", vtt: "text/vtt", json: "application/json" };

const get = createRoute({
  method: "get",
  path,
  tags,
  summary: "The chapters of a recording with their seconds",
  request: { params: idParam },
  responses: { 200: json(recordingChapters, "The chapters"), ...problems },
});

const change = createRoute({
  method: "patch",
  path,
  tags,
  summary: "Put the chapters in order; they hold whatever happens to the transcript",
  request: { params: idParam, headers: ifMatch, body: jsonBody(chaptersPatch) },
  responses: { 200: json(recordingChapters, "The chapters"), ...problems },
});

const forget = createRoute({
  method: "delete",
  path,
  tags,
  summary: "Go back to the chapters that are found in the transcript",
  request: { params: idParam },
  responses: { 204: { description: "Yours are deleted" }, ...problems },
});

const exportFile = createRoute({
  method: "get",
  path: `${path}/export`,
  tags,
  summary: "The chapters as a file",
  request: { params: idParam, query: z.object({ format: z.enum(CHAPTER_FORMATS).default("txt") }) },
  responses: { 200: { description: "The file" }, ...problems },
});

export function chapterRoutes(context: Context) {
  return createRouter()
    .openapi(get, async (c) =>
      c.json(await getChapters(context, c.get("caller").userId, c.req.valid("param").id), 200),
    )
    .openapi(change, async (c) => {
      const { userId } = c.get("caller");
      const { id } = c.req.valid("param");
      const { items } = c.req.valid("json");
      return c.json(await changeChapters(context, userId, id, items, expectedState(c)), 200);
    })
    .openapi(forget, async (c) => {
      await forgetChapters(context, c.get("caller").userId, c.req.valid("param").id);
      return c.body(null, 204);
    })
    .openapi(exportFile, async (c) => {
      const { userId } = c.get("caller");
      const { id } = c.req.valid("param");
      const { format } = c.req.valid("query");
      const { title, duration_seconds } = await findRecording(context.database, userId, id);
      const { items } = await getChapters(context, userId, id);
      c.header("Content-Type", `${TYPES[format]}; charset=utf-8`);
      c.header("Content-Disposition", disposition("attachment", `${title}.chapters.${format}`));
      return c.body(writeChapters(items, duration_seconds, format));
    });
}
