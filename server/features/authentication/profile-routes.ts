import { createRoute } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { createRouter, json, problems } from "#server/http/router.ts";
import { findUser } from "./queries.ts";
import { user } from "./shapes.ts";

const tags = ["authentication"];

const getMe = createRoute({
  tags,
  method: "get",
  path: "/auth/me",
  summary: "Who is logged in",
  responses: { 200: json(user, "The account"), ...problems },
});

export function profileRoutes(context: Context) {
  const { database } = context;
  return createRouter().openapi(getMe, async (c) => {
    const found = (await findUser(database, c.get("caller").userId)) ?? fail("not-authenticated");
    return c.json(found as never, 200);
  });
}
