/**
 * `/.well-known/security.txt` (RFC 9116): where weaknesses of this installation are reported. Nothing where nobody was
 * named.
 */
import type { MiddlewareHandler } from "hono";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** The RFC asks for less than a year; it is renewed with each day that somebody is there to serve it. */
const GOOD_DAYS = 180;

export function securityText(context: Pick<Context, "config">): MiddlewareHandler {
  return async (c) => {
    const { securityContact, publicUrl } = context.config.http;
    if (!securityContact) fail("not-found");
    const contact = /^(?:https|mailto|tel):/.test(securityContact)
      ? securityContact
      : `mailto:${securityContact}`;
    const expires = new Date(Math.ceil(Date.now() / DAY_MS + GOOD_DAYS) * DAY_MS);
    const lines = [
      `Contact: ${contact}`,
      `Expires: ${expires.toISOString()}`,
      "Preferred-Languages: en, de",
      ...(publicUrl ? [`Canonical: ${new URL("/.well-known/security.txt", publicUrl).href}`] : []),
    ];
    c.header("Content-Type", "text/plain; charset=utf-8");
    return c.body(`${lines.join("\n")}\n`, 200);
  };
}
