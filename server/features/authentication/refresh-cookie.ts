/**
 * The browser's refresh token: an HttpOnly cookie (http/cookies.ts). SameSite=Strict keeps other sites from sending it;
 * for browsers and proxies that get this wrong, a request that uses it must also carry what another site's form cannot
 * send, and its Origin and Sec-Fetch-Site must be ours
 * (https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html).
 */
import type { Context as HonoContext } from "hono";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { clearOwnCookie, ownCookie, setOwnCookie } from "#server/http/cookies.ts";
import type { AppEnv } from "#server/http/router.ts";
import { REFRESH_TOKEN_DAYS } from "#server/vocabulary.ts";

const NAME = "lm_refresh";
const WHERE = { path: "/api/auth", sameSite: "Strict" } as const;

export function setRefreshCookie(c: HonoContext<AppEnv>, { config }: Context, token: string) {
  setOwnCookie(c, config, NAME, token, { ...WHERE, maxAge: REFRESH_TOKEN_DAYS * 86_400 });
}

export function clearRefreshCookie(c: HonoContext<AppEnv>, { config }: Context) {
  clearOwnCookie(c, config, NAME, WHERE);
}

/** @throws Failure `not-allowed` when another site may have made the request. */
export function refreshCookie(c: HonoContext<AppEnv>, context: Context) {
  const token = ownCookie(c, context.config, NAME);
  if (token !== undefined) refuseOtherSites(c, context);
  return token;
}

function refuseOtherSites(c: HonoContext<AppEnv>, { config }: Context) {
  const {
    origin,
    host,
    "sec-fetch-site": site,
    "content-type": type,
    "x-requested-with": asked,
  } = c.req.header();
  const ours = [host, config.http.publicUrl && new URL(config.http.publicUrl).host];
  const marked = Boolean(asked) || (type ?? "").startsWith("application/json");
  const fromUs =
    origin === undefined || (URL.canParse(origin) && ours.includes(new URL(origin).host));
  if (!marked || !fromUs || !["same-origin", "none", undefined].includes(site)) {
    fail("not-allowed", { message: "This request came from another site and was refused." });
  }
}
