/** What stands before every operation: who asks, how often, from where, and what each answer carries. */
import { request } from "node:http";
import { SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "#server/config.ts";
import { signToken } from "#server/features/authentication/access-tokens.ts";
import { PUBLIC_OPERATIONS } from "#server/features/authentication/authenticate.ts";
import { loadSecrets } from "#server/secrets.ts";
import {
  PASSWORD,
  startTestApp,
  startTestServer,
  type Student,
  type TestApp,
} from "#tests/support/app.ts";
import { network } from "./rate-limit.ts";

let app: TestApp;
let limited: TestApp;
let student: Student;
beforeAll(async () => {
  app = await startTestApp();
  limited = await startTestApp({
    LM_RATE_LIMITS: "on",
    LM_RATE_LIMIT_STORE: "postgresql",
    LM_LIMIT_GUESSES_PER_HOUR: "1000",
    LM_TRUSTED_PROXIES: "127.0.0.0/8, ::1",
  });
  student = await app.register();
});
afterAll(async () => {
  await app.stop();
  await limited.stop();
});

const me = async (token: string) =>
  (await fetch(`${app.url}/api/auth/me`, { headers: { authorization: `Bearer ${token}` } })).status;
const post = async (
  base: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
) => {
  const answer = await fetch(`${base}/api${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};

test("every operation of the document answers 401 without a caller, except those listed", async () => {
  const document = (await (await fetch(`${app.url}/api/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { security?: unknown[] }>>;
  };
  const open: string[] = [];
  let closed = 0;
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const name = `${method.toUpperCase()} ${path}`;
      if (PUBLIC_OPERATIONS.includes(name)) {
        open.push(name);
        continue;
      }
      expect(operation.security, `${name} is called public in the document`).toBeUndefined();
      const address = path.replaceAll(/\{\w+\}/g, crypto.randomUUID());
      const answer = await fetch(`${app.url}/api${address}`, {
        method: method.toUpperCase(),
        redirect: "manual",
      });
      const body = (await answer.json()) as { code: string };
      expect([name, answer.status, body.code]).toEqual([name, 401, "not-authenticated"]);
      closed += 1;
    }
  }
  expect(closed).toBeGreaterThan(50);
  expect(PUBLIC_OPERATIONS).toEqual([
    "GET /health",
    "GET /limits",
    "GET /openapi.json",
    "GET /account/receipts/key",
    "GET /account/receipts/{id}",
    "GET /docs",
    "POST /auth/register",
    "POST /auth/login",
    "POST /auth/login/second-factor",
    "POST /auth/refresh",
    "POST /auth/logout",
    "POST /auth/password/forgot",
    "POST /auth/password/reset",
    "POST /auth/email/verify",
    "POST /auth/email/undo",
    "POST /auth/passkeys/login/start",
    "POST /auth/passkeys/login/finish",
    "GET /auth/oauth",
    "GET /auth/oauth/{provider}/start",
    "GET /auth/oauth/{provider}/callback",
  ]);
  expect(open.length).toBeGreaterThan(12);
  const unknown = await fetch(`${app.url}/api/no/such/path`);
  expect(unknown.status).toBe(401);
});

