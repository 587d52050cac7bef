import { hashSync } from "bcryptjs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PASSWORD, startTestApp, type TestApp } from "#tests/support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await app.register(); // the administrator; everybody after is a student
});
afterAll(() => app.stop());

const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${app.url}/api${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : null };
};
const statusOfMe = async (token: string) =>
  (await fetch(`${app.url}/api/auth/me`, { headers: { authorization: `Bearer ${token}` } })).status;

test("twenty registrations of one address at once make one account and no defect", async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      post("/auth/register", {
        email: n % 2 ? "twenty@example.org" : "Twenty@Example.org",
        password: PASSWORD,
      }),
    ),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
    201,
    ...Array(19).fill(409),
  ]);
  expect(new Set(answers.map(({ body }) => body.code).filter(Boolean))).toEqual(
    new Set(["email-taken"]),
  );
  const { n } = await app.context.database
    .selectFrom("users")
    .select((eb) => eb.fn.countAll<number>().as("n"))
    .where("email", "ilike", "twenty@example.org")
    .executeTakeFirstOrThrow();
  expect(n).toBe(1);
});

test("a password has rules, is never cut off, and says what it needs", async () => {
  const weak = await post("/auth/register", { email: "weak@example.org", password: "abc" });
  expect(weak.status).toBe(422);
  expect(weak.body.errors[0].field).toBe("password");
  expect(weak.body.errors[0].message).toContain("at least 8 characters");
  const long = `Aa1!${"x".repeat(100)}`;
  await post("/auth/register", { email: "long@example.org", password: `${long}y` });
  expect(
    (await post("/auth/login", { email: "long@example.org", password: `${long}z` })).status,
  ).toBe(401);
  expect(
    (await post("/auth/login", { email: "LONG@example.org", password: `${long}y` })).status,
  ).toBe(200);
  const huge = await post("/auth/register", {
    email: "huge@example.org",
    password: `Aa1!${"x".repeat(2000)}`,
  });
  expect(huge.body.errors[0].message).toContain("1024");
});

test("an unknown address and a wrong password get one answer", async () => {
  const student = await app.register();
  const wrong = await post("/auth/login", { email: student.email, password: "Wrong-1234" });
  const unknown = await post("/auth/login", {
    email: "nobody@example.org",
    password: "Wrong-1234",
  });
  expect(wrong.status).toBe(401);
  expect({ ...wrong.body, request_id: "" }).toEqual({ ...unknown.body, request_id: "" });
});

test("a bcrypt hash of an older installation logs in and is replaced by Argon2id", async () => {
  const student = await app.register();
  const where = app.context.database.updateTable("users").where("id", "=", student.id);
  await where.set({ password_hash: hashSync("Older-Pass-1", 4) }).execute();
  const wrong = await post("/auth/login", { email: student.email, password: "Older-Pass-2" });
  expect(wrong.status).toBe(401);
  const login = () => post("/auth/login", { email: student.email, password: "Older-Pass-1" });
  expect((await login()).status).toBe(200);
  const row = await app.context.database
    .selectFrom("users")
    .select("password_hash")
    .where("id", "=", student.id)
    .executeTakeFirstOrThrow();
  expect(row.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect((await login()).status).toBe(200);
});

test("two logins in one second are two sessions, and each ends alone", async () => {
  const student = await app.register();
  const [one, two] = await Promise.all(
    [1, 2].map(() => post("/auth/login", { email: student.email, password: PASSWORD })),
  );
  expect(one!.body.refresh_token).not.toBe(two!.body.refresh_token);
  await post("/auth/logout", { refresh_token: one!.body.refresh_token });
  expect(await statusOfMe(one!.body.access_token)).toBe(401);
  expect(await statusOfMe(two!.body.access_token)).toBe(200);
  expect((await post("/auth/refresh", { refresh_token: one!.body.refresh_token })).status).toBe(
    401,
  );
});

test("two tabs that refresh at once both stay logged in; a token used again later ends its session", async () => {
  const student = await app.register();
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => post("/auth/refresh", { refresh_token: student.refreshToken })),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
  for (const { body } of answers) expect(await statusOfMe(body.access_token)).toBe(200);
  const next = answers[0]!.body.refresh_token;
  const again = await post("/auth/refresh", { refresh_token: next });
  expect(again.status).toBe(200);

  // The grace is over: the clock of the rotation is put back instead of waiting for it.
  await app.context.database
    .updateTable("refresh_tokens")
    .set({ rotated_at: new Date(Date.now() - 60_000) })
    .where("user_id", "=", student.id)
    .where("rotated_at", "is not", null)
    .execute();
  const reused = await post("/auth/refresh", { refresh_token: student.refreshToken });
  expect(reused.status).toBe(401);
  expect(await statusOfMe(again.body.access_token)).toBe(401);
  expect((await post("/auth/refresh", { refresh_token: again.body.refresh_token })).status).toBe(
    401,
  );
});

