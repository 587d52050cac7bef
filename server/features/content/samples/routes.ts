import { createRoute } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { createRouter, json, problems } from "#server/http/router.ts";
import { sample } from "./shapes.ts";
import { describeSample, removeSample, startSample } from "./start-sample.ts";

const tags = ["samples"];

const get = createRoute({
  method: "get",
  path: "/sample",
  tags,
  summary: "What is there of the sample lecture",
  responses: { 200: json(sample, "What is there"), ...problems },
});

const add = createRoute({
  method: "post",
  path: "/sample",
  tags,
  summary:
    "A lecture and a document to try everything with: a job; what is there is not made again",
  responses: { 202: json(sample, "What is there, and the job"), ...problems },
});

const remove = createRoute({
  method: "delete",
  path: "/sample",
  tags,
  summary: "Delete the sample lecture and its document",
  responses: { 204: { description: "It is gone" }, ...problems },
});

export function sampleRoutes(context: Context) {
  return createRouter()
    .openapi(get, async (c) =>
      c.json(await describeSample(context.database, c.get("caller").userId), 200),
    )
    .openapi(add, async (c) => {
      const { userId } = c.get("caller");
      await startSample(context, userId);
      return c.json(await describeSample(context.database, userId), 202);
    })
    .openapi(remove, async (c) => {
      await removeSample(context, c.get("caller").userId);
      return c.body(null, 204);
    });
}