test("tokens that were not made here for this, now, do not pass", async () => {
  const { secrets } = app.context;
  const subject = JSON.parse(Buffer.from(student.token.split(".")[1]!, "base64url").toString()) as {
    sub: string;
    sid: string;
  };
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    sid: subject.sid,
    sub: subject.sub,
    jti: "x",
    iss: "little-monster",
    aud: "api",
    iat: now,
    exp: now + 600,
  };
  const header = { alg: "HS256", typ: "at+jwt", kid: secrets.signing.id };
  const sign = (
    change: object,
    head: object = {},
    key: CryptoKey | Uint8Array = secrets.signing.key,
  ) =>
    new SignJWT({ ...claims, ...change } as never)
      .setProtectedHeader({ ...header, ...head } as never)
      .sign(key);
  const wider = new TextEncoder().encode(
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
  );

  expect(await me(await sign({}))).toBe(200);
  const attacks: Record<string, string> = {
    none: new UnsecuredJWT(claims as never).encode(),
    "none in its header":
      `${Buffer.from(JSON.stringify({ ...header, alg: "none" })).toString("base64url")}.` +
      `${student.token.split(".")[1]}.`,
    "no signature": student.token.replace(/[^.]+$/, ""),
    "another key": await sign({}, {}, wider),
    "another algorithm": await sign({}, { alg: "HS512" }, wider),
    "an unknown kid": await sign({}, { kid: "k9" }),
    "no kid": await sign({}, { kid: undefined }),
    "a kid that is a path": await sign({}, { kid: "../../secrets.json" }),
    "another audience": await sign({ aud: "second-factor" }),
    "the media audience": await signToken(app.context, "media", {
      userId: subject.sub,
      sessionId: subject.sid,
    }),
    "another issuer": await sign({ iss: "https://evil.example" }),
    "another type": await sign({}, { typ: "JWT" }),
    expired: await sign({ iat: now - 4000, exp: now - 60 }),
    "longer than we give": await sign({ iat: now - 3600, exp: now + 86_400 }),
    "a clock that runs ahead": await sign({ iat: now + 600, exp: now + 1200 }),
    "not yet valid": await sign({ nbf: now + 600 }),
    "no expiry": await sign({ exp: undefined }),
    "no session": await sign({ sid: undefined }),
    "a session that is no id": await sign({ sid: "'; drop table users; --" }),
    "another's session": await sign({ sid: crypto.randomUUID() }),
    "another person with this session": await sign({ sub: (await app.register()).id }),
    "a refresh token": student.refreshToken,
    "changed by one character":
      student.token.slice(0, -5) +
      (student.token.at(-5) === "A" ? "B" : "A") +
      student.token.slice(-4),
    nonsense: "a.b.c",
  };
  for (const [name, token] of Object.entries(attacks)) expect(await me(token), name).toBe(401);
  const asRefresh = await post(app.url, "/auth/refresh", {
    refresh_token: student.token.slice(0, 200),
  });
  expect(asRefresh.status).toBe(401);
});

test("a replaced key still verifies until it is taken away", async () => {
  const key = (byte: number) =>
    Buffer.from(Array.from({ length: 32 }, (_, n) => (n * 37 + byte) % 256)).toString("base64");
  const load = (jwt: string) =>
    loadSecrets(
      readConfig({
        LM_JWT_KEYS: jwt,
        LM_ENCRYPTION_KEYS: `e1:${key(99)}`,
        LM_DATA_DIR: app.folder,
      }),
    );
  const { verifyToken } = await import("#server/features/authentication/access-tokens.ts");
  const subject = { userId: crypto.randomUUID(), sessionId: crypto.randomUUID() };
  const old = await signToken({ secrets: await load(`k1:${key(1)}`) }, "api", subject);
  const both = { secrets: await load(`k2:${key(2)},k1:${key(1)}`) };
  expect(await verifyToken(both, "api", old)).toEqual(subject);
  expect(both.secrets.signing.id).toBe("k2");
  expect(await verifyToken({ secrets: await load(`k2:${key(2)}`) }, "api", old)).toBeUndefined();

  const one = await loadSecrets(
    readConfig({ LM_JWT_KEYS: `k1:${key(1)}`, LM_ENCRYPTION_KEYS: `e1:${key(3)}` }),
  );
  const two = await loadSecrets(
    readConfig({ LM_JWT_KEYS: `k1:${key(1)}`, LM_ENCRYPTION_KEYS: `e2:${key(4)},e1:${key(3)}` }),
  );
  const { keyId, sealed } = one.seal("geheim", "here");
  expect(two.open(keyId, sealed, "here")).toBe("geheim");
  expect(two.seal("x", "here").keyId).toBe("e2");
  expect(() => two.open(keyId, sealed, "there")).toThrow();
  sealed[15]! ^= 1;
  expect(() => two.open(keyId, sealed, "here")).toThrow();
});

