/**
 * Logging in at another place (OAuth 2.1, OpenID Connect), always with PKCE and state, with a nonce where there is an
 * ID token.
 *
 * - **Identity**: who the other place says it is. `emailVerified` only when it vouches for the address in so many
 *   words.
 * - **Attempt**: what is remembered between the way there and the way back.
 */
export interface Attempt {
  redirectUri: string;
  state: string;
  nonce: string;
  codeVerifier: string;
}

export interface ProviderTokens {
  accessToken: string;
  refreshToken: string | undefined;
  expiresAt: Date | undefined;
  scopes: string | undefined;
}

export interface Identity {
  providerUserId: string;
  email: string | undefined;
  emailVerified: boolean;
  fullName: string | undefined;
  tokens: ProviderTokens;
}

export interface IdentityProvider {
  name: string;
  label: string;
  /** Where to send the person. */
  start(attempt: Attempt): Promise<URL>;
  /** `answer`: the query that the person came back with. @throws whatever is wrong with it. */
  finish(attempt: Attempt, answer: URLSearchParams): Promise<Identity>;
  /**
   * Takes back what the person allowed; does nothing where the provider has no such request.
   * @throws its refusal, no answer.
   */
  revoke(tokens: Pick<ProviderTokens, "accessToken" | "refreshToken">): Promise<void>;
}
