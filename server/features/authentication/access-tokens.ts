/**
 * Access tokens: JWT (RFC 7519) of 30 minutes with the type of RFC 9068. The algorithm is pinned, so neither `none` nor
 * another one passes; an audience per use keeps a token made for one thing from doing another.
 */
import { randomUUID } from "node:crypto";
import { errors, jwtVerify, SignJWT } from "jose";
import type { Context } from "#server/context.ts";

export const ACCESS_TOKEN_SECONDS = 1800;
const ISSUER = "little-monster";
/** For clocks of several servers that differ a little. */
const TOLERANCE_SECONDS = 5;

/** `api`: any request. `media`: reading files, for elements of a page that send no headers. */
export type Audience = "api" | "media";

export interface TokenSubject {
  userId: string;
  sessionId: string;
}

export function signToken(
  context: Pick<Context, "secrets">,
  audience: Audience,
  subject: TokenSubject,
  seconds = ACCESS_TOKEN_SECONDS,
) {
  const { id, key } = context.secrets.signing;
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ sid: subject.sessionId })
    .setProtectedHeader({ alg: "HS256", typ: "at+jwt", kid: id })
    .setIssuer(ISSUER)
    .setAudience(audience)
    .setSubject(subject.userId)
    .setJti(randomUUID())
    .setIssuedAt(now)
    .setExpirationTime(now + seconds)
    .sign(key);
}

/**
 * Tokens whose signature was found right, until they expire: it cannot become wrong. Whether their session goes on is
 * another question (sessions.ts).
 */
const verified = new WeakMap<object, Map<string, { subject: TokenSubject; until: number }>>();
const MOST_VERIFIED = 20_000;

/** Undefined for whatever is wrong with it: the caller learns nothing from the difference. */
export async function verifyToken(
  { secrets }: Pick<Context, "secrets">,
  audience: Audience,
  token: string,
): Promise<TokenSubject | undefined> {
  let ofSecrets = verified.get(secrets);
  if (!ofSecrets) verified.set(secrets, (ofSecrets = new Map()));
  const key = `${audience} ${token}`;
  const known = ofSecrets.get(key);
  if (known && known.until > Date.now() / 1000) return known.subject;
  const found = await verifyAnew(secrets, audience, token);
  if (!found) return undefined;
  if (ofSecrets.size >= MOST_VERIFIED) ofSecrets.clear();
  ofSecrets.set(key, found);
  return found.subject;
}

async function verifyAnew(secrets: Context["secrets"], audience: Audience, token: string) {
  try {
    const { payload } = await jwtVerify(
      token,
      ({ kid }) => {
        const key = kid === undefined ? undefined : secrets.verifying(kid);
        if (!key) throw new errors.JWKSNoMatchingKey();
        return key;
      },
      {
        algorithms: ["HS256"],
        typ: "at+jwt",
        issuer: ISSUER,
        audience,
        requiredClaims: ["sub", "sid", "exp", "iat", "jti"],
        maxTokenAge: ACCESS_TOKEN_SECONDS,
        clockTolerance: TOLERANCE_SECONDS,
      },
    );
    const { sub, sid, exp, iat } = payload;
    if (!isUuid(sub) || !isUuid(sid)) return undefined;
    const until = Math.min(exp!, iat! + ACCESS_TOKEN_SECONDS);
    return { subject: { userId: sub, sessionId: sid }, until };
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function isUuid(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}
