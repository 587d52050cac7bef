/** The way to a provider and back, for a login or to link an account. */
import type { Context as HonoContext } from "hono";
import { randomNonce, randomPKCECodeVerifier, randomState } from "openid-client";
import { asOwner } from "#database/principal.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { isSecure } from "#server/http/client-address.ts";
import type { AppEnv } from "#server/http/router.ts";
import { answerLogin, deviceOf } from "../answer-login.ts";
import { markLogin } from "../queries.ts";
import { hasTotp, startChallenge } from "../second-factor/queries.ts";
import { startSession } from "../sessions.ts";
import { arrive } from "./arrive.ts";
import { keepAttempt, takeAttempt, type OpenAttempt } from "./attempt.ts";

/**
 * @returns where the browser goes
 * @throws Failure `not-found`, `provider-failed`.
 */
export async function beginLogin(
  c: HonoContext<AppEnv>,
  context: Context,
  name: string,
  rest: Pick<OpenAttempt, "link" | "next" | "invitation">,
) {
  const provider = mustFindProvider(context, name);
  const attempt = {
    provider: name,
    redirectUri: `${baseOf(c, context)}/api/auth/oauth/${name}/callback`,
    state: randomState(),
    nonce: randomNonce(),
    codeVerifier: randomPKCECodeVerifier(),
    ...rest,
  };
  try {
    const url = await provider.start(attempt);
    keepAttempt(c, context, attempt);
    return url.href;
  } catch (error) {
    fail("provider-failed", {
      message: `${provider.label} does not answer at the moment. Please try again later.`,
      cause: error,
    });
  }
}

/**
 * @returns the path of the page to go to
 * @throws Failure `not-found`, `provider-failed`, `cancelled`, and what `arrive` throws.
 */
export async function finishLogin(c: HonoContext<AppEnv>, context: Context, name: string) {
  const provider = mustFindProvider(context, name);
  const answer = new URL(c.req.url).searchParams;
  const attempt =
    takeAttempt(c, context, name, answer.get("state") ?? undefined) ??
    fail("provider-failed", {
      message: "This login took too long or began elsewhere. Please start again.",
    });
  if (answer.get("error") === "access_denied")
    fail("cancelled", { message: `The login with ${provider.label} was cancelled.` });
  const identity = await provider
    .finish(attempt, answer)
    .catch((error: unknown) => fail("provider-failed", { cause: error }));
  const userId = await arrive(context, provider, attempt, identity);
  if (attempt.link) return attempt.next;
  return asOwner(userId, () => enter(c, context, userId, attempt.next));
}

async function enter(c: HonoContext<AppEnv>, context: Context, userId: string, next: string) {
  const { database } = context;
  if (await hasTotp(database, userId)) {
    const challenge = await startChallenge(database, userId);
    // Behind the #: it reaches the page and no server's log.
    return `/login?${new URLSearchParams({ next })}#challenge=${challenge}`;
  }
  await markLogin(database, userId);
  const tokens = await startSession(context, database, userId, deviceOf(c, context));
  await answerLogin(c, context, userId, tokens, true);
  return next;
}

function mustFindProvider({ identityProviders }: Context, name: string) {
  return identityProviders.get(name) ?? fail("not-found");
}

function baseOf(c: HonoContext<AppEnv>, { config }: Context) {
  return (
    config.http.publicUrl?.replace(/\/$/, "") ??
    `${isSecure(c, config) ? "https" : "http"}://${c.req.header("host") ?? "localhost"}`
  );
}
