/**
 * Logins at other places: a certified OpenID provider (oidc-provider) on loopback, and servers that answer as GitHub's
 * and Facebook's documentation says.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PASSWORD, startTestApp, type Student, type TestApp } from "#tests/support/app.ts";

interface Person {
  sub: string;
  email?: string;
  email_verified?: boolean;
  name?: string;
}

let app: TestApp;
let issuer: Server;
let github: Server;
let facebook: Server;
let person: Person = { sub: "nobody" };
const issued = new Set<string>();
const githubSaw: URLSearchParams[] = [];
/** Of the university. */
let grantsEnded = 0;
/** Of GitHub and Facebook. */
const takenBack: object[] = [];

const listen = async (server: Server) => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
const readAll = async (stream: AsyncIterable<Buffer>) => {
  let text = "";
  for await (const chunk of stream) text += chunk.toString();
  return text;
};

beforeAll(async () => {
  let answer: (...given: Parameters<ReturnType<Provider["callback"]>>) => void = () => {};
  issuer = createServer((request, response) => answer(request, response));
  const issuerUrl = await listen(issuer);
  github = fakeGithub();
  facebook = fakeFacebook();
  const [githubUrl, facebookUrl] = [await listen(github), await listen(facebook)];
  app = await startTestApp({
    LM_OIDC: JSON.stringify([
      {
        name: "university",
        label: "Our university",
        issuer: issuerUrl,
        client_id: "little-monster",
        client_secret: "client-secret-of-the-test",
        scope: "openid email profile offline_access",
      },
    ]),
    LM_GITHUB_CLIENT_ID: "gh",
    LM_GITHUB_CLIENT_SECRET: "gh-secret",
    LM_GITHUB_URL: githubUrl,
    LM_GITHUB_API_URL: githubUrl,
    LM_FACEBOOK_CLIENT_ID: "fb",
    LM_FACEBOOK_CLIENT_SECRET: "fb-secret",
    LM_FACEBOOK_URL: facebookUrl,
    LM_FACEBOOK_API_URL: facebookUrl,
  });
  await app.register();
  const provider = new Provider(issuerUrl, {
    clients: [
      {
        client_id: "little-monster",
        client_secret: "client-secret-of-the-test",
        redirect_uris: [`${app.url}/api/auth/oauth/university/callback`],
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    conformIdTokenClaims: true,
    features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
    ttl: {
      AccessToken: 600,
      IdToken: 600,
      Grant: 3600,
      Interaction: 600,
      Session: 600,
      AuthorizationCode: 60,
      RefreshToken: 3600,
    },
    issueRefreshToken: async () => true,
    findAccount: (_context: unknown, sub: string) => ({
      accountId: sub,
      claims: async () => ({ ...person, sub }),
    }),
    interactions: {
      url: (_context: unknown, interaction: { uid: string }) => `/interaction/${interaction.uid}`,
    },
  } as never);
  const callback = provider.callback();
  answer = async (request, response) => {
    if (!request.url!.startsWith("/interaction/")) return callback(request, response);
    // The person logs in and agrees, without a page.
    const details = await provider.interactionDetails(request, response);
    const grant = new provider.Grant({ accountId: person.sub, clientId: "little-monster" });
    grant.addOIDCScope("openid email profile offline_access");
    const grantId = await grant.save();
    await provider.interactionFinished(
      request,
      response,
      { login: { accountId: person.sub }, consent: { grantId } },
      { mergeWithLastSubmission: details.prompt.name === "consent" },
    );
  };
  provider.on("grant.revoked", () => (grantsEnded += 1));
  provider.on("access_token.saved", (token: { jti: string }) => issued.add(token.jti));
});
afterAll(async () => {
  await app.stop();
  for (const server of [issuer, github, facebook]) {
    server.closeAllConnections();
    server.close();
  }
});

function fakeGithub() {
  return createServer((request, response) => {
    void answerAsGithub(request, response).catch(() => response.destroy());
  });
}

async function answerAsGithub(request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url!, "http://x");
  const json = (body: unknown, status = 200) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  if (url.pathname === "/login/oauth/authorize") {
    githubSaw.push(url.searchParams);
    const back = new URL(url.searchParams.get("redirect_uri")!);
    back.search = String(
      new URLSearchParams({ code: "gh-code", state: url.searchParams.get("state")! }),
    );
    return response.writeHead(302, { location: back.href }).end();
  }
  if (url.pathname === "/login/oauth/access_token") {
    const body = new URLSearchParams(await readAll(request));
    // GitHub tells its errors with status 200.
    if (body.get("code") !== "gh-code" || !body.get("code_verifier"))
      return json({ error: "bad_verification_code" });
    return json({
      access_token: "gho_test",
      token_type: "bearer",
      scope: "read:user,user:email",
    });
  }
  if (request.method === "DELETE") {
    takenBack.push({
      path: url.pathname,
      authorization: request.headers.authorization,
      body: JSON.parse(await readAll(request)),
    });
    return response.writeHead(204).end();
  }
  if (request.headers.authorization !== "Bearer gho_test") return json({}, 401);
  if (url.pathname === "/user") return json({ id: 42, login: "ada", name: person.name ?? null });
  return json([
    { email: "other@example.org", primary: false, verified: true },
    { email: person.email, primary: true, verified: person.email_verified },
  ]);
}

function fakeFacebook() {
  return createServer((request, response) => {
    const url = new URL(request.url!, "http://x");
    const json = (body: unknown) =>
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (url.pathname.endsWith("/dialog/oauth")) {
      const back = new URL(url.searchParams.get("redirect_uri")!);
      back.search = String(
        new URLSearchParams({ code: "fb-code", state: url.searchParams.get("state")! }),
      );
      return response.writeHead(302, { location: back.href }).end();
    }
    if (url.pathname.endsWith("/oauth/access_token"))
      return json({ access_token: "fb-token", token_type: "bearer", expires_in: 5000 });
    if (!url.searchParams.get("appsecret_proof")) return response.writeHead(400).end();
    if (request.method === "DELETE") {
      takenBack.push({ path: url.pathname, authorization: request.headers.authorization });
      return json({ success: true });
    }
    return json({ id: "fb-77", name: "Face Book", email: person.email });
  });
}

/** Follows redirects as a browser does, each site with its own cookies, until the page of the app. */
async function browse(first: string, cookies = new Map<string, Map<string, string>>()) {
  let url = new URL(first);
  for (let hop = 0; hop < 15; hop += 1) {
    const jar = cookies.get(url.origin) ?? new Map<string, string>();
    cookies.set(url.origin, jar);
    const answer = await fetch(url, {
      redirect: "manual",
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (/Max-Age=0|expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name!);
      else jar.set(name!, value!);
    }
    await answer.body?.cancel();
    const location = answer.headers.get("location");
    if (!location) return { url, status: answer.status, cookies };
    url = new URL(location, url);
    if (url.origin === app.url && !url.pathname.startsWith("/api/"))
      return { url, status: 302, cookies };
  }
  throw new Error(`too many redirects, last to ${url}`);
}
async function logIn(provider: string, who: Person, query = "") {
  person = who;
  const { url, cookies } = await browse(`${app.url}/api/auth/oauth/${provider}/start${query}`);
  const refresh = cookies.get(app.url)?.get("lm_refresh");
  if (!refresh) return { url, user: undefined, token: "" };
  const answer = await fetch(`${app.url}/api/auth/refresh`, {
    method: "POST",
    headers: { "content-type": "application/json", cookie: `lm_refresh=${refresh}` },
    body: "{}",
  });
  const body = (await answer.json()) as {
    user: {
      id: string;
      email: string;
      email_verified_at: string | null;
      has_password: boolean;
      full_name: string;
    };
    access_token: string;
  };
  return { url, user: body.user, token: body.access_token };
}
async function link(student: Student, provider: string, who: Person) {
  person = who;
  const { body, headers } = await student.post(`/auth/oauth/${provider}/link?next=/settings`);
  const jar = new Map([
    [app.url, new Map([headers.get("set-cookie")!.split(";")[0]!.split("=") as [string, string]])],
  ]);
  return browse(body.url, jar);
}
const confirmAddress = (id: string) =>
  app.context.database
    .updateTable("users")
    .set({ email_verified_at: new Date() })
    .where("id", "=", id)
    .execute();

test("the page learns what is offered", async () => {
  const answer = await fetch(`${app.url}/api/auth/oauth`);
  expect(await answer.json()).toEqual({
    items: [
      { name: "university", label: "Our university" },
      { name: "github", label: "GitHub" },
      { name: "facebook", label: "Facebook" },
    ],
    registration: "open",
  });
});

test("a first login makes an account, the second finds it, whatever the address is by then", async () => {
  const first = await logIn(
    "university",
    { sub: "u1", email: "U1@example.org", email_verified: true, name: "Uni One" },
    "?next=/record",
  );
  expect(first.url.pathname).toBe("/record");
  expect(first.user).toMatchObject({
    email: "U1@example.org",
    full_name: "Uni One",
    has_password: false,
  });
  expect(first.user!.email_verified_at).not.toBeNull();
  const second = await logIn("university", {
    sub: "u1",
    email: "changed@example.org",
    email_verified: true,
  });
  expect(second.user!.id).toBe(first.user!.id);
});

test("an existing account is opened only when both sides have proved the address", async () => {
  const student = await app.register();
  const who = { sub: "u2", email: student.email.toUpperCase(), email_verified: true };
  const unconfirmed = await logIn("university", who);
  expect([
    unconfirmed.url.pathname,
    unconfirmed.url.searchParams.get("error"),
    unconfirmed.user,
  ]).toEqual(["/login", "email-taken", undefined]);
  await confirmAddress(student.id);
  const unvouched = await logIn("university", { ...who, email_verified: false });
  expect(unvouched.url.searchParams.get("error")).toBe("email-taken");
  const facebookSaysNothing = await logIn("facebook", who);
  expect(facebookSaysNothing.url.searchParams.get("error")).toBe("email-taken");
  expect((await logIn("university", who)).user!.id).toBe(student.id);
});

test("a logged-in person links any account there, once, and unlinks it, but never the last way in", async () => {
  const student = await app.register();
  const who = { sub: "u3", email: "elsewhere@example.org", email_verified: false };
  const done = await link(student, "university", who);
  expect(done.url.pathname).toBe("/settings");
  expect((await student.get("/auth/oauth")).body.items[0]).toMatchObject({
    linked: true,
    email: "elsewhere@example.org",
  });
  expect((await logIn("university", who)).user!.id).toBe(student.id);

  const other = await app.register();
  const refused = await link(other, "university", who);
  expect(refused.url.searchParams.get("error")).toBe("conflict");
  expect((await student.delete("/auth/oauth/university")).status).toBe(204);
  expect((await student.delete("/auth/oauth/university")).status).toBe(404);

  const only = await logIn("university", {
    sub: "u4",
    email: "u4@example.org",
    email_verified: true,
  });
  const asOnly = {
    headers: { authorization: `Bearer ${only.token}`, "content-type": "application/json" },
  };
  const last = await fetch(`${app.url}/api/auth/oauth/university`, { method: "DELETE", ...asOnly });
  expect(last.status).toBe(409);
  const given = await fetch(`${app.url}/api/auth/password/change`, {
    method: "POST",
    ...asOnly,
    body: JSON.stringify({ new_password: PASSWORD }),
  });
  expect(given.status).toBe(204);
  const unlinked = await fetch(`${app.url}/api/auth/oauth/university`, {
    method: "DELETE",
    ...asOnly,
  });
  expect(unlinked.status).toBe(204);
});

test("GitHub and Facebook log in by OAuth 2 with PKCE and state", async () => {
  const one = await logIn("github", {
    sub: "",
    email: "gh@example.org",
    email_verified: true,
    name: "Git Hub",
  });
  expect(one.user).toMatchObject({ email: "gh@example.org", full_name: "Git Hub" });
  expect(one.user!.email_verified_at).not.toBeNull();
  expect(githubSaw[0]!.get("code_challenge_method")).toBe("S256");
  expect(githubSaw[0]!.get("code_challenge")).toMatch(/^[\w-]{43}$/);
  const two = await logIn("facebook", { sub: "", email: "fb@example.org" });
  expect(two.user).toMatchObject({ email: "fb@example.org", email_verified_at: null });
});

test("an answer with a foreign, used or changed state is refused, and the way back stays on this site", async () => {
  person = { sub: "u5", email: "u5@example.org", email_verified: true };
  const start = await fetch(`${app.url}/api/auth/oauth/university/start?next=//evil.example/`, {
    redirect: "manual",
  });
  const cookie = start.headers.get("set-cookie")!;
  expect(cookie).toContain("HttpOnly");
  expect(cookie).toContain("SameSite=Lax");
  const { searchParams } = new URL(start.headers.get("location")!);
  expect(searchParams.get("nonce")).toBeTruthy();
  expect(searchParams.get("code_challenge_method")).toBe("S256");
  const state = searchParams.get("state")!;
  const back = async (query: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${app.url}/api/auth/oauth/university/callback?${query}`, {
      redirect: "manual",
      headers,
    });
    expect(answer.headers.getSetCookie().some((line) => line.startsWith("lm_refresh="))).toBe(
      false,
    );
    return new URL(answer.headers.get("location")!, app.url).searchParams.get("error");
  };
  const own = { cookie: cookie.split(";")[0]! };
  expect(await back(`code=x&state=${state}`)).toBe("provider-failed"); // another browser
  expect(await back(`code=x&state=${"y".repeat(43)}`, own)).toBe("provider-failed");
  expect(await back("code=x", own)).toBe("provider-failed");
  expect(await back(`code=made-up&state=${state}`, own)).toBe("provider-failed");
  expect(await back(`error=access_denied&state=${state}`, own)).toBe("cancelled");
  const elsewhere = await fetch(`${app.url}/api/auth/oauth/github/callback?code=x&state=${state}`, {
    redirect: "manual",
    headers: own,
  });
  expect(elsewhere.headers.get("location")).toContain("error=provider-failed");
  const arrived = await logIn("university", person, "?next=//evil.example/");
  expect(arrived.url.href).toBe(`${app.url}/`);
});

test("a person with a second factor is asked for it here, too", async () => {
  const student = await app.register();
  await link(student, "university", { sub: "u6", email: "u6@example.org" });
  const { body } = await student.post("/auth/totp/start");
  const { TOTP } = await import("otpauth");
  await student.post("/auth/totp/confirm", { code: new TOTP({ secret: body.secret }).generate() });
  const login = await logIn("university", { sub: "u6" });
  expect(login.user).toBeUndefined();
  expect(login.url.pathname).toBe("/login");
  const challenge_token = new URLSearchParams(login.url.hash.slice(1)).get("challenge");
  const finished = await fetch(`${app.url}/api/auth/login/second-factor`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      challenge_token,
      code: new TOTP({ secret: body.secret }).generate({ timestamp: Date.now() + 30_000 }),
    }),
  });
  expect(finished.status).toBe(200);
});

test("a disabled account is not opened from elsewhere", async () => {
  const { user } = await logIn("university", {
    sub: "u7",
    email: "u7@example.org",
    email_verified: true,
  });
  await app.context.database
    .updateTable("users")
    .set({ disabled_at: new Date() })
    .where("id", "=", user!.id)
    .execute();
  expect((await logIn("university", { sub: "u7" })).url.searchParams.get("error")).toBe(
    "account-disabled",
  );
});

test("a provider's tokens are encrypted at rest, and given back when the link or the account goes", async () => {
  const stay = await app.register();
  await link(stay, "university", { sub: "u8", email: "u8@example.org", email_verified: false });
  const stored = await app.context.database
    .selectFrom("oauth_connections")
    .select(["access_token", "refresh_token", "token_key_id"])
    .where("user_id", "=", stay.id)
    .executeTakeFirstOrThrow();
  expect(stored.token_key_id).toBe("k1");
  expect(stored.refresh_token).not.toBeNull();
  for (const token of issued) expect(stored.access_token!.includes(token)).toBe(false);
  const before = grantsEnded;
  expect((await stay.delete("/auth/oauth/university")).status).toBe(204);
  expect(grantsEnded).toBe(before + 1);

  // They were registered by the test of GitHub and Facebook.
  for (const [provider, email] of [
    ["github", "gh@example.org"],
    ["facebook", "fb@example.org"],
  ] as const) {
    const { token } = await logIn(provider, { sub: "", email, email_verified: true });
    const asked = {
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    };
    const set = await fetch(`${app.url}/api/auth/password/change`, {
      method: "POST",
      ...asked,
      body: JSON.stringify({ new_password: PASSWORD }),
    });
    expect(set.status).toBe(204);
    const gone = await fetch(`${app.url}/api/account`, {
      method: "DELETE",
      ...asked,
      body: JSON.stringify({ password: PASSWORD }),
    });
    expect(gone.status).toBe(200);
  }
  expect(takenBack).toEqual([
    {
      path: "/applications/gh/grant",
      authorization: `Basic ${Buffer.from("gh:gh-secret").toString("base64")}`,
      body: { access_token: "gho_test" },
    },
    { path: "/v23.0/me/permissions", authorization: "Bearer fb-token" },
  ]);
});

test("a provider that takes nothing back keeps nobody from unlinking it", async () => {
  const student = await app.register();
  await link(student, "university", { sub: "u9", email: "u9@example.org", email_verified: false });
  await app.context.database
    .updateTable("oauth_connections")
    .set({ refresh_token: Buffer.alloc(40) })
    .where("user_id", "=", student.id)
    .execute();
  expect((await student.delete("/auth/oauth/university")).status).toBe(204);
  expect((await student.get("/auth/oauth")).body.items[0]).toMatchObject({ linked: false });
});
