import { TOTP } from "otpauth";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PASSWORD, startTestApp, type Student, type TestApp } from "#tests/support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

async function post(path: string, body: unknown) {
  const answer = await fetch(`${app.url}/api${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}
const logIn = (student: Student) =>
  post("/auth/login", { email: student.email, password: PASSWORD });
/** A step is 30 seconds and counts once: tests take the next ones instead of waiting. */
const codeOf = (uri: string, steps: number) =>
  new TOTP({ secret: new URL(uri).searchParams.get("secret")! }).generate({
    timestamp: Date.now() + steps * 30_000,
  });
async function withApp() {
  const student = await app.register();
  const started = await student.post("/auth/totp/start");
  expect(started.body.uri).toContain(`secret=${started.body.secret}`);
  // The step before: so that this one and the next are left for logins.
  const confirmed = await student.post("/auth/totp/confirm", {
    code: codeOf(started.body.uri, -1),
  });
  expect(confirmed.status).toBe(200);
  return {
    student,
    uri: started.body.uri as string,
    codes: confirmed.body.recovery_codes as string[],
  };
}

test("until the first code is typed, nothing changes", async () => {
  const student = await app.register();
  const { body } = await student.post("/auth/totp/start");
  expect((await logIn(student)).body.access_token).toBeDefined();
  const wrong = await student.post("/auth/totp/confirm", { code: "000000" });
  expect([wrong.status, wrong.body.code]).toEqual([422, "code-wrong"]);
  const again = await student.post("/auth/totp/start");
  expect(again.body.secret).not.toBe(body.secret);
});

test("a login asks for a code, and a code works once", async () => {
  const { student, uri } = await withApp();
  const first = await logIn(student);
  expect(first.body).toEqual({ second_factor_required: true, challenge_token: expect.any(String) });
  const challenge_token = first.body.challenge_token;
  const me = await fetch(`${app.url}/api/auth/me`, {
    headers: { authorization: `Bearer ${challenge_token}` },
  });
  expect(me.status).toBe(401);
  const finish = (code: string, token = challenge_token) =>
    post("/auth/login/second-factor", { challenge_token: token, code });
  expect((await finish("123 456")).status).toBe(422);
  const code = codeOf(uri, 0);
  const answers = await Promise.all([finish(code), finish(code), finish(code)]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 422, 422]);
  expect((await finish(codeOf(uri, 1), student.token)).status).toBe(401);
  const spaced = codeOf(uri, 1).replace(/(...)/, "$1 ");
  expect((await finish(spaced)).body.user.id).toBe(student.id);
});

test("recovery codes work once each and are stored as hashes", async () => {
  const { student, codes } = await withApp();
  expect(new Set(codes).size).toBe(10);
  const { challenge_token } = (await logIn(student)).body;
  const use = (code: string) => post("/auth/login/second-factor", { challenge_token, code });
  const answers = await Promise.all([use(codes[0]!), use(codes[0]!.toUpperCase())]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 422]);
  expect((await student.get("/auth/second-factor")).body).toEqual({
    totp: true,
    recovery_codes_left: 9,
  });
  const fresh = await student.post("/auth/recovery-codes", { password: PASSWORD });
  expect((await use(codes[1]!)).status).toBe(422);
  expect((await use(fresh.body.recovery_codes[0])).status).toBe(200);
});

test("the secret is encrypted at rest, and removing the app needs the password", async () => {
  const { student, uri } = await withApp();
  const row = await app.context.database
    .selectFrom("totp_secrets")
    .select("secret")
    .where("user_id", "=", student.id)
    .executeTakeFirstOrThrow();
  const secret = new URL(uri).searchParams.get("secret")!;
  expect(row.secret.includes(secret)).toBe(false);
  const remove = (password: string) =>
    student.request("/auth/totp", {
      method: "DELETE",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ password }),
    });
  expect((await remove("Wrong-1234")).status).toBe(422);
  expect((await remove(PASSWORD)).status).toBe(204);
  expect((await logIn(student)).body.access_token).toBeDefined();
});
