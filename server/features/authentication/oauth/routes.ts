import { createRoute, z } from "@hono/zod-openapi";
import type { Context as HonoContext } from "hono";
import { randomNonce, randomPKCECodeVerifier, randomState } from "openid-client";
import { asOwner } from "#database/principal.ts";
import type { Context } from "#server/context.ts";
import { fail, type Failure } from "#server/failures.ts";
import { clientAddress, isSecure } from "#server/http/client-address.ts";
import { network, type RateLimiter } from "#server/http/rate-limit.ts";
import { createRouter, json, problems, type AppEnv, type Caller } from "#server/http/router.ts";
import { toFailure } from "#server/to-failure.ts";
import { recordActivity } from "../activity/record-activity.ts";
import { answerLogin, deviceOf } from "../answer-login.ts";
import { keepOneWayIn } from "../keep-one-way-in.ts";
import { limitsOf } from "../limits.ts";
import { markLogin } from "../queries.ts";
import { hasTotp, startChallenge } from "../second-factor/queries.ts";
import { startSession } from "../sessions.ts";
import { arrive } from "./arrive.ts";
import { keepAttempt, takeAttempt, type OpenAttempt } from "./attempt.ts";
import { deleteConnection, listConnections } from "./queries.ts";
import { offeredLogins } from "./shapes.ts";

const tags = ["oauth"];
const providerParam = z.object({
  provider: z.string().openapi({ param: { name: "provider", in: "path" } }),
});

const list = createRoute({
  tags,
  security: [],
  method: "get",
  path: "/auth/oauth",
  summary: "Other places to log in with, and who may register here",
  description: "With an access token it also says which are linked.",
  responses: {
    200: json(offeredLogins, "In the order in which a page offers them"),
    ...problems,
  },
});

const start = createRoute({
  tags,
  security: [],
  method: "get",
  path: "/auth/oauth/{provider}/start",
  summary: "Go there to log in; for a browser",
  request: {
    params: providerParam,
    query: z.object({
      next: z.string().max(2000).optional(),
      invitation: z.string().max(200).optional(),
    }),
  },
  responses: { 302: { description: "To the provider" }, ...problems },
});

const link = createRoute({
  tags,
  method: "post",
  path: "/auth/oauth/{provider}/link",
  summary: "Begin to link an account there to this one",
  request: { params: providerParam, query: z.object({ next: z.string().max(2000).optional() }) },
  responses: {
    200: json(z.object({ url: z.string() }), "Where this browser goes next"),
    ...problems,
  },
});

const callback = createRoute({
  tags,
  security: [],
  method: "get",
  path: "/auth/oauth/{provider}/callback",
  summary: "Back from the provider; for a browser",
  request: { params: providerParam },
  responses: {
    302: { description: "To the page, logged in by the cookie, or with `error` in the address" },
  },
});

const unlink = createRoute({
  tags,
  method: "delete",
  path: "/auth/oauth/{provider}",
  summary: "Unlink an account there, but never the last way in",
  request: { params: providerParam },
  responses: { 204: { description: "It opens this account no longer" }, ...problems },
});