test("production with an outside database refuses secrets that are missing, weak or published, by name", async () => {
  const strong = Buffer.from(Array.from({ length: 32 }, (_, n) => (n * 41 + 7) % 256)).toString(
    "base64",
  );
  const start = (env: Record<string, string>) =>
    loadSecrets(
      readConfig({
        NODE_ENV: "production",
        DATABASE_URL: "postgresql://lm:Vx7-long-and-own@db/lm",
        LM_DATA_DIR: app.folder,
        ...env,
      }),
    );
  await expect(start({})).rejects.toThrow(/LM_JWT_KEYS: needed[^]*LM_ENCRYPTION_KEYS: needed/);
  const given = {
    LM_JWT_KEYS: `k1:${strong}`,
    LM_ENCRYPTION_KEYS: `e1:${Buffer.from(strong, "base64").reverse().toString("base64")}`,
  };
  await expect(start(given)).resolves.toBeDefined();
  const bad = (name: string, value: string, reason: RegExp) =>
    expect(start({ ...given, [name]: value })).rejects.toThrow(reason);
  await bad(
    "LM_JWT_KEYS",
    `k1:${Buffer.from("short").toString("base64")}`,
    /LM_JWT_KEYS: key k1 is weak/,
  );
  await bad(
    "LM_JWT_KEYS",
    `k1:${Buffer.alloc(32, 7).toString("base64")}`,
    /LM_JWT_KEYS: key k1 is weak: it repeats/,
  );
  await bad(
    "LM_ENCRYPTION_KEYS",
    `e1:${Buffer.from("change-me-change-me-please-do-it-now!").toString("base64")}`,
    /LM_ENCRYPTION_KEYS: key e1 is weak: it is typed/,
  );
  await bad("LM_ENCRYPTION_KEYS", `e1:${strong}`, /LM_ENCRYPTION_KEYS: must not contain/);
  await bad("LM_JWT_KEYS", "secret", /LM_JWT_KEYS: each entry/);
  await bad(
    "DATABASE_URL",
    "postgresql://lm:your_secure_password@db/lm",
    /POSTGRES_PASSWORD.*published/,
  );
});

test("logins, registrations and resets are limited, and the answer says for how long", async () => {
  const from = (address: string) => ({ "x-forwarded-for": address });
  const logins = await Promise.all(
    Array.from({ length: 8 }, () =>
      post(
        limited.url,
        "/auth/login",
        { email: "a@example.org", password: "x" },
        from("203.0.113.1"),
      ),
    ),
  );
  expect(logins.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
    401, 401, 401, 401, 401, 429, 429, 429,
  ]);
  const wait = Number(logins.find(({ status }) => status === 429)!.headers.get("retry-after"));
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(60);
  const elsewhere = await post(
    limited.url,
    "/auth/login",
    { email: "a@example.org", password: "x" },
    from("203.0.113.2"),
  );
  expect(elsewhere.status).toBe(401);

  const registrations = [];
  for (const n of [1, 2, 3, 4]) {
    registrations.push(
      (
        await post(
          limited.url,
          "/auth/register",
          { email: `limit${n}@example.org`, password: PASSWORD },
          from("203.0.113.3"),
        )
      ).status,
    );
  }
  expect(registrations).toEqual([201, 201, 201, 429]);

  const resets = [];
  for (const n of [1, 2, 3, 4]) {
    resets.push(
      (
        await post(
          limited.url,
          "/auth/password/forgot",
          { email: "Limit1@example.org" },
          from(`203.0.113.${10 + n}`),
        )
      ).status,
    );
  }
  expect(resets).toEqual([204, 204, 204, 429]);
  const unknown = [];
  for (const n of [1, 2, 3, 4]) {
    unknown.push(
      (
        await post(
          limited.url,
          "/auth/password/forgot",
          { email: "unknown@example.org" },
          from(`203.0.113.${20 + n}`),
        )
      ).status,
    );
  }
  expect(unknown).toEqual(resets);

  // A second server on the same database counts on.
  const { createRateLimiter } = await import("./rate-limit.ts");
  const second = createRateLimiter({ ...limited.context });
  await expect(
    second.take({ name: "login", limit: 5, seconds: 60 }, "203.0.113.1"),
  ).rejects.toMatchObject({ code: "too-many-requests" });
  const rows = await limited.context.database.selectFrom("rate_limits").selectAll().execute();
  expect(rows.length).toBeGreaterThan(5);
});

