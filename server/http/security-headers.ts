/**
 * Headers that every answer carries (https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html).
 * There is no CORS header: another site's page reads nothing.
 */
import type { MiddlewareHandler } from "hono";
import type { Context } from "#server/context.ts";
import { isSecure } from "./client-address.ts";
import type { AppEnv } from "./router.ts";

/**
 * What the built page needs and no more. Styles in attributes are set by the interface's components (widths,
 * positions).
 */
const PAGE_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

export function securityHeaders(context: Context): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    await next();
    const headers = c.res.headers;
    // A route may have set a stricter one, as for files that students upload.
    if (!headers.has("Content-Security-Policy"))
      headers.set("Content-Security-Policy", PAGE_POLICY);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("X-Frame-Options", "DENY");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set(
      "Permissions-Policy",
      "microphone=(self), camera=(), geolocation=(), payment=(), usb=()",
    );
    if (isSecure(c, context.config))
      headers.set("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
    if (c.req.path.startsWith("/api/") && !headers.has("Cache-Control"))
      headers.set("Cache-Control", "no-store");
  };
}
