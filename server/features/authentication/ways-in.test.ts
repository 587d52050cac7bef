/**
 * Makes every kind of way into an account and counts those that still work after a reset, a change, a disable and a
 * deletion.
 */
import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PASSWORD, startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { linkInMail } from "#tests/support/mail-folder.ts";
import { startChallenge } from "./second-factor/queries.ts";

let app: TestApp;
let administrator: Student;
beforeAll(async () => {
  app = await startTestApp();
  administrator = await app.register();
});
afterAll(() => app.stop());

async function post(path: string, body: unknown) {
  const answer = await fetch(`${app.url}/api${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return answer.status;
}
const tokenOf = (link: string) => new URL(link).searchParams.get("token")!;

async function changeAddress(student: Student) {
  const to = `evil-${crypto.randomUUID()}@example.org`;
  const asked = await student.post("/auth/email/change", { email: to, password: PASSWORD });
  expect(asked.status).toBe(204);
  return tokenOf(await linkInMail(app.folder, to));
}

async function resetBy(email: string, password: string) {
  expect(await post("/auth/password/forgot", { email })).toBe(204);
  const token = tokenOf(await linkInMail(app.folder, email, /reset-password/));
  expect(await post("/auth/password/reset", { token, password })).toBe(204);
}

test("an e-mail change that is pending ends with a reset by the owner of the address", async () => {
  const attacker = await app.register();
  const pending = await changeAddress(attacker);
  await resetBy(attacker.email, "Owner-Horse-7");
  expect(await post("/auth/email/verify", { token: pending })).toBe(410);
  expect(await post("/auth/login", { email: attacker.email, password: "Owner-Horse-7" })).toBe(200);
});

test("an e-mail change that a thief asked for ends with a password change by the owner", async () => {
  const owner = await app.register();
  const pending = await changeAddress(owner);
  const changed = await owner.post("/auth/password/change", {
    current_password: PASSWORD,
    new_password: "Owner-Horse-7",
  });
  expect(changed.status).toBe(204);
  expect(await post("/auth/email/verify", { token: pending })).toBe(410);
});

test("an e-mail change that is pending does not count for a disabled account, nor after it", async () => {
  const student = await app.register();
  const pending = await changeAddress(student);
  await administrator.post(`/admin/users/${student.id}/disable`);
  expect(await post("/auth/email/verify", { token: pending })).toBe(410);
  await administrator.post(`/admin/users/${student.id}/enable`);
  expect(await post("/auth/email/verify", { token: pending })).toBe(410);
});

/**
 * The address of every kind of way in that a test can make without a browser, and whether it still opens the account.
 */
async function everyWayIn(student: Student) {
  const again = await fetch(`${app.url}/api/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: student.email, password: PASSWORD }),
  });
  const other = (await again.json()) as { access_token: string; refresh_token: string };
  const made = await student.post("/auth/api-keys", { name: "script", password: PASSWORD });
  const pending = await changeAddress(student);
  expect(await post("/auth/password/forgot", { email: student.email })).toBe(204);
  const reset = tokenOf(await linkInMail(app.folder, student.email, /reset-password/));
  const challenge = await startChallenge(app.context.database, student.id);
  const bearer = (token: string, path: string) =>
    fetch(`${app.url}/api${path}`, { headers: { authorization: `Bearer ${token}` } });
  const media = await fetch(`${app.url}/api/auth/media`, {
    method: "POST",
    headers: { authorization: `Bearer ${other.access_token}` },
  });
  const cookie = media.headers.getSetCookie()[0]!.split(";")[0]!;
  const note = await student.post("/study-materials", { title: "n", content: "text" });
  const streams = await Promise.all(
    [other.access_token, made.body.key as string].map((token) => bearer(token, "/events")),
  );
  const ended = streams.map(async ({ body }) => {
    for await (const _chunk of body!) void _chunk;
    return "ended";
  });
  return {
    ended,
    async open() {
      const works: Record<string, boolean> = {
        session: (await bearer(other.access_token, "/auth/me")).status === 200,
        refresh: (await post("/auth/refresh", { refresh_token: other.refresh_token })) === 200,
        key: (await bearer(made.body.key, "/recordings")).status === 200,
        // 401 for a challenge that is gone, 422 for a code that is wrong.
        challenge:
          (await post("/auth/login/second-factor", {
            challenge_token: challenge,
            code: "000000",
          })) === 422,
        media:
          (
            await fetch(`${app.url}/api/study-materials/${note.body.id}/file`, {
              headers: { cookie },
            })
          ).status !== 401,
        address: (await post("/auth/email/verify", { token: pending })) === 422,
        reset: (await post("/auth/password/reset", { token: reset, password: "short" })) === 422,
      };
      const { rows } = await sql<{ kind: string }>`
        select 'passkey' as kind from passkey_challenges where user_id = ${student.id}
        union all select 'link' from password_reset_tokens where user_id = ${student.id} and used_at is null
        union all select 'address' from email_verification_tokens where user_id = ${student.id}
          and used_at is null`.execute(app.context.database);
      return [
        ...Object.keys(works).filter((name) => works[name]),
        ...rows.map(({ kind }) => kind),
      ].filter((name) => name !== "reset");
    },
  };
}