test("nobody locks another out: tries count for each address, and not for a browser that was here before", async () => {
  const email = `owner-${crypto.randomUUID()}@example.org`;
  const from = (address: string, cookie = "") => ({
    "x-forwarded-for": address,
    "x-requested-with": "test",
    cookie,
  });
  const log = (password: string, headers: Record<string, string>) =>
    post(limited.url, "/auth/login", { email, password, cookie: true }, headers);
  const made = await post(
    limited.url,
    "/auth/register",
    { email, password: PASSWORD, cookie: true },
    from("198.51.100.1"),
  );
  const device = made.headers.getSetCookie().find((cookie) => cookie.startsWith("lm_device="))!;
  const guesses = [];
  for (let network = 1; network <= 25; network++)
    for (let n = 0; n < 5; n++)
      guesses.push((await log("Wrong-1234", from(`203.0.${network}.9`))).status);
  expect(new Set(guesses)).toEqual(new Set([401]));
  // From another address with the right password, and from one that is used up with a browser that was here before.
  expect((await log(PASSWORD, from("198.51.100.77"))).status).toBe(200);
  expect((await log(PASSWORD, from("203.0.1.9"))).status).toBe(429);
  expect((await log(PASSWORD, from("203.0.1.9", device.split(";")[0]!))).status).toBe(200);
  const forged = `lm_device=${crypto.randomUUID()}.${Buffer.alloc(32).toString("base64url")}`;
  expect((await log(PASSWORD, from("203.0.1.9", forged))).status).toBe(429);
});

test("guesses from many addresses are slowed down, and the owner's own browser is not", async () => {
  const env = {
    LM_RATE_LIMITS: "on",
    LM_RATE_LIMIT_STORE: "postgresql",
    LM_LIMIT_GUESSES_PER_HOUR: "4",
    LM_TRUSTED_PROXIES: "127.0.0.0/8, ::1",
  };
  const guessed = await startTestApp(env);
  const second = await startTestServer(guessed, { ...env, LM_WORKER: "off" });
  try {
    const email = `owner-${crypto.randomUUID()}@example.org`;
    const headers = (address: string, cookie = "") => ({
      "x-forwarded-for": address,
      "x-requested-with": "test",
      cookie,
    });
    const log = (password: string, address: string, cookie = "", at = guessed.url) =>
      post(at, "/auth/login", { email, password, cookie: true }, headers(address, cookie));
    const body = { email, password: PASSWORD, cookie: true };
    const made = await post(guessed.url, "/auth/register", body, headers("198.51.100.1"));
    const device = made.headers.getSetCookie().find((cookie) => cookie.startsWith("lm_device="))!;
    for (let n = 1; n <= 4; n++) expect((await log("Wrong-1234", `203.0.${n}.9`)).status).toBe(401);
    // Thirty more at once, each from an address of its own, at two servers: few are tried, the rest is told when to
    // come back.
    const began = performance.now();
    const flood = Array.from({ length: 30 }, (_, n) =>
      log("Wrong-1234", `203.1.${n}.9`, "", n % 2 === 0 ? guessed.url : second.url),
    );
    // Meanwhile the owner, from a browser that was in before and from a new address, comes in.
    expect((await log(PASSWORD, "198.51.100.9", device.split(";")[0]!)).status).toBe(200);
    const answers = await Promise.all(flood);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    for (const { headers: told } of refused) expect(told.get("retry-after")).toBe("5");
    const tried = answers.filter(({ status }) => status === 401).length;
    expect(tried).toBe(30 - refused.length);
    // One line, which moves on once a second, however slow the machine is.
    expect(tried).toBeLessThanOrEqual(6 + (performance.now() - began) / 1000);
    // Slowed down and not locked: a new browser with the right password takes its turn.
    expect((await log(PASSWORD, "198.51.100.77")).status).toBe(200);
    // Other accounts are not in that line.
    const other = await post(
      guessed.url,
      "/auth/login",
      { email: "b@example.org", password: "x" },
      headers("198.51.100.78"),
    );
    expect(other.status).toBe(401);
  } finally {
    await second.stop();
    await guessed.stop();
  }
});

