import { createRoute, z } from "@hono/zod-openapi";
import { asOwner } from "#database/principal.ts";
import type { Context } from "#server/context.ts";
import { Failure, fail } from "#server/failures.ts";
import { network, type RateLimiter } from "#server/http/rate-limit.ts";
import { createRouter, json, jsonBody, problems, type Caller } from "#server/http/router.ts";
import { answerLogin, deviceOf } from "./answer-login.ts";
import { createGuessing } from "./guessing.ts";
import { isMarked } from "./known-devices.ts";
import { limitsOf } from "./limits.ts";
import { logIn } from "./log-in.ts";
import { endSession, findLogin, findRefreshToken } from "./queries.ts";
import { clearRefreshCookie, refreshCookie } from "./refresh-cookie.ts";
import { register } from "./register.ts";
import { renewSession, sha256 } from "./sessions.ts";
import {
  cookieWish,
  email,
  fullName,
  locale,
  loginAnswer,
  newPassword,
  password,
  secondFactorWanted,
  username,
} from "./shapes.ts";

const tags = ["authentication"];
const open = { tags, security: [] };

const postRegister = createRoute({
  ...open,
  method: "post",
  path: "/auth/register",
  summary: "Make an account and log in",
  request: {
    body: jsonBody(
      z.object({
        email,
        password: newPassword,
        username: username.optional(),
        full_name: fullName.optional(),
        locale: locale.optional(),
        invitation: z.string().max(200).optional(),
        cookie: cookieWish,
      }),
    ),
  },
  responses: { 201: json(loginAnswer, "The account and its first session"), ...problems },
});

const postLogin = createRoute({
  ...open,
  method: "post",
  path: "/auth/login",
  summary: "Log in with e-mail and password",
  request: {
    body: jsonBody(z.object({ email: z.string().trim().max(254), password, cookie: cookieWish })),
  },
  responses: {
    200: json(
      z.union([loginAnswer, secondFactorWanted]),
      "A session, or a challenge to be answered with the second factor",
    ),
    ...problems,
  },
});

const refreshBody = z.object({ refresh_token: z.string().max(200).optional(), cookie: cookieWish });
const optionalBody = { content: { "application/json": { schema: refreshBody } }, required: false };

const postRefresh = createRoute({
  ...open,
  method: "post",
  path: "/auth/refresh",
  summary: "Exchange the refresh token for new tokens",
  description:
    "The token is in the body or in the cookie. Each one works once; the answer carries the " +
    "next. A page asks with `cookie: true` whether anybody is logged in.",
  request: { body: optionalBody },
  responses: {
    200: json(loginAnswer, "New tokens"),
    204: { description: "Asked with `cookie: true`, and no cookie came: nobody is logged in" },
    ...problems,
  },
});

const postLogout = createRoute({
  ...open,
  method: "post",
  path: "/auth/logout",
  summary: "End the session of the refresh token or of the access token",
  request: { body: optionalBody },
  responses: {
    204: { description: "The session has ended; also when it had before" },
    ...problems,
  },
});

export function loginRoutes(context: Context, limiter: RateLimiter) {
  const { database } = context;
  const limits = limitsOf(context.config);
  const guessing = createGuessing(context, limiter);
  return createRouter()
    .openapi(postRegister, async (c) => {
      const { cookie, ...given } = c.req.valid("json");
      const device = deviceOf(c, context);
      await limiter.take(limits.registration, network(device.address));
      const { userId, tokens } = await register(context, given, device);
      return c.json(await answerLogin(c, context, userId, tokens, cookie), 201);
    })
    .openapi(postLogin, async (c) => {
      const { cookie, ...given } = c.req.valid("json");
      const device = deviceOf(c, context);
      const found = await findLogin(database, given.email);
      const isKnown = found && device.mark && isMarked(context, found.id, device.mark);
      if (isKnown) {
        await limiter.take(limits.loginOfDevice, device.mark!);
      } else {
        const from = network(device.address);
        await limiter.take(limits.login, from);
        await limiter.take(limits.loginOfEmail, `${given.email.toLowerCase()} ${from}`);
        await guessing.takeTurn(given.email);
      }
      const outcome = await logIn(context, given, device).catch(async (error: unknown) => {
        if (!isKnown && error instanceof Failure && error.code === "wrong-credentials")
          await guessing.missed(given.email);
        throw error;
      });
      if ("challenge" in outcome) {
        return c.json(
          { second_factor_required: true as const, challenge_token: outcome.challenge },
          200,
        );
      }
      const { userId, tokens } = outcome;
      return c.json(await answerLogin(c, context, userId, tokens, cookie), 200);
    })
    .openapi(postRefresh, async (c) => {
      const given = (c.req.valid("json") ?? {}) as z.infer<typeof refreshBody>;
      const inCookie = given.refresh_token === undefined ? refreshCookie(c, context) : undefined;
      const token = given.refresh_token ?? inCookie;
      // A visitor is no failure, which a browser would show in its console.
      if (token === undefined) return given.cookie ? c.body(null, 204) : fail("not-authenticated");
      const device = deviceOf(c, context);
      await limiter.take(limits.token, network(device.address));
      const { userId, ...tokens } = await renewSession(context, token, device);
      return c.json(
        await answerLogin(c, context, userId, tokens, given.cookie ?? inCookie !== undefined),
        200,
      );
    })
    .openapi(postLogout, async (c) => {
      const given = (c.req.valid("json") ?? {}) as z.infer<typeof refreshBody>;
      const token = given.refresh_token ?? refreshCookie(c, context);
      const session =
        token === undefined ? undefined : await findRefreshToken(database, sha256(token));
      const caller = c.get("caller") as Caller | undefined;
      if (session)
        await asOwner(session.user_id, () =>
          endSession(database, session.user_id, session.family_id),
        );
      else if (caller?.sessionId) await endSession(database, caller.userId, caller.sessionId);
      clearRefreshCookie(c, context);
      return c.body(null, 204);
    });
}