test("the refresh cookie is hidden from scripts and refused to other sites", async () => {
  const student = await app.register();
  const login = await post("/auth/login", {
    email: student.email,
    password: PASSWORD,
    cookie: true,
  });
  expect(login.body.refresh_token).toBeUndefined();
  const set = login.headers.get("set-cookie")!;
  expect(set).toMatch(/^lm_refresh=[\w-]{43};/);
  expect(set).toContain("HttpOnly");
  expect(set).toContain("SameSite=Strict");
  expect(set).toContain("Path=/api/auth");
  const cookie = set.split(";")[0]!;
  const other = { cookie, origin: "https://evil.example", "sec-fetch-site": "cross-site" };
  expect((await post("/auth/refresh", {}, other)).status).toBe(403);
  const form = await fetch(`${app.url}/api/auth/refresh`, { method: "POST", headers: { cookie } });
  expect(form.status).toBe(403);
  const own = await post(
    "/auth/refresh",
    {},
    { cookie, origin: app.url, "sec-fetch-site": "same-origin" },
  );
  expect(own.status).toBe(200);
  expect(own.body.refresh_token).toBeUndefined();
  const renewed = own.headers.get("set-cookie")!.split(";")[0]!;
  const out = await post("/auth/logout", {}, { cookie: renewed });
  expect(out.status).toBe(204);
  expect(out.headers.get("set-cookie")).toContain("Max-Age=0");
  expect((await post("/auth/refresh", {}, { cookie: renewed })).status).toBe(401);
});

test("the profile changes, and a user name belongs to one", async () => {
  const [one, two] = [await app.register(), await app.register()];
  const changed = await one.patch("/auth/me", {
    username: "Ada-L",
    full_name: "Ada Lovelace",
    locale: "en-GB",
  });
  expect(changed.status).toBe(200);
  expect(changed.body).toMatchObject({
    username: "Ada-L",
    full_name: "Ada Lovelace",
    locale: "en-GB",
    role: "student",
  });
  const taken = await two.patch("/auth/me", { username: "ada-l" });
  expect([taken.status, taken.body.code]).toEqual([409, "username-taken"]);
  const sneaky = await two.patch("/auth/me", { role: "administrator", full_name: "Eve" });
  expect([sneaky.status, sneaky.body.errors[0].field]).toEqual([422, "role"]);
  expect((await two.get("/auth/me")).body).toMatchObject({ role: "student", full_name: null });
  expect((await two.patch("/auth/me", { full_name: "a\u0007b" })).status).toBe(422);
});

