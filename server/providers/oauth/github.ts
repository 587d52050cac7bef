/**
 * GitHub (https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps), or a GitHub Enterprise
 * server.
 */
import { z } from "zod";
import { ask, getJson, plainProvider } from "./plain.ts";

const person = z.object({ id: z.number().int(), login: z.string(), name: z.string().nullish() });
/** https://docs.github.com/rest/users/emails */
const addresses = z.array(
  z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }),
);

export function githubProvider(options: {
  clientId: string;
  clientSecret: string | undefined;
  url: string;
  apiUrl: string;
}) {
  const { url, apiUrl, clientId, clientSecret } = options;
  return plainProvider({
    name: "github",
    label: "GitHub",
    clientId,
    clientSecret,
    server: {
      issuer: `${url}/login/oauth`,
      authorization_endpoint: `${url}/login/oauth/authorize`,
      token_endpoint: `${url}/login/oauth/access_token`,
    },
    scope: "read:user user:email",
    async identify(accessToken) {
      const { id, login, name } = person.parse(
        await getJson(new URL(`${apiUrl}/user`), accessToken),
      );
      const list = addresses.parse(await getJson(new URL(`${apiUrl}/user/emails`), accessToken));
      const chosen =
        list.find(({ primary, verified }) => primary && verified) ??
        list.find(({ primary }) => primary);
      return {
        providerUserId: String(id),
        email: chosen?.email,
        emailVerified: chosen?.verified ?? false,
        fullName: name || login,
      };
    },
    /** https://docs.github.com/rest/apps/oauth-applications#delete-an-app-authorization */
    async revoke(accessToken) {
      const password = Buffer.from(`${clientId}:${clientSecret ?? ""}`).toString("base64");
      await ask(new URL(`${apiUrl}/applications/${encodeURIComponent(clientId)}/grant`), {
        method: "DELETE",
        headers: { Authorization: `Basic ${password}`, "Content-Type": "application/json" },
        body: JSON.stringify({ access_token: accessToken }),
      });
    },
  });
}
