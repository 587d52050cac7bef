import { createRoute, z } from "@hono/zod-openapi";
import type { Context as HonoContext } from "hono";
import type { Context } from "#server/context.ts";
import { fail, type Failure } from "#server/failures.ts";
import { clientAddress } from "#server/http/client-address.ts";
import { network, type RateLimiter } from "#server/http/rate-limit.ts";
import { createRouter, json, problems, type AppEnv, type Caller } from "#server/http/router.ts";
import { toFailure } from "#server/to-failure.ts";
import { deviceOf } from "../answer-login.ts";
import { limitsOf } from "../limits.ts";
import { beginLogin, finishLogin } from "./log-in.ts";
import { listConnections } from "./queries.ts";
import { offeredLogins, startedLink } from "./shapes.ts";
import { unlinkProvider } from "./unlink-provider.ts";

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
    200: json(startedLink, "Where this browser goes next"),
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
  const { database, config, identityProviders: providers } = context;
  const { basePath } = config.http;
  const limited = (c: HonoContext<AppEnv>) =>
    limiter.take(limitsOf(config).oauth, network(clientAddress(c, context.config)));

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
      return c.json({ items, registration: context.config.registration }, 200);
    })
    .openapi(start, async (c) => {
      const { next, invitation } = c.req.valid("query");
      await limited(c);
      const url = await beginLogin(c, context, c.req.valid("param").provider, {
        link: undefined,
        next: ownPath(next),
        invitation,
      });
      return c.redirect(url, 302);
    })
    .openapi(link, async (c) => {
      const { userId, sessionId } = c.get("caller");
      await limited(c);
      const url = await beginLogin(c, context, c.req.valid("param").provider, {
        link: { userId, sessionId: sessionId ?? fail("not-allowed") },
        next: ownPath(c.req.valid("query").next ?? "/settings?tab=security"),
        invitation: undefined,
      });
      return c.json({ url }, 200);
    })
    .openapi(callback, async (c) => {
      const { provider } = c.req.valid("param");
      try {
        await limited(c);
        return c.redirect(basePath + (await finishLogin(c, context, provider)), 302);
      } catch (error) {
        const failure = toFailure(error);
        if (failure.status >= 500)
          context.log.warn(
            { request_id: c.get("requestId"), code: failure.code, reason: reasonOf(failure) },
            "a login at a provider failed",
          );
        // The code only: a sentence in the address could be anybody's.
        return c.redirect(
          `${basePath}/login?${new URLSearchParams({ error: failure.code, provider })}`,
          302,
        );
      }
    })
    .openapi(unlink, async (c) => {
      const { userId } = c.get("caller");
      await unlinkProvider(context, userId, c.req.valid("param").provider, deviceOf(c, context));
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
