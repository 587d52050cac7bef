import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { RateLimiter } from "#server/http/rate-limit.ts";
import { createRouter, idParam, json, jsonBody, problems } from "#server/http/router.ts";
import { recordActivity } from "../activity/record-activity.ts";
import { deviceOf } from "../answer-login.ts";
import { confirmPerson } from "../confirm-person.ts";
import { password } from "../shapes.ts";
import { makeKey } from "./make-key.ts";
import { deleteApiKey, listApiKeys } from "./queries.ts";
import { apiKey, madeApiKey, scope } from "./shapes.ts";

const tags = ["api keys"];
const list = createRoute({
  tags,
  method: "get",
  path: "/auth/api-keys",
  summary: "Personal keys for scripts",
  responses: {
    200: json(
      z.object({ items: z.array(apiKey), next_cursor: z.null() }),
      "All keys, newest first",
    ),
    ...problems,
  },
});

const create = createRoute({
  tags,
  method: "post",
  path: "/auth/api-keys",
  summary: "Make a key",
  description:
    "`read` allows every GET; `write` everything else but the account itself and " +
    "administration. It is sent as a bearer token.",
  request: {
    body: jsonBody(
      z.object({
        name: z.string().trim().min(1, "is missing").max(100, "is longer than 100 characters"),
        scopes: z.array(scope).min(1, "needs at least one").default(["read"]),
        password: password.optional().openapi({ description: "Of the account, if it has one" }),
        expires_in_days: z.number().int().min(1).max(3650).nullable().default(365),
      }),
    ),
  },
  responses: {
    201: json(madeApiKey, "The key; it is shown this once"),
    ...problems,
  },
});

const remove = createRoute({
  tags,
  method: "delete",
  path: "/auth/api-keys/{id}",
  summary: "Delete a key; it stops working at once",
  request: { params: idParam },
  responses: { 204: { description: "It is gone" }, ...problems },
});

export function apiKeyRoutes(context: Context, limiter: RateLimiter) {
  const { database } = context;
  return createRouter()
    .openapi(list, async (c) =>
      c.json(
        { items: await listApiKeys(database, c.get("caller").userId), next_cursor: null },
        200,
      ),
    )
    .openapi(create, async (c) => {
      const caller = c.get("caller");
      const { password: given, ...wanted } = c.req.valid("json");
      await confirmPerson(context, limiter, caller, given);
      return c.json(await makeKey(context, caller.userId, wanted, deviceOf(c, context)), 201);
    })
    .openapi(remove, async (c) => {
      const { userId } = c.get("caller");
      const name =
        (await deleteApiKey(database, userId, c.req.valid("param").id)) ?? fail("not-found");
      await recordActivity(database, userId, "key-deleted", deviceOf(c, context), name);
      return c.body(null, 204);
    });
}
