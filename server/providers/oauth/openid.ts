/**
 * Any OpenID Connect issuer by its discovery document, with the certified client
 * (https://github.com/panva/openid-client).
 */
import * as openid from "openid-client";
import type { Identity, IdentityProvider, ProviderTokens } from "./contract.ts";

export interface OpenIdOptions {
  name: string;
  label: string;
  issuer: string;
  clientId: string;
  clientSecret: string | undefined;
  scope?: string | undefined;
  /** Further parameters of the authorization request. */
  parameters?: Record<string, string>;
}

export function openIdProvider(options: OpenIdOptions): IdentityProvider {
  let discovered: Promise<openid.Configuration> | undefined;
  /** Asked once; an issuer that did not answer is asked again the next time. */
  function configuration() {
    discovered ??= discover(options).catch((error: unknown) => {
      discovered = undefined;
      throw error;
    });
    return discovered;
  }

  return {
    name: options.name,
    label: options.label,
    async start(attempt) {
      return openid.buildAuthorizationUrl(await configuration(), {
        redirect_uri: attempt.redirectUri,
        scope: options.scope ?? "openid email profile",
        response_type: "code",
        code_challenge: await openid.calculatePKCECodeChallenge(attempt.codeVerifier),
        code_challenge_method: "S256",
        state: attempt.state,
        nonce: attempt.nonce,
        ...options.parameters,
      });
    },
    async finish(attempt, answer): Promise<Identity> {
      const config = await configuration();
      const tokens = await openid.authorizationCodeGrant(
        config,
        new URL(`${attempt.redirectUri}?${answer}`),
        {
          pkceCodeVerifier: attempt.codeVerifier,
          expectedState: attempt.state,
          expectedNonce: attempt.nonce,
          idTokenExpected: true,
        },
      );
      const claims = tokens.claims()!;
      // Some issuers give the address at the userinfo endpoint only.
      const info =
        claims["email"] === undefined && config.serverMetadata().userinfo_endpoint
          ? await openid.fetchUserInfo(config, tokens.access_token, claims.sub)
          : claims;
      return {
        providerUserId: claims.sub,
        email: text(info["email"]),
        // Microsoft lets tenants write any address into `email`: only its domain-owner claim vouches for it
        // (https://learn.microsoft.com/entra/identity-platform/migrate-off-email-claim-authorization).
        emailVerified:
          info["email_verified"] === true ||
          claims["xms_edov"] === true ||
          claims["xms_edov"] === "1",
        fullName: text(info["name"]),
        tokens: toTokens(tokens),
      };
    },
    async revoke({ accessToken, refreshToken }) {
      const config = await configuration();
      if (!config.serverMetadata().revocation_endpoint) return;
      // With a refresh token its access tokens end, too (RFC 7009, section 2.1).
      await openid.tokenRevocation(config, refreshToken ?? accessToken);
    },
  };
}

function discover({ issuer, clientId, clientSecret }: OpenIdOptions) {
  const server = new URL(issuer);
  return openid.discovery(
    server,
    clientId,
    undefined,
    clientSecret === undefined ? openid.None() : openid.ClientSecretPost(clientSecret),
    {
      timeout: 10,
      execute: isLoopback(server) ? [openid.allowInsecureRequests] : [],
    },
  );
}

/** Without TLS only on this machine: anywhere else the client refuses. */
export function isLoopback({ protocol, hostname }: URL) {
  return protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}

export function toTokens(
  tokens: openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers,
): ProviderTokens {
  const seconds = tokens.expiresIn();
  return {
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
    expiresAt: seconds === undefined ? undefined : new Date(Date.now() + seconds * 1000),
    scopes: tokens.scope,
  };
}

function text(value: unknown) {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}
