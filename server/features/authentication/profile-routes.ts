import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { RateLimiter } from "#server/http/rate-limit.ts";
import { createRouter, json, jsonBody, problems } from "#server/http/router.ts";
import { deviceOf } from "./answer-login.ts";
import { askEmailChange } from "./change-email.ts";
import { confirmPerson } from "./confirm-person.ts";
import { limitsOf } from "./limits.ts";
import { findUser, updateProfile } from "./queries.ts";
import { email, fullName, locale, password, user, username } from "./shapes.ts";
import { insideUniqueNames } from "./unique-names.ts";
import { sendVerification } from "./verify-email.ts";

const tags = ["authentication"];

const getMe = createRoute({
  tags,
  method: "get",
  path: "/auth/me",
  summary: "Who is logged in",
  responses: { 200: json(user, "The account"), ...problems },
});

const patchMe = createRoute({
  tags,
  method: "patch",
  path: "/auth/me",
  summary: "Change the profile",
  request: {
    body: jsonBody(
      z
        .object({
          username: username.nullable(),
          full_name: fullName.nullable(),
          locale: locale.nullable(),
        })
        .partial(),
    ),
  },
  responses: { 200: json(user, "The account as it is now"), ...problems },
});

const postVerification = createRoute({
  tags,
  method: "post",
  path: "/auth/email/send",
  summary: "Send the mail that confirms the address again",
  responses: {
    204: { description: "A mail is on its way, unless the address is confirmed already" },
    ...problems,
  },
});

const postEmail = createRoute({
  tags,
  method: "post",
  path: "/auth/email/change",
  summary: "Change the e-mail; it takes effect with the link in the mail to the new address",
  request: { body: jsonBody(z.object({ email, password: password.optional() })) },
  responses: { 204: { description: "A mail is on its way to the new address" }, ...problems },
});

export function profileRoutes(context: Context, limiter: RateLimiter) {
  const { database } = context;
  const limits = limitsOf(context.config);
  const me = async (userId: string) =>
    (await findUser(database, userId)) ?? fail("not-authenticated");
  return createRouter()
    .openapi(getMe, async (c) => c.json(await me(c.get("caller").userId), 200))
    .openapi(patchMe, async (c) => {
      const { userId } = c.get("caller");
      const change = c.req.valid("json");
      await insideUniqueNames(async () => updateProfile(database, userId, change));
      return c.json(await me(userId), 200);
    })
    .openapi(postVerification, async (c) => {
      const { userId } = c.get("caller");
      await limiter.take(limits.verification, userId);
      const { email, email_verified_at } = await me(userId);
      if (!email_verified_at) await sendVerification(context, database, userId, email);
      return c.body(null, 204);
    })
    .openapi(postEmail, async (c) => {
      const caller = c.get("caller");
      const given = c.req.valid("json");
      await confirmPerson(context, limiter, caller, given.password);
      await limiter.take(limits.verification, caller.userId);
      await askEmailChange(context, caller.userId, given.email, deviceOf(c, context));
      return c.body(null, 204);
    });
}
