import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { studyAside } from "#server/features/study/aside/study-aside.ts";
import { createRouter, json, problems } from "#server/http/router.ts";
import { subject } from "#server/http/shapes.ts";
import { map, overview } from "./shapes.ts";

const tags = ["overviews"];

const getOverview = createRoute({
  method: "get",
  path: "/overviews",
  tags,
  summary: "Key terms, outline and the sentences that matter most of a source, each cited",
  request: {
    query: z.object({
      source_kind: z.enum(["recording", "study_material"]),
      source_id: z.uuid("is not an id"),
    }),
  },
  responses: { 200: json(overview, "The overview"), ...problems },
});

const getMap = createRoute({
  method: "get",
  path: "/study/map",
  tags,
  summary: "The terms of a subject, the sources that speak of them, and which stand together",
  request: { query: z.object({ subject }) },
  responses: { 200: json(map, "The map"), ...problems },
});

export function overviewRoutes(context: Context) {
  return createRouter()
    .openapi(getOverview, async (c) => {
      const { source_kind, source_id } = c.req.valid("query");
      const made = await studyAside(context, "makeOverview", c.get("caller").userId, {
        kind: source_kind,
        id: source_id,
      });
      return c.json(made, 200);
    })
    .openapi(getMap, async (c) => {
      const { subject: named } = c.req.valid("query");
      return c.json(await studyAside(context, "mapSubject", c.get("caller").userId, named), 200);
    });
}