export function oauthRoutes(context: Context, limiter: RateLimiter) {
  const { database, config } = context;
  const limits = limitsOf(config);
  const { identityProviders: providers } = context;
  const get = (name: string) => providers.get(name) ?? fail("not-found");
  const baseOf = (c: HonoContext<AppEnv>) =>
    config.http.publicUrl?.replace(/\/$/, "") ??
    `${isSecure(c, config) ? "https" : "http"}://${c.req.header("host") ?? "localhost"}`;

  async function begin(
    c: HonoContext<AppEnv>,
    name: string,
    rest: Pick<OpenAttempt, "link" | "next" | "invitation">,
  ) {
    await limiter.take(limits.oauth, network(clientAddress(c, config)));
    const provider = get(name);
    const attempt = {
      provider: name,
      redirectUri: `${baseOf(c)}/api/auth/oauth/${name}/callback`,
      state: randomState(),
      nonce: randomNonce(),
      codeVerifier: randomPKCECodeVerifier(),
      ...rest,
    };
    try {
      const url = await provider.start(attempt);
      keepAttempt(c, context, attempt);
      return url.href;
    } catch (error) {
      fail("provider-failed", {
        message: `${provider.label} does not answer at the moment. Please try again later.`,
        cause: error,
      });
    }
  }

  async function finish(c: HonoContext<AppEnv>, name: string) {
    await limiter.take(limits.oauth, network(clientAddress(c, config)));
    const provider = get(name);
    const answer = new URL(c.req.url).searchParams;
    const attempt =
      takeAttempt(c, context, name, answer.get("state") ?? undefined) ??
      fail("provider-failed", {
        message: "This login took too long or began elsewhere. Please start again.",
      });
    if (answer.get("error") === "access_denied")
      fail("cancelled", { message: `The login with ${provider.label} was cancelled.` });
    const identity = await provider
      .finish(attempt, answer)
      .catch((error: unknown) => fail("provider-failed", { cause: error }));
    const userId = await arrive(context, provider, attempt, identity);
    if (attempt.link) return attempt.next;
    return asOwner(userId, () => enter(c, userId, attempt.next));
  }

  async function enter(c: HonoContext<AppEnv>, userId: string, next: string) {
    if (await hasTotp(database, userId)) {
      const challenge = await startChallenge(database, userId);
      // Behind the #: it reaches the page and no server's log.
      return `/login?${new URLSearchParams({ next })}#challenge=${challenge}`;
    }
    await markLogin(database, userId);
    await answerLogin(
      c,
      context,
      userId,
      await startSession(context, database, userId, deviceOf(c, context)),
      true,
    );
    return next;
  }

  return createRouter()
    .openapi(list, async (c) => {
      const caller = c.get("caller") as Caller | undefined;
      const linked = caller ? await listConnections(database, caller.userId) : [];
      const items = [...providers.values()].map(({ name, label }) => {
        const connection = linked.find(({ provider }) => provider === name);
        return {
          name,
          label,
          ...(caller ? { linked: connection !== undefined, email: connection?.email ?? null } : {}),
        };
      });
      return c.json({ items, registration: config.registration }, 200);
    })
    .openapi(start, async (c) => {
      const { next, invitation } = c.req.valid("query");
      return c.redirect(
        await begin(c, c.req.valid("param").provider, {
          link: undefined,
          next: ownPath(next),
          invitation,
        }),
        302,
      );
    })
    .openapi(link, async (c) => {
      const { userId, sessionId } = c.get("caller");
      const url = await begin(c, c.req.valid("param").provider, {
        link: { userId, sessionId: sessionId ?? fail("not-allowed") },
        next: ownPath(c.req.valid("query").next ?? "/settings"),
        invitation: undefined,
      });
      return c.json({ url }, 200);
    })
    .openapi(callback, async (c) => {
      try {
        return c.redirect(await finish(c, c.req.valid("param").provider), 302);
      } catch (error) {
        const failure = toFailure(error);
        if (failure.status >= 500)
          context.log.warn(
            { request_id: c.get("requestId"), code: failure.code, reason: reasonOf(failure) },
            "a login at a provider failed",
          );
        // The code only: a sentence in the address could be anybody's.
        return c.redirect(
          `/login?${new URLSearchParams({ error: failure.code, provider: c.req.valid("param").provider })}`,
          302,
        );
      }
    })
    .openapi(unlink, async (c) => {
      const { userId } = c.get("caller");
      await database.transaction().execute(async (tx) => {
        if (!(await deleteConnection(tx, userId, c.req.valid("param").provider))) fail("not-found");
        await keepOneWayIn(tx, userId);
        const { provider } = c.req.valid("param");
        await recordActivity(tx, userId, "account-unlinked", deviceOf(c, context), provider);
      });
      return c.body(null, 204);
    });
}

/** A path of this page, never another site: `//host` and `\` are read as hosts by browsers. */
function ownPath(next: string | undefined) {
  return next && /^\/(?![/\\])[^\\\u0000-\u001f]*$/.test(next) ? next : "/";
}

/** The libraries' errors carry requests and tokens: their names and codes are enough for the log. */
function reasonOf(failure: Failure) {
  const cause = failure.cause as
    | { name?: string; code?: string; error?: string; message?: string }
    | undefined;
  return [cause?.name, cause?.code, cause?.error].filter(Boolean).join(" ") || undefined;
}