const ENDINGS: [string, (student: Student) => Promise<unknown>][] = [
  ["a reset", (student) => resetBy(student.email, "Owner-Horse-7")],
  [
    "a change of the password",
    (student) =>
      student.post("/auth/password/change", {
        current_password: PASSWORD,
        new_password: "Owner-Horse-7",
      }),
  ],
  [
    "one press",
    (student) =>
      student.request("/auth/ways-in", {
        method: "DELETE",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ password: PASSWORD }),
      }),
  ],
  ["a disable", (student) => administrator.post(`/admin/users/${student.id}/disable`)],
  [
    "a deletion",
    (student) =>
      student.request("/account", {
        method: "DELETE",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ password: PASSWORD }),
      }),
  ],
];

test.each(ENDINGS)("after %s no way in is left, and streams have ended", async (_name, end) => {
  const student = await app.register();
  const ways = await everyWayIn(student);
  await end(student);
  expect(await Promise.all(ways.ended)).toEqual(["ended", "ended"]);
  expect(await ways.open()).toEqual([]);
});

test("all ways in are listed, however many", async () => {
  const student = await app.register();
  await app.context.database
    .insertInto("api_keys")
    .values(
      Array.from({ length: 206 }, (_, n) => ({
        user_id: student.id,
        name: `key ${n}`,
        token_hash: randomBytes(32),
        hint: "lmk_abcdef",
        scopes: ["read"],
      })),
    )
    .execute();
  const { body } = await student.get("/auth/ways-in");
  const kinds = body.items.map(({ kind }: { kind: string }) => kind);
  expect(kinds.filter((kind: string) => kind === "api_key").length).toBe(206);
  expect(kinds).toContain("session");
  expect(kinds).toContain("address_link");
  expect((await student.get("/auth/api-keys")).body.items.length).toBe(206);
});

test("keys and passkeys ask for the password again", async () => {
  const student = await app.register();
  for (const path of ["/auth/api-keys", "/auth/passkeys/start"]) {
    expect((await student.post(path, { name: "x" })).status, path).toBe(422);
    expect((await student.post(path, { name: "x", password: "Wrong-1234" })).status).toBe(422);
  }
});

test("the account's log tells logins, new devices and reused tokens, and only to its owner", async () => {
  const student = await app.register();
  const login = (agent: string) =>
    fetch(`${app.url}/api/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": agent },
      body: JSON.stringify({ email: student.email, password: PASSWORD }),
    });
  const first = (await (await login("Strange/1.0")).json()) as { refresh_token: string };
  await login("Strange/1.0");
  const { refresh_token } = first;
  expect(await post("/auth/refresh", { refresh_token })).toBe(200);
  await app.context.database
    .updateTable("refresh_tokens")
    .set({ rotated_at: new Date(Date.now() - 60_000) })
    .where("user_id", "=", student.id)
    .where("rotated_at", "is not", null)
    .execute();
  expect(await post("/auth/refresh", { refresh_token })).toBe(401);
  const { body } = await student.get("/account/activity");
  expect(body.items.map(({ kind }: { kind: string }) => kind)).toEqual([
    "token-reused",
    "login",
    "login-new-device",
    "registered",
  ]);
  expect(body.items[2]).toMatchObject({ device: "Strange/1.0" });
  expect(body.items[2].address).toMatch(/127\.0\.0\.1|::1/);
  const { body: other } = await administrator.get("/account/activity");
  expect(JSON.stringify(other)).not.toContain("Strange");
});