test("one server alone counts in its memory", async () => {
  const alone = await startTestApp({ LM_RATE_LIMITS: "on", LM_RATE_LIMIT_STORE: "memory" });
  try {
    const statuses = [];
    for (let n = 0; n < 6; n++)
      statuses.push(
        (await post(alone.url, "/auth/login", { email: "a@example.org", password: "x" })).status,
      );
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    const rows = await alone.context.database.selectFrom("rate_limits").selectAll().execute();
    expect(rows).toEqual([]);
  } finally {
    await alone.stop();
  }
});

test("what a proxy says counts only when the proxy is trusted, and only the last hop that it saw", async () => {
  const sessionsOf = async (server: TestApp, forwarded: string) => {
    const email = `proxy-${crypto.randomUUID()}@example.org`;
    const answer = await post(
      server.url,
      "/auth/register",
      { email, password: PASSWORD },
      { "x-forwarded-for": forwarded },
    );
    const { access_token } = JSON.parse(answer.text) as { access_token: string };
    const listed = await fetch(`${server.url}/api/auth/sessions`, {
      headers: { authorization: `Bearer ${access_token}` },
    });
    return ((await listed.json()) as { items: { address: string }[] }).items[0]!.address;
  };
  expect(await sessionsOf(app, "203.0.113.77")).toMatch(/^(127\.0\.0\.1|::1)$/);
  expect(await sessionsOf(limited, "6.6.6.6, 203.0.113.78, 127.0.0.9")).toBe("203.0.113.78");
  expect(await sessionsOf(limited, "not an address, 2001:db8:1:2:3::4")).toBe("2001:db8:1:2:3::4");
  expect(network("2001:db8:1:2:3::4")).toBe("2001:db8:1:2::/64");
  expect(network("2001:db8:1:2:ffff:1:1:1")).toBe("2001:db8:1:2::/64");
  expect(network("::1")).toBe("0:0:0:0::/64");
});

