/**
 * What GitHub and Facebook have in common: OAuth 2 (RFC 6749) with PKCE (RFC 7636) but without an ID token; who it is,
 * an API of theirs tells.
 */
import * as openid from "openid-client";
import type { Identity, IdentityProvider } from "./contract.ts";
import { isLoopback, toTokens } from "./openid.ts";

export interface PlainOptions {
  name: string;
  label: string;
  clientId: string;
  clientSecret: string | undefined;
  server: openid.ServerMetadata;
  scope: string;
  identify(accessToken: string): Promise<Omit<Identity, "tokens">>;
  /** All that the person allowed this application. */
  revoke(accessToken: string): Promise<void>;
}

const TIMEOUT_MS = 10_000;

export function plainProvider(options: PlainOptions): IdentityProvider {
  const { clientId, clientSecret, server } = options;
  const config = new openid.Configuration(
    server,
    clientId,
    undefined,
    clientSecret === undefined ? openid.None() : openid.ClientSecretPost(clientSecret),
  );
  config.timeout = TIMEOUT_MS / 1000;
  if (isLoopback(new URL(server.token_endpoint!))) openid.allowInsecureRequests(config);
  return {
    name: options.name,
    label: options.label,
    async start(attempt) {
      return openid.buildAuthorizationUrl(config, {
        redirect_uri: attempt.redirectUri,
        scope: options.scope,
        response_type: "code",
        code_challenge: await openid.calculatePKCECodeChallenge(attempt.codeVerifier),
        code_challenge_method: "S256",
        state: attempt.state,
      });
    },
    async finish(attempt, answer) {
      const tokens = await openid.authorizationCodeGrant(
        config,
        new URL(`${attempt.redirectUri}?${answer}`),
        {
          pkceCodeVerifier: attempt.codeVerifier,
          expectedState: attempt.state,
        },
      );
      return { ...(await options.identify(tokens.access_token)), tokens: toTokens(tokens) };
    },
    revoke: ({ accessToken }) => options.revoke(accessToken),
  };
}

export async function getJson(url: URL, accessToken: string): Promise<unknown> {
  return (await ask(url, { headers: { Authorization: `Bearer ${accessToken}` } })).json();
}

/** @throws Error when it is not answered with a status of success, within ten seconds. */
export async function ask(
  url: URL,
  request: { headers: Record<string, string>; method?: string; body?: string },
) {
  const response = await fetch(url, {
    ...request,
    headers: { Accept: "application/json", "User-Agent": "little-monster", ...request.headers },
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`${url.origin}${url.pathname} answered ${response.status}`);
  return response;
}
