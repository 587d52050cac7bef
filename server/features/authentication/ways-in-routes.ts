import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import type { RateLimiter } from "#server/http/rate-limit.ts";
import { createRouter, json, jsonBody, problems } from "#server/http/router.ts";
import { deviceOf } from "./answer-login.ts";
import { confirmPerson } from "./confirm-person.ts";
import { endOtherWaysIn } from "./end-other-ways-in.ts";
import { password, wayIn } from "./shapes.ts";
import { listWaysIn } from "./ways-in.ts";

const tags = ["authentication"];

const list = createRoute({
  tags,
  method: "get",
  path: "/auth/ways-in",
  summary: "Everything but the password that opens the account, or will when it is answered",
  responses: {
    200: json(z.object({ items: z.array(wayIn), next_cursor: z.null() }), "All of it"),
    ...problems,
  },
});

const end = createRoute({
  tags,
  method: "delete",
  path: "/auth/ways-in",
  summary: "End all of them but this session and the password",
  request: { body: jsonBody(z.object({ password: password.optional() })) },
  responses: { 204: { description: "They have ended" }, ...problems },
});

export function waysInRoutes(context: Context, limiter: RateLimiter) {
  const { database } = context;
  return createRouter()
    .openapi(list, async (c) => {
      const { userId, sessionId } = c.get("caller");
      const items = (await listWaysIn(database, userId)).map((row) => ({
        ...row,
        current: row.kind === "session" && row.id === sessionId,
      }));
      return c.json({ items, next_cursor: null }, 200);
    })
    .openapi(end, async (c) => {
      const caller = c.get("caller");
      await confirmPerson(context, limiter, caller, c.req.valid("json").password);
      await endOtherWaysIn(context, caller, deviceOf(c, context));
      return c.body(null, 204);
    });
}
