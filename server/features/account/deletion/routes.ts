import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { recordActivity } from "#server/features/authentication/activity/record-activity.ts";
import { deviceOf } from "#server/features/authentication/answer-login.ts";
import { confirmPerson } from "#server/features/authentication/confirm-person.ts";
import { siteOf } from "#server/features/authentication/passkeys/ceremonies.ts";
import { clearRefreshCookie } from "#server/features/authentication/refresh-cookie.ts";
import { isSecure } from "#server/http/client-address.ts";
import type { RateLimiter } from "#server/http/rate-limit.ts";
import { createRouter, idParam, json, jsonBody, problems } from "#server/http/router.ts";
import { confirmDeletion, sendDeletionLink } from "./confirm-deletion.ts";
import { eraseThings } from "./erase-things.ts";
import { receiptKeyOf } from "./receipt.ts";
import { askDeletion, findDeletion, keepAccount } from "./schedule-deletion.ts";
import {
  accountDeletion,
  deletionState,
  erased,
  erasure,
  deletedLater,
  deletedNow,
  receipt as receiptShape,
  receiptKey,
} from "./shapes.ts";

const tags = ["account"];

const gone = json(deletedNow, "What was deleted");
const scheduled = json(
  deletedLater,
  "When it will be deleted: after the days of grace; or at once, where it takes longer than a request",
);

const deleteAccount = createRoute({
  method: "delete",
  path: "/account",
  tags,
  summary: "Delete the account and everything in it, with a signed receipt",
  description:
    "Wants the password, the answer of a passkey, or the token of a mailed link. With days " +
    "of grace the account goes on until then and can be kept.",
  request: { body: jsonBody(accountDeletion) },
  responses: { 200: gone, 202: scheduled, ...problems },
});

const getDeletion = createRoute({
  method: "get",
  path: "/account/deletion",
  tags,
  summary: "Whether and when the account will be deleted",
  responses: { 200: json(deletionState, "The deletion, or null"), ...problems },
});

const keep = createRoute({
  method: "delete",
  path: "/account/deletion",
  tags,
  summary: "Keep the account: it will not be deleted",
  responses: { 204: { description: "It stays" }, ...problems },
});

const postLink = createRoute({
  method: "post",
  path: "/account/deletion/link",
  tags,
  summary: "Send a link to the account's own address, for who has neither password nor passkey",
  responses: { 204: { description: "A mail is on its way" }, ...problems },
});

const postErasure = createRoute({
  method: "post",
  path: "/account/erasures",
  tags,
  summary: "Delete recordings, materials, or everything of a subject, with a signed receipt",
  description:
    "Of a subject of thousands of things some go with each request: until `left` is 0, the " +
    "same one deletes the next, with a receipt of their own.",
  request: { body: jsonBody(erasure) },
  responses: { 200: json(erased, "What was deleted"), ...problems },
});

const getReceipt = createRoute({
  method: "get",
  path: "/account/receipts/{id}",
  tags,
  security: [],
  summary: "A receipt, by its id; it says nothing of whose it was",
  request: { params: idParam },
  responses: { 200: json(receiptShape, "The receipt"), ...problems },
});

const getReceiptKey = createRoute({
  method: "get",
  path: "/account/receipts/key",
  tags,
  security: [],
  summary: "The public key that receipts of deletion are signed with (JWK, RFC 8037)",
  responses: { 200: json(receiptKey, "The key"), ...problems },
});

const deleteUser = createRoute({
  tags: ["administration"],
  method: "delete",
  path: "/admin/users/{id}",
  summary: "Delete the account of a person who asks for it, with the same receipt",
  description:
    "Wants the administrator's own password. The person is told by mail, nothing of the " +
    "account is shown, and the days of grace hold unless `at_once`.",
  request: {
    params: idParam,
    body: jsonBody(
      z.object({
        password: z.string().max(1000).optional(),
        at_once: z.boolean().default(false),
      }),
    ),
  },
  responses: { 200: gone, 202: scheduled, ...problems },
});

export function deletionRoutes(context: Context, limiter: RateLimiter) {
  const { database, config } = context;
  return createRouter()
    .openapi(deleteAccount, async (c) => {
      const caller = c.get("caller");
      const site = () => siteOf(context, c.req.header("host"), isSecure(c, context.config));
      await confirmDeletion(context, limiter, caller, site, c.req.valid("json"));
      await recordActivity(database, caller.userId, "deletion-asked", deviceOf(c, context));
      const made = await askDeletion(context, caller.userId, {
        asked_by: "person",
        graceDays: config.deletionGraceDays,
      });
      if (!("receipt" in made)) return c.json(made, 202);
      clearRefreshCookie(c, context);
      return c.json(made, 200);
    })
    .openapi(getDeletion, async (c) =>
      c.json(
        {
          deletion: (await findDeletion(database, c.get("caller").userId)) ?? null,
          grace_days: config.deletionGraceDays,
        },
        200,
      ),
    )
    .openapi(keep, async (c) => {
      const { userId } = c.get("caller");
      await keepAccount(context, userId);
      await recordActivity(database, userId, "deletion-taken-back", deviceOf(c, context));
      return c.body(null, 204);
    })
    .openapi(postLink, async (c) => {
      await sendDeletionLink(context, limiter, c.get("caller").userId);
      return c.body(null, 204);
    })
    .openapi(postErasure, async (c) => {
      const { userId } = c.get("caller");
      const made = await eraseThings(context, userId, c.req.valid("json"), deviceOf(c, context));
      return c.json(made, 200);
    })
    .openapi(getReceiptKey, (c) => c.json(receiptKeyOf(context.secrets), 200))
    .openapi(getReceipt, async (c) => {
      const found = await database
        .selectFrom("deletion_receipts")
        .select("receipt")
        .where("id", "=", c.req.valid("param").id)
        .executeTakeFirst();
      return c.json(receiptShape.parse(found?.receipt ?? fail("not-found")), 200);
    })
    .openapi(deleteUser, async (c) => {
      const caller = c.get("caller");
      const { id } = c.req.valid("param");
      const { password, at_once } = c.req.valid("json");
      await confirmPerson(context, limiter, caller, password);
      const made = await askDeletion(context, id, {
        asked_by: "administrator",
        graceDays: at_once ? 0 : config.deletionGraceDays,
      });
      context.log.info({ by: caller.userId }, "an administrator asked for an account's deletion");
      return "receipt" in made ? c.json(made, 200) : c.json(made, 202);
    });
}
