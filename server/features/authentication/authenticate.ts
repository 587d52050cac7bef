/** Who asks: a session's access token, or a personal API key. Every path needs one but those listed here. */
import type { MiddlewareHandler } from "hono";
import { actAs, asOwner, forPurpose } from "#database/principal.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { ownCookie } from "#server/http/cookies.ts";
import type { AppEnv, Caller } from "#server/http/router.ts";
import { verifyToken, type Audience } from "./access-tokens.ts";
import { API_KEY_PREFIX } from "./api-keys/prefix.ts";
import { findApiKey, isLiveKey } from "./api-keys/queries.ts";
import { rememberCallers, type RememberedCallers } from "./remembered-callers.ts";
import { findLiveCaller, sha256 } from "./sessions.ts";

/**
 * The only operations that answer without a caller; a test calls every other one of the OpenAPI document and expects
 * 401.
 */
export const PUBLIC_OPERATIONS = [
  "GET /health",
  "GET /limits",
  "GET /openapi.json",
  "GET /account/receipts/key",
  "GET /account/receipts/{id}",
  "GET /docs",
  "POST /auth/register",
  "POST /auth/login",
  "POST /auth/login/second-factor",
  "POST /auth/refresh",
  "POST /auth/logout",
  "POST /auth/password/forgot",
  "POST /auth/password/reset",
  "POST /auth/email/verify",
  "POST /auth/email/undo",
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

/** They say the same to everybody, also while no database can tell who asks. */
const ANYONES = new Set(["GET /health", "GET /limits", "GET /openapi.json", "GET /docs"]);

/** Set by `POST /auth/media`. */
export const MEDIA_COOKIE = "lm_media";
/**
 * What elements of a page fetch by themselves: the only requests for which a cookie says who asks, and none of them
 * changes anything.
 */
const MEDIA =
  /^GET \/(?:(?:recordings|tts|study-materials|account\/exports)\/[0-9a-f-]{36}\/(?:audio|file)|cards\/media\/[0-9a-f-]{36})$/;
/**
 * Where a key for scripts may not go, whatever its scopes: how the account is entered, the account itself, and other
 * accounts.
 */
const SESSION_ONLY = /^(?:\S+ \/(?:auth|admin|account)|(?:POST|PATCH|DELETE) \/engines)(?:\/|$)/;
const KEY_EXCEPTION = "GET /auth/me";

/** What may end a way into an account, or change what somebody may. */
const CHANGES_ACCESS = /^(?:POST|PUT|PATCH|DELETE) \/(?:auth|admin|account)(?:\/|$)/;

/** @throws Failure `not-authenticated`, `not-allowed`. */
export function authenticate(context: Context): MiddlewareHandler<AppEnv> {
  const remembered = rememberCallers(context);
  return async (c, next) => {
    const method = c.req.method === "HEAD" ? "GET" : c.req.method;
    const operation = `${method} ${c.req.path.replace(/^\/api(?=\/)/, "")}`;
    const open =
      isPublic.has(operation) || publicPatterns.some((pattern) => pattern.test(operation));
    const token = ANYONES.has(operation) ? undefined : bearerToken(c.req.header("authorization"));
    const caller = token
      ? await findCaller(context, remembered, token, operation)
      : MEDIA.test(operation)
        ? await findSession(context, "media", ownCookie(c, context.config, MEDIA_COOKIE))
        : undefined;
    if (caller) c.set("caller", caller);
    else if (!open) {
      c.header("WWW-Authenticate", "Bearer");
      fail("not-authenticated");
    }
    // From here on the database shows the rows of this person only.
    await actAs({ userId: caller?.userId }, next);
    if (CHANGES_ACCESS.test(operation)) remembered.forgetAll();
  };
}

async function findCaller(
  context: Context,
  remembered: RememberedCallers,
  token: string,
  operation: string,
): Promise<Caller | undefined> {
  if (!token.startsWith(API_KEY_PREFIX)) {
    const known = remembered.get(token);
    if (known) return known;
    const asOf = remembered.now();
    const caller = await findSession(context, "api", token);
    if (caller) remembered.set(token, caller, asOf);
    return caller;
  }
  const key = await forPurpose("identification", () => findApiKey(context.database, sha256(token)));
  if (!key) return undefined;
  const scope = operation.startsWith("GET ") ? "read" : "write";
  if (SESSION_ONLY.test(operation) && operation !== KEY_EXCEPTION) {
    fail("not-allowed", { message: "A key for scripts may not do this. Please log in." });
  }
  if (!key.scopes.includes(scope)) {
    fail("not-allowed", { message: `This key has no scope “${scope}”.` });
  }
  return { userId: key.user_id, role: key.role, sessionId: undefined, keyId: key.id };
}

/** Whether what a caller came with still opens the account: for answers that last. */
export async function isStillIn({ database }: Context, { userId, sessionId, keyId }: Caller) {
  return asOwner(userId, async () =>
    sessionId
      ? (await findLiveCaller(database, userId, sessionId)) !== undefined
      : keyId !== undefined && (await isLiveKey(database, userId, keyId)),
  );
}

/** The token is good, its session has not ended, and the account is not disabled: one query. */
async function findSession(
  context: Context,
  audience: Audience,
  token: string | undefined,
): Promise<Caller | undefined> {
  const subject = token ? await verifyToken(context, audience, token) : undefined;
  if (!subject) return undefined;
  const live = await asOwner(subject.userId, () =>
    findLiveCaller(context.database, subject.userId, subject.sessionId),
  );
  return live && { ...subject, role: live.role, quotas: live.quotas };
}

function bearerToken(header: string | undefined) {
  return /^Bearer ([\x21-\x7e]{1,4096})$/i.exec(header ?? "")?.[1];
}
