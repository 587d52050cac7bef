import type { Config } from "#server/config.ts";
import type { IdentityProvider } from "./contract.ts";
import { facebookProvider } from "./facebook.ts";
import { githubProvider } from "./github.ts";
import { openIdProvider } from "./openid.ts";

/** Those that the settings name, in the order in which the page offers them. */
export function createIdentityProviders({ oauth }: Config): Map<string, IdentityProvider> {
  const { google, microsoft, github, facebook, issuers } = oauth;
  const providers: IdentityProvider[] = [];
  for (const { name, label, issuer, client_id, client_secret, scope } of issuers) {
    providers.push(
      openIdProvider({
        name,
        label,
        issuer,
        clientId: client_id,
        clientSecret: client_secret,
        scope,
      }),
    );
  }
  // https://developers.google.com/identity/openid-connect/openid-connect
  if (google) providers.push(openIdProvider({ name: "google", label: "Google", ...google }));
  // https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
  if (microsoft)
    providers.push(openIdProvider({ name: "microsoft", label: "Microsoft", ...microsoft }));
  if (github) providers.push(githubProvider(github));
  if (facebook) providers.push(facebookProvider(facebook));
  return new Map(providers.map((provider) => [provider.name, provider]));
}