test(
  "answers carry the security headers, no site may read them from elsewhere, and no input is " +
    "reflected",
  async () => {
    for (const path of ["/", "/api/health", "/api/auth/me", "/api/nothing"]) {
      const answer = await fetch(`${app.url}${path}`, {
        headers: { origin: "https://evil.example" },
      });
      const { headers } = answer;
      expect(headers.get("content-security-policy"), path).toContain("script-src 'self'");
      expect(headers.get("content-security-policy")).not.toMatch(/script-src[^;]*unsafe/);
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
      expect(headers.get("access-control-allow-origin")).toBeNull();
      expect(headers.get("x-powered-by")).toBeNull();
      await answer.body?.cancel();
    }
    const preflight = await fetch(`${app.url}/api/auth/login`, {
      method: "OPTIONS",
      headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
    });
    expect(preflight.headers.get("access-control-allow-origin")).toBeNull();
    const api = await fetch(`${app.url}/api/auth/oauth`);
    expect(api.headers.get("cache-control")).toBe("no-store");
    // Longer than proxies keep theirs: one that ends first would meet a request that is on its way.
    const kept = /timeout=(\d+)/.exec(api.headers.get("keep-alive") ?? "")?.[1];
    expect(Number(kept)).toBeGreaterThan(60);
    const secure = await new Promise<string | undefined>((resolve, reject) => {
      request(
        `${limited.url}/api/health`,
        { headers: { "x-forwarded-proto": "https" } },
        (answer) => {
          answer.resume();
          resolve(answer.headers["strict-transport-security"]);
        },
      )
        .on("error", reject)
        .end();
    });
    expect(secure).toContain("max-age=31536000");
    const login = await post(
      limited.url,
      "/auth/register",
      { email: "tls@example.org", password: PASSWORD, cookie: true },
      { "x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.99" },
    );
    const set = login.headers.getSetCookie();
    expect(set.map((line) => line.slice(0, line.indexOf("="))).toSorted()).toEqual([
      "__Host-lm_device",
      "__Host-lm_refresh",
    ]);
    for (const line of set) {
      expect(line).toMatch(/; Secure/);
      expect(line).toMatch(/; Path=\/(;|$)/);
      expect(line).toMatch(/; HttpOnly/);
      expect(line).not.toMatch(/domain=/i);
    }
    // What a neighbouring host, or a connection without TLS, could have set counts for nothing.
    const refresh = set.find((line) => line.includes("lm_refresh"))!.split(";")[0]!;
    const renew = (cookie: string) =>
      post(
        limited.url,
        "/auth/refresh",
        {},
        { "x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.99", cookie },
      );
    expect((await renew(refresh.replace("__Host-", ""))).status).toBe(401);
    expect((await renew(refresh)).status).toBe(200);
  },
);

test("security.txt says whom to tell, where somebody was named", async () => {
  const path = "/.well-known/security.txt";
  expect((await fetch(app.url + path)).status).toBe(404);
  const named = await startTestApp({
    LM_SECURITY_CONTACT: "security@example.org",
    LM_WORKER: "off",
  });
  try {
    const answer = await fetch(named.url + path);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([
      200,
      "text/plain; charset=utf-8",
    ]);
    const lines = (await answer.text()).trimEnd().split("\n");
    expect(lines).toContain("Contact: mailto:security@example.org");
    const expires = Date.parse(lines.find((line) => line.startsWith("Expires: "))!.slice(9));
    expect(expires).toBeGreaterThan(Date.now());
    expect(expires).toBeLessThan(Date.now() + 365 * 24 * 60 * 60 * 1000);
  } finally {
    await named.stop();
  }
});

test("a body that is too large or no JSON is refused in words", async () => {
  const large = await post(app.url, "/auth/login", {
    email: "a@example.org",
    password: "x".repeat(100_000),
  });
  expect([large.status, JSON.parse(large.text).code]).toEqual([413, "request-too-large"]);
  const note = await fetch(`${app.url}/api/study-materials`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${student.token}` },
    body: JSON.stringify({ title: "Long", content: "x".repeat(9_000_000) }),
  });
  expect([note.status, (await note.json()).code]).toEqual([413, "request-too-large"]);
  for (const [path, type] of [
    ["/auth/login", "application/x-www-form-urlencoded"],
    ["/conversations", "text/plain"],
  ] as const) {
    const answer = await fetch(`${app.url}/api${path}`, {
      method: "POST",
      headers: { "content-type": type, authorization: `Bearer ${student.token}` },
      body: "title=x",
    });
    expect([path, answer.status, (await answer.json()).code]).toEqual([
      path,
      415,
      "content-type-unsupported",
    ]);
  }
  const broken = await fetch(`${app.url}/api/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{",
  });
  expect(broken.status).toBe(400);
  const nul = await post(app.url, "/auth/login", { email: "a\u0000b@example.org", password: "x" });
  expect([nul.status, JSON.parse(nul.text).errors[0].field]).toEqual([422, "email"]);
});
