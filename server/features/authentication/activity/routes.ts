import { createRoute } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { createRouter, json, pageOf, pageQuery, problems, toPage } from "#server/http/router.ts";
import { listActivity } from "./record-activity.ts";
import { activity } from "./shapes.ts";

const list = createRoute({
  tags: ["account"],
  method: "get",
  path: "/account/activity",
  summary: "What happened to the account and from where, newest first; kept for a year",
  request: { query: pageQuery },
  responses: { 200: json(pageOf(activity), "A page of it"), ...problems },
});

export function activityRoutes({ database }: Context) {
  return createRouter().openapi(list, async (c) => {
    const query = c.req.valid("query");
    const rows = await listActivity(database, c.get("caller").userId, query);
    return c.json(toPage(rows, query.limit), 200);
  });
}
