/** Who asks: a session's access token, or a personal API key. Every path needs one but those listed here. */
import type { MiddlewareHandler } from "hono";
import type { Context } from "../context.ts";
import { fail } from "../failures.ts";
import { verifyToken } from "../features/authentication/access-tokens.ts";
import { findLiveCaller } from "../features/authentication/sessions.ts";
import type { AppEnv, Caller } from "./router.ts";

/** The only operations that answer without a caller; a test calls every other one of the OpenAPI document and expects 401. */
export const PUBLIC_OPERATIONS = [
  "GET /health",
  "GET /limits",
  "GET /openapi.json",
  "GET /docs",
  "POST /auth/register",
  "POST /auth/login",
  "POST /auth/login/second-factor",
  "POST /auth/refresh",
  "POST /auth/logout",
  "POST /auth/password/forgot",
  "POST /auth/password/reset",
  "POST /auth/email/verify",
  "POST /auth/passkeys/login/start",
  "POST /auth/passkeys/login/finish",
  "GET /auth/oauth",
  "GET /auth/oauth/{provider}/start",
  "GET /auth/oauth/{provider}/callback",
];

const isPublic = new Set(PUBLIC_OPERATIONS.filter((operation) => !operation.includes("{")));
const publicPatterns = PUBLIC_OPERATIONS.filter((operation) => operation.includes("{")).map(
  (operation) => new RegExp(`^${operation.replace(/\{\w+\}/g, "[^/]+")}$`),
);

export function authenticate(context: Context): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const operation = `${c.req.method === "HEAD" ? "GET" : c.req.method} ${c.req.path.replace(/^\/api(?=\/)/, "")}`;
    const open =
      isPublic.has(operation) || publicPatterns.some((pattern) => pattern.test(operation));
    const token = bearerToken(c.req.header("authorization"));
    const caller = token ? await findCaller(context, token) : undefined;
    if (caller) c.set("caller", caller);
    else if (!open) {
      c.header("WWW-Authenticate", "Bearer");
      fail("not-authenticated");
    }
    await next();
  };
}

async function findCaller(context: Context, token: string): Promise<Caller | undefined> {
  const subject = await verifyToken(context, "api", token);
  if (!subject) return undefined;
  const live = await findLiveCaller(context.database, subject.userId, subject.sessionId);
  return live && { ...subject, role: live.role };
}

function bearerToken(header: string | undefined) {
  return /^Bearer ([\x21-\x7e]{1,4096})$/i.exec(header ?? "")?.[1];
}
