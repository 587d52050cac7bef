/**
 * For administrators: which mails wait, since when and why, and to try them now. Nobody sees to whom they go, nor what
 * they say.
 */
import { createRoute } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { createRouter, json, problems } from "#server/http/router.ts";
import { countWaiting, hastenMails } from "./admin-queries.ts";
import { triedMails, waitingMails } from "./shapes.ts";

const tags = ["administration"];

const list = createRoute({
  tags,
  method: "get",
  path: "/admin/mails",
  summary: "Mails that wait to be sent, by what they are about and why they wait",
  responses: { 200: json(waitingMails, "What waits; nothing where all are sent"), ...problems },
});

const retry = createRoute({
  tags,
  method: "post",
  path: "/admin/mails/retry",
  summary: "Try every mail that failed now, not when its time comes",
  responses: { 200: json(triedMails, "So many are tried"), ...problems },
});

export function mailAdministrationRoutes({ database }: Context) {
  return createRouter()
    .openapi(list, async (c) => c.json({ items: await countWaiting(database) }, 200))
    .openapi(retry, async (c) => c.json({ count: await hastenMails(database) }, 200));
}
