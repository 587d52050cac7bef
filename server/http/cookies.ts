/**
 * Cookies that say who somebody is. Behind TLS their names begin with `__Host-`: a browser then takes them only from
 * this very host, over TLS and for all of its paths, so that a neighbouring host or a connection without TLS cannot put
 * its own in their place. Where the public address has a path, others may live on the same host: there they begin with
 * `__Secure-` and keep to that path.
 * https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html#name-cookie-name-prefixes
 */
import type { Context as HonoContext } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Config } from "#server/config.ts";
import { isSecure } from "./client-address.ts";
import type { AppEnv } from "./router.ts";

interface OwnCookie {
  /** Below the public address: where it is sent to, unless the prefix wants all paths. */
  path: string;
  sameSite: "Strict" | "Lax";
}

export function setOwnCookie(
  c: HonoContext<AppEnv>,
  config: Config,
  name: string,
  value: string,
  { path, sameSite, maxAge }: OwnCookie & { maxAge: number },
) {
  const as = placeOf(c, config, path);
  setCookie(c, as.prefix + name, value, { ...as.options, sameSite, maxAge });
}

export function clearOwnCookie(
  c: HonoContext<AppEnv>,
  config: Config,
  name: string,
  { path, sameSite }: OwnCookie,
) {
  const as = placeOf(c, config, path);
  deleteCookie(c, as.prefix + name, { ...as.options, sameSite });
}

/** Behind TLS the name without the prefix counts for nothing: anybody near could have set it. */
export function ownCookie(c: HonoContext<AppEnv>, config: Config, name: string) {
  return getCookie(c, placeOf(c, config, "/").prefix + name);
}

function placeOf(c: HonoContext<AppEnv>, config: Config, path: string) {
  const { basePath } = config.http;
  const secure = isSecure(c, config);
  const alone = secure && basePath === "";
  return {
    prefix: alone ? "__Host-" : secure ? "__Secure-" : "",
    options: { path: alone ? "/" : basePath + path, httpOnly: true, secure },
  };
}
