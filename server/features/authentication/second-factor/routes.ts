import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { RateLimiter } from "#server/http/rate-limit.ts";
import { createRouter, json, jsonBody, problems } from "#server/http/router.ts";
import { answerLogin, deviceOf } from "../answer-login.ts";
import { confirmPerson } from "../confirm-person.ts";
import { limitsOf } from "../limits.ts";
import { findUser } from "../queries.ts";
import { cookieWish, loginAnswer, password } from "../shapes.ts";
import { addSecondFactor, removeSecondFactor, renewRecoveryCodes } from "./change-second-factor.ts";
import { startTotp } from "./codes.ts";
import { finishLoginByCode, mustFindChallenge } from "./finish-login.ts";
import { countRecoveryCodes, hasTotp } from "./queries.ts";
import { recoveryCodes, secondFactor, startedTotp } from "./shapes.ts";

const tags = ["second factor"];
const code = z.string().min(6, "is too short").max(40, "is too long");
const confirmation = jsonBody(z.object({ password: password.optional() }));

const postLoginCode = createRoute({
  tags,
  security: [],
  method: "post",
  path: "/auth/login/second-factor",
  summary: "Finish a login with a code of the authenticator app, or a recovery code",
  request: {
    body: jsonBody(z.object({ challenge_token: z.string().max(2000), code, cookie: cookieWish })),
  },
  responses: { 200: json(loginAnswer, "A session"), ...problems },
});

const getState = createRoute({
  tags,
  method: "get",
  path: "/auth/second-factor",
  summary: "Whether logins ask for a code",
  responses: {
    200: json(secondFactor, "How it is"),
    ...problems,
  },
});

const postTotpStart = createRoute({
  tags,
  method: "post",
  path: "/auth/totp/start",
  summary: "Begin to set up an authenticator app",
  responses: {
    200: json(startedTotp, "What the app needs, as text and as otpauth address"),
    ...problems,
  },
});

const postTotpConfirm = createRoute({
  tags,
  method: "post",
  path: "/auth/totp/confirm",
  summary: "Finish it with the first code of the app",
  request: { body: jsonBody(z.object({ code })) },
  responses: {
    200: json(recoveryCodes, "Codes for the day the app is lost; shown this once"),
    ...problems,
  },
});

const deleteTotpRoute = createRoute({
  tags,
  method: "delete",
  path: "/auth/totp",
  summary: "Log in without codes again",
  request: { body: confirmation },
  responses: { 204: { description: "The app and the recovery codes are forgotten" }, ...problems },
});

const postRecoveryCodes = createRoute({
  tags,
  method: "post",
  path: "/auth/recovery-codes",
  summary: "New recovery codes instead of the old ones",
  request: { body: confirmation },
  responses: { 200: json(recoveryCodes, "The new codes; shown this once"), ...problems },
});

export function secondFactorRoutes(context: Context, limiter: RateLimiter) {
  const { database } = context;
  const limits = limitsOf(context.config);
  const guardCodes = async (userId: string) => {
    await limiter.take(limits.code, userId);
    await limiter.take(limits.codeOfDay, userId);
  };
  return createRouter()
    .openapi(postLoginCode, async (c) => {
      const given = c.req.valid("json");
      const challenge = await mustFindChallenge(context, given.challenge_token);
      const userId = challenge.user_id;
      await guardCodes(userId);
      const tokens = await finishLoginByCode(context, challenge, given.code, deviceOf(c, context));
      return c.json(await answerLogin(c, context, userId, tokens, given.cookie), 200);
    })
    .openapi(getState, async (c) => {
      const { userId } = c.get("caller");
      return c.json(
        {
          totp: await hasTotp(database, userId),
          recovery_codes_left: await countRecoveryCodes(database, userId),
        },
        200,
      );
    })
    .openapi(postTotpStart, async (c) => {
      const { userId } = c.get("caller");
      const { email } = (await findUser(database, userId)) ?? fail("not-authenticated");
      return c.json(await startTotp(context, userId, email), 200);
    })
    .openapi(postTotpConfirm, async (c) => {
      const { userId } = c.get("caller");
      await guardCodes(userId);
      const { code: given } = c.req.valid("json");
      const recovery_codes = await addSecondFactor(context, userId, given, deviceOf(c, context));
      return c.json({ recovery_codes }, 200);
    })
    .openapi(deleteTotpRoute, async (c) => {
      const caller = c.get("caller");
      await confirmPerson(context, limiter, caller, c.req.valid("json").password);
      await removeSecondFactor(context, caller.userId, deviceOf(c, context));
      return c.body(null, 204);
    })
    .openapi(postRecoveryCodes, async (c) => {
      const caller = c.get("caller");
      await confirmPerson(context, limiter, caller, c.req.valid("json").password);
      const recovery_codes = await renewRecoveryCodes(context, caller.userId, deviceOf(c, context));
      return c.json({ recovery_codes }, 200);
    });
}
