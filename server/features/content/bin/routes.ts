import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { createRouter, json, jsonBody, pageOf, pageQuery, problems } from "#server/http/router.ts";
import { emptyBin } from "./empty-bin.ts";
import { putBack } from "./put-back.ts";
import { listBin } from "./queries.ts";
import { binned, binnedThing, binWish, emptied } from "./shapes.ts";
import { throwAway } from "./throw-away.ts";

const tags = ["bin"];

const list = createRoute({
  method: "get",
  path: "/bin",
  tags,
  summary: "What was thrown away, last first; each thing is deleted after thirty days",
  request: {
    query: pageQuery.extend({
      cursor: z
        .string()
        .regex(
          /^\d{1,18}_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
          "is not a cursor of this list",
        )
        .optional(),
    }),
  },
  responses: { 200: json(pageOf(binnedThing), "A page of the bin"), ...problems },
});

const add = createRoute({
  method: "post",
  path: "/bin",
  tags,
  summary: "Throw recordings and study materials away; all of them or none",
  description:
    "For thirty days they can be put back as they were. Meanwhile no list, search or answer " +
    "knows them; their storage counts. DELETE of a recording or study material deletes at " +
    "once, also from the bin.",
  request: { body: jsonBody(binWish) },
  responses: { 200: json(binned, "How many"), ...problems },
});

const restore = createRoute({
  method: "post",
  path: "/bin/restore",
  tags,
  summary: "Put back what was thrown away; all of it or none",
  request: { body: jsonBody(binWish) },
  responses: { 200: json(binned, "How many"), ...problems },
});

const empty = createRoute({
  method: "delete",
  path: "/bin",
  tags,
  summary: "Delete for good whatever is in the bin, some hundreds of things at a time",
  description: "Until `left` is 0, the same request deletes the next ones, oldest first.",
  responses: { 200: json(emptied, "How many"), ...problems },
});

export function binRoutes(context: Context) {
  const { database } = context;
  return createRouter()
    .openapi(list, async (c) =>
      c.json(await listBin(database, c.get("caller").userId, c.req.valid("query")), 200),
    )
    .openapi(add, async (c) =>
      c.json(await throwAway(context, c.get("caller").userId, c.req.valid("json").items), 200),
    )
    .openapi(restore, async (c) =>
      c.json(await putBack(context, c.get("caller").userId, c.req.valid("json").items), 200),
    )
    .openapi(empty, async (c) => c.json(await emptyBin(context, c.get("caller").userId), 200));
}