test("a password change needs the old one and ends the other sessions", async () => {
  const student = await app.register();
  const other = await post("/auth/login", { email: student.email, password: PASSWORD });
  const wrong = await student.post("/auth/password/change", {
    current_password: "Wrong-1234",
    new_password: "Another-Pass-2",
  });
  expect([wrong.status, wrong.body.errors[0].field]).toEqual([422, "current_password"]);
  const changed = await student.post("/auth/password/change", {
    current_password: PASSWORD,
    new_password: "Another-Pass-2",
  });
  expect(changed.status).toBe(204);
  expect(await statusOfMe(student.token)).toBe(200);
  expect(await statusOfMe(other.body.access_token)).toBe(401);
  expect((await post("/auth/login", { email: student.email, password: PASSWORD })).status).toBe(
    401,
  );
});

test("sessions are listed with device and address, and end one by one or all but this", async () => {
  const student = await app.register();
  const second = await post(
    "/auth/login",
    { email: student.email, password: PASSWORD },
    { "user-agent": "Second/1.0" },
  );
  const third = await post("/auth/login", { email: student.email, password: PASSWORD });
  const { body } = await student.get("/auth/sessions");
  expect(body.items).toHaveLength(3);
  expect(body.items.filter((item: { current: boolean }) => item.current)).toHaveLength(1);
  const listed = body.items.find((item: { device: string }) => item.device === "Second/1.0");
  expect(listed.address).toMatch(/^(127\.0\.0\.1|::1)$/);
  expect(Math.abs(Date.parse(listed.created_at) - Date.now())).toBeLessThan(120_000);

  const stranger = await app.register();
  expect((await stranger.delete(`/auth/sessions/${listed.id}`)).status).toBe(404);
  expect((await student.delete(`/auth/sessions/${listed.id}`)).status).toBe(204);
  expect(await statusOfMe(second.body.access_token)).toBe(401);
  expect(await statusOfMe(third.body.access_token)).toBe(200);
  expect((await student.delete("/auth/sessions")).status).toBe(204);
  expect(await statusOfMe(third.body.access_token)).toBe(401);
  expect(await statusOfMe(student.token)).toBe(200);
});

test("deleting the account needs the password and leaves no row and no file", async () => {
  const student = await app.register();
  const note = await student.post("/study-materials", { title: "Cells", content: "Mitochondria." });
  expect(note.status).toBe(201);
  const { Readable } = await import("node:stream");
  await app.context.storage.write(`${student.id}/recordings/trial`, Readable.from(["sound"]));
  const remove = (password: string) =>
    student.request("/account", {
      method: "DELETE",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ password }),
    });
  expect((await remove("Wrong-1234")).status).toBe(422);
  expect((await remove(PASSWORD)).status).toBe(200);
  expect(await statusOfMe(student.token)).toBe(401);
  expect(await app.context.storage.size(`${student.id}/recordings/trial`)).toBeUndefined();
  for (const table of ["users", "refresh_tokens", "study_materials", "jobs"] as const) {
    const column = table === "users" ? "id" : "user_id";
    const rows = await app.context.database
      .selectFrom(table)
      .select(column as never)
      .where(column as never, "=", student.id as never)
      .execute();
    expect(rows, table).toEqual([]);
  }
  const again = await post("/auth/register", { email: student.email, password: PASSWORD });
  expect(again.status).toBe(201);
});

test("the media cookie reads files by GET and nothing else, and ends with the session", async () => {
  const student = await app.register();
  const answer = await student.post("/auth/media");
  expect(answer.status).toBe(204);
  const cookie = answer.headers.get("set-cookie")!.split(";")[0]!;
  const get = (path: string) => fetch(`${app.url}/api${path}`, { headers: { cookie } });
  const audio = `/recordings/${crypto.randomUUID()}/audio`;
  expect((await get(audio)).status).toBe(404); // known, but there is no such recording
  expect((await get("/auth/me")).status).toBe(401);
  expect((await get("/recordings")).status).toBe(401);
  const token = cookie.split("=")[1]!;
  expect(await statusOfMe(token)).toBe(401);
  await student.post("/auth/logout", {});
  expect((await get(audio)).status).toBe(401);
});
