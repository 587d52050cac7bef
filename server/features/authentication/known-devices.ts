/**
 * A browser that the account was entered from carries a mark that proves it: neither the tries of others nor a new
 * network make it a stranger (https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies).
 */
import { timingSafeEqual } from "node:crypto";
import type { Context as HonoContext } from "hono";
import type { Context } from "#server/context.ts";
import { ownCookie, setOwnCookie } from "#server/http/cookies.ts";
import type { AppEnv } from "#server/http/router.ts";
import type { Origin } from "./activity/record-activity.ts";

/** From where a login comes. */
export interface Device extends Origin {
  /** What its cookie says. */
  mark?: string | undefined;
}

const NAME = "lm_device";
const DAYS = 365;

export function setDeviceCookie(c: HonoContext<AppEnv>, context: Context, userId: string) {
  const nonce = crypto.randomUUID();
  const mark = `${nonce}.${proof(context, userId, nonce).toString("base64url")}`;
  setOwnCookie(c, context.config, NAME, mark, {
    path: "/api/auth",
    sameSite: "Strict",
    maxAge: DAYS * 86_400,
  });
}

export function deviceMark(c: HonoContext<AppEnv>, { config }: Pick<Context, "config">) {
  return ownCookie(c, config, NAME);
}

export function isMarked(context: Pick<Context, "secrets">, userId: string, mark?: string) {
  const [nonce, given] = (mark ?? "").split(".");
  if (!nonce || !given) return false;
  const shown = Buffer.from(given, "base64url");
  const expected = proof(context, userId, nonce);
  return shown.length === expected.length && timingSafeEqual(shown, expected);
}

function proof({ secrets }: Pick<Context, "secrets">, userId: string, nonce: string) {
  return secrets.digest("known device", `${userId} ${nonce}`);
}
