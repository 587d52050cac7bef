/**
 * Between the way to a provider and the way back, what must be remembered travels encrypted in a cookie: any of several
 * servers can read it, and only the browser that began can finish.
 */
import type { Context as HonoContext } from "hono";
import type { Context } from "#server/context.ts";
import { clearOwnCookie, ownCookie, setOwnCookie } from "#server/http/cookies.ts";
import type { AppEnv } from "#server/http/router.ts";
import type { Attempt } from "#server/providers/oauth/contract.ts";

export interface OpenAttempt extends Attempt {
  provider: string;
  /** The session that links; undefined for a login. */
  link: { userId: string; sessionId: string } | undefined;
  /** Where on the page to go afterwards. */
  next: string;
  invitation: string | undefined;
  endsAt: number;
}

const MINUTES = 10;
/** Lax: the way back is a navigation that another site begins. */
const WHERE = { path: "/api/auth/oauth", sameSite: "Lax" } as const;
const PURPOSE = "oauth attempt";

export function keepAttempt(
  c: HonoContext<AppEnv>,
  context: Context,
  attempt: Omit<OpenAttempt, "endsAt">,
) {
  const { keyId, sealed } = context.secrets.seal(
    JSON.stringify({ ...attempt, endsAt: Date.now() + MINUTES * 60_000 }),
    PURPOSE,
  );
  const value = `${keyId}.${sealed.toString("base64url")}`;
  setOwnCookie(c, context.config, cookieName(attempt.state), value, {
    ...WHERE,
    maxAge: MINUTES * 60,
  });
}

/** The attempt that this browser began with this state, once. */
export function takeAttempt(
  c: HonoContext<AppEnv>,
  context: Context,
  provider: string,
  state: string | undefined,
): OpenAttempt | undefined {
  if (!state || !/^[\w-]{16,200}$/.test(state)) return undefined;
  const name = cookieName(state);
  const [keyId, sealed] = (ownCookie(c, context.config, name) ?? "").split(".");
  clearOwnCookie(c, context.config, name, WHERE);
  if (!keyId || !sealed) return undefined;
  try {
    const attempt = JSON.parse(
      context.secrets.open(keyId, Buffer.from(sealed, "base64url"), PURPOSE),
    ) as OpenAttempt;
    return attempt.state === state && attempt.provider === provider && attempt.endsAt > Date.now()
      ? attempt
      : undefined;
  } catch {
    return undefined; // changed, or of a key that is gone
  }
}

/** Two tabs may each be on their way. */
function cookieName(state: string) {
  return `lm_oauth_${state.slice(0, 12)}`;
}
