/**
 * Facebook (https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow). It does not say whether
 * an address is verified: never trusted for linking.
 */
import { createHmac } from "node:crypto";
import { z } from "zod";
import { ask, getJson, plainProvider } from "./plain.ts";

const VERSION = "v23.0";
const person = z.object({
  id: z.string(),
  name: z.string().optional(),
  email: z.string().optional(),
});

export function facebookProvider(options: {
  clientId: string;
  clientSecret: string | undefined;
  url: string;
  apiUrl: string;
}) {
  const { url, apiUrl, clientId, clientSecret } = options;
  /** https://developers.facebook.com/docs/graph-api/guides/secure-requests */
  function signed(address: URL, accessToken: string) {
    if (clientSecret)
      address.searchParams.set(
        "appsecret_proof",
        createHmac("sha256", clientSecret).update(accessToken).digest("hex"),
      );
    return address;
  }
  return plainProvider({
    name: "facebook",
    label: "Facebook",
    clientId,
    clientSecret,
    server: {
      issuer: url,
      authorization_endpoint: `${url}/${VERSION}/dialog/oauth`,
      token_endpoint: `${apiUrl}/${VERSION}/oauth/access_token`,
    },
    scope: "public_profile email",
    async identify(accessToken) {
      const address = signed(new URL(`${apiUrl}/${VERSION}/me`), accessToken);
      address.searchParams.set("fields", "id,name,email");
      const { id, name, email } = person.parse(await getJson(address, accessToken));
      return { providerUserId: id, email, emailVerified: false, fullName: name };
    },
    /** https://developers.facebook.com/docs/facebook-login/guides/permissions/request-revoke */
    async revoke(accessToken) {
      await ask(signed(new URL(`${apiUrl}/${VERSION}/me/permissions`), accessToken), {
        method: "DELETE",
        headers: { Authorization: `Bearer ${accessToken}` },
      });
    },
  });
}
