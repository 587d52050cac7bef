import { createRoute, z } from "@hono/zod-openapi";
import type { Context as HonoContext } from "hono";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { clientAddress } from "#server/http/client-address.ts";
import {
  createRouter,
  json,
  jsonBody,
  problems,
  type AppEnv,
  type Caller,
} from "#server/http/router.ts";
import { logIn } from "./log-in.ts";
import { endSession, findRefreshToken, findUser } from "./queries.ts";
import { clearRefreshCookie, refreshCookie, setRefreshCookie } from "./refresh-cookie.ts";
import { register } from "./register.ts";
import { renewSession, sha256, type Device, type Tokens } from "./sessions.ts";
import {
  cookieWish,
  email,
  fullName,
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
      "A session, or the wish for the second factor",
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
    "The token is in the body or in the cookie. Each one works once; the answer carries the next.",
  request: { body: optionalBody },
  responses: { 200: json(loginAnswer, "New tokens"), ...problems },
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

export function loginRoutes(context: Context) {
  const { database } = context;
  return createRouter()
    .openapi(postRegister, async (c) => {
      const { cookie, ...given } = c.req.valid("json");
      const { userId, tokens } = await register(context, given, deviceOf(c, context));
      return c.json((await answerLogin(c, context, userId, tokens, cookie)) as never, 201);
    })
    .openapi(postLogin, async (c) => {
      const { cookie, ...given } = c.req.valid("json");
      const { userId, tokens } = await logIn(context, given, deviceOf(c, context));
      return c.json((await answerLogin(c, context, userId, tokens, cookie)) as never, 200);
    })
    .openapi(postRefresh, async (c) => {
      const given = (c.req.valid("json") ?? {}) as z.infer<typeof refreshBody>;
      const inCookie = given.refresh_token === undefined ? refreshCookie(c, context) : undefined;
      const token = given.refresh_token ?? inCookie ?? fail("not-authenticated");
      const { userId, ...tokens } = await renewSession(context, token, deviceOf(c, context));
      return c.json(
        (await answerLogin(
          c,
          context,
          userId,
          tokens,
          given.cookie ?? inCookie !== undefined,
        )) as never,
        200,
      );
    })
    .openapi(postLogout, async (c) => {
      const given = (c.req.valid("json") ?? {}) as z.infer<typeof refreshBody>;
      const token = given.refresh_token ?? refreshCookie(c, context);
      const session =
        token === undefined ? undefined : await findRefreshToken(database, sha256(token));
      const caller = c.get("caller") as Caller | undefined;
      if (session) await endSession(database, session.user_id, session.family_id);
      else if (caller?.sessionId) await endSession(database, caller.userId, caller.sessionId);
      clearRefreshCookie(c, context);
      return c.body(null, 204);
    });
}

export function deviceOf(c: HonoContext<AppEnv>, context: Context): Device {
  return {
    device: c.req.header("user-agent")?.slice(0, 500) ?? null,
    address: clientAddress(c, context.config),
  };
}

export async function answerLogin(
  c: HonoContext<AppEnv>,
  context: Context,
  userId: string,
  tokens: Tokens,
  cookie: boolean | undefined,
) {
  const user = (await findUser(context.database, userId)) ?? fail("not-authenticated");
  if (!cookie) return { ...tokens, user };
  const { refresh_token, ...rest } = tokens;
  setRefreshCookie(c, context, refresh_token);
  return { ...rest, user };
}
