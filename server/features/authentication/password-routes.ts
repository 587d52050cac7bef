import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { clientAddress } from "#server/http/client-address.ts";
import { network, type RateLimiter } from "#server/http/rate-limit.ts";
import { createRouter, json, jsonBody, problems, type Caller } from "#server/http/router.ts";
import { deviceOf } from "./answer-login.ts";
import { undoEmailChange } from "./change-email.ts";
import { confirmPerson } from "./confirm-person.ts";
import { limitsOf } from "./limits.ts";
import { queueForgotten } from "./mails/queue-mail.ts";
import { changePassword, resetPassword } from "./reset-password.ts";
import { email, emailChangeUndone, newPassword, password } from "./shapes.ts";
import { verifyEmail } from "./verify-email.ts";
import { KEEPABLE } from "./ways-in.ts";

const tags = ["authentication"];
const open = { tags, security: [] };
const token = z.string().min(1, "is missing").max(200);

const postForgot = createRoute({
  ...open,
  method: "post",
  path: "/auth/password/forgot",
  summary: "Ask for a link to choose a new password",
  description: "The answer is the same whether or not there is such an account.",
  request: { body: jsonBody(z.object({ email })) },
  responses: {
    204: { description: "If there is such an account, a mail is on its way" },
    ...problems,
  },
});

const postReset = createRoute({
  ...open,
  method: "post",
  path: "/auth/password/reset",
  summary: "Choose a new password with the link of a mail",
  request: { body: jsonBody(z.object({ token, password: newPassword })) },
  responses: {
    204: { description: "The password is changed and every other way in has ended" },
    ...problems,
  },
});

const postChange = createRoute({
  tags,
  method: "post",
  path: "/auth/password/change",
  summary: "Change the password, or give one to an account that has none",
  request: {
    body: jsonBody(
      z.object({
        current_password: password.optional(),
        new_password: newPassword,
        keep: z
          .array(z.enum(KEEPABLE))
          .max(10)
          .default([])
          .openapi({ description: "Other ways into the account that go on; the rest ends" }),
      }),
    ),
  },
  responses: {
    204: { description: "The password is changed and every other way in has ended" },
    ...problems,
  },
});

const postVerify = createRoute({
  ...open,
  method: "post",
  path: "/auth/email/verify",
  summary: "Confirm an address with the link of a mail",
  description:
    "Only for who is logged in to that account, or gives its password: whoever registered an " +
    "address of somebody else gains nothing by the owner's click.",
  request: { body: jsonBody(z.object({ token, password: password.optional() })) },
  responses: { 204: { description: "The address is confirmed" }, ...problems },
});

const postUndo = createRoute({
  ...open,
  method: "post",
  path: "/auth/email/undo",
  summary: "Take an e-mail change back with the link that the old address got",
  description:
    "The old address counts again, every way in has ended, and a new password is chosen.",
  request: { body: jsonBody(z.object({ token })) },
  responses: {
    200: json(emailChangeUndone, "For POST /auth/password/reset"),
    ...problems,
  },
});

export function passwordRoutes(context: Context, limiter: RateLimiter) {
  const limits = limitsOf(context.config);
  return createRouter()
    .openapi(postForgot, async (c) => {
      const given = c.req.valid("json").email;
      await limiter.take(limits.resetFromAddress, network(clientAddress(c, context.config)));
      await limiter.take(limits.reset, given.toLowerCase());
      await queueForgotten(context, given);
      return c.body(null, 204);
    })
    .openapi(postReset, async (c) => {
      await limiter.take(limits.token, network(clientAddress(c, context.config)));
      await resetPassword(context, c.req.valid("json"), deviceOf(c, context));
      return c.body(null, 204);
    })
    .openapi(postChange, async (c) => {
      const caller = c.get("caller");
      const { current_password, new_password, keep } = c.req.valid("json");
      await confirmPerson(context, limiter, caller, current_password, "current_password");
      const given = { password: new_password, keep };
      await changePassword(context, caller, given, deviceOf(c, context));
      return c.body(null, 204);
    })
    .openapi(postVerify, async (c) => {
      await limiter.take(limits.token, network(clientAddress(c, context.config)));
      const caller = c.get("caller") as Caller | undefined;
      await verifyEmail(context, c.req.valid("json"), caller, deviceOf(c, context));
      return c.body(null, 204);
    })
    .openapi(postUndo, async (c) => {
      await limiter.take(limits.token, network(clientAddress(c, context.config)));
      const { token } = c.req.valid("json");
      return c.json(
        { reset_token: await undoEmailChange(context, token, deviceOf(c, context)) },
        200,
      );
    });
}
