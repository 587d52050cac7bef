import { createRoute } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { createRouter, idParam, json, jsonBody, problems } from "#server/http/router.ts";
import { findSpeakers, forgetSpeakers, getSpeakers } from "./find-speakers.ts";
import { recordingSpeakers, speakerSearch } from "./shapes.ts";

const tags = ["speakers"];
const path = "/recordings/{id}/speakers";

const find = createRoute({
  method: "post",
  path,
  tags,
  summary:
    "Find who speaks when, by the voices, in a job; every transcript takes its names from it",
  request: { params: idParam, body: jsonBody(speakerSearch) },
  responses: {
    202: json(recordingSpeakers, "It is being looked for; `status` tells when it is done"),
    ...problems,
  },
});

const get = createRoute({
  method: "get",
  path,
  tags,
  summary: "Who was found to speak, and what this server needs for it",
  request: { params: idParam },
  responses: { 200: json(recordingSpeakers, "The search and whom it found"), ...problems },
});

const forget = createRoute({
  method: "delete",
  path,
  tags,
  summary: "Take the names that were found out of all transcripts of the recording",
  request: { params: idParam },
  responses: { 204: { description: "Taken out; the texts stay as they are" }, ...problems },
});

export function speakerRoutes(context: Context) {
  return createRouter()
    .openapi(find, async (c) => {
      const { userId } = c.get("caller");
      const { id } = c.req.valid("param");
      return c.json(await findSpeakers(context, userId, id, c.req.valid("json")), 202);
    })
    .openapi(get, async (c) =>
      c.json(await getSpeakers(context, c.get("caller").userId, c.req.valid("param").id), 200),
    )
    .openapi(forget, async (c) => {
      await forgetSpeakers(context, c.get("caller").userId, c.req.valid("param").id);
      return c.body(null, 204);
    });
}
