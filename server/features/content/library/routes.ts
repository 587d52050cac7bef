import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { createRouter, json, jsonBody, pageOf, pageQuery, problems } from "#server/http/router.ts";
import { binRoutes } from "../bin/routes.ts";
import { changeThings } from "./change-things.ts";
import { listLibrary, listTags } from "./queries.ts";
import {
  libraryChange,
  libraryChanged,
  libraryFilters,
  libraryItem,
  libraryTags,
} from "./shapes.ts";

const tags = ["library"];

const list = createRoute({
  method: "get",
  path: "/library",
  tags,
  summary: "Recordings and study materials in one list",
  request: {
    query: pageQuery.extend({
      ...libraryFilters.shape,
      cursor: z
        .string()
        .max(3000)
        .regex(/^[\w-]+$/, "is not a cursor of this list")
        .optional(),
    }),
  },
  responses: { 200: json(pageOf(libraryItem), "A page of the library"), ...problems },
});

const change = createRoute({
  method: "patch",
  path: "/library",
  tags,
  summary: "Change many: subject and tags; all of them or none",
  request: { body: jsonBody(libraryChange) },
  responses: { 200: json(libraryChanged, "How many were changed"), ...problems },
});

const listOfTags = createRoute({
  method: "get",
  path: "/library/tags",
  tags,
  summary: "Tags of recordings and study materials, and how many have each",
  responses: { 200: json(libraryTags, "The tags by name"), ...problems },
});

export function libraryRoutes(context: Context) {
  const { database } = context;
  return createRouter()
    .openapi(list, async (c) =>
      c.json(await listLibrary(database, c.get("caller").userId, c.req.valid("query")), 200),
    )
    .openapi(change, async (c) =>
      c.json(await changeThings(context, c.get("caller").userId, c.req.valid("json")), 200),
    )
    .openapi(listOfTags, async (c) =>
      c.json({ items: await listTags(database, c.get("caller").userId) }, 200),
    )
    .route("/", binRoutes(context));
}
