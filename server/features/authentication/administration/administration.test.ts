import { afterAll, beforeAll, expect, test } from "vitest";
import { PASSWORD, startTestApp, type Student, type TestApp } from "#tests/support/app.ts";

let app: TestApp;
let invited: TestApp;
let administrator: Student;
beforeAll(async () => {
  app = await startTestApp();
  administrator = await app.register();
  invited = await startTestApp({ LM_REGISTRATION: "invitation" });
});
afterAll(async () => {
  await app.stop();
  await invited.stop();
});

async function post(base: string, path: string, body: unknown) {
  const answer = await fetch(`${base}/api${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}

test("the first account administers, also when several are first", async () => {
  const fresh = await startTestApp();
  try {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        post(fresh.url, "/auth/register", { email: `first${n}@example.org`, password: PASSWORD }),
      ),
    );
    expect(answers.map(({ body }) => body.user.role as string).toSorted()).toEqual([
      "administrator",
      ...Array(7).fill("student"),
    ]);
  } finally {
    await fresh.stop();
  }
});

test("students administer nothing", async () => {
  const student = await app.register();
  for (const path of ["/admin/users", `/admin/users/${administrator.id}`, "/admin/invitations"]) {
    expect((await student.get(path)).status, path).toBe(403);
  }
  const disable = await student.post(`/admin/users/${administrator.id}/disable`);
  expect([disable.status, disable.body.code]).toEqual([403, "not-allowed"]);
});

test("a disabled account stops at once, everywhere, and can be enabled", async () => {
  const student = await app.register();
  const { body: key } = await student.post("/auth/api-keys", {
    name: "script",
    password: PASSWORD,
  });
  const off = await administrator.post(`/admin/users/${student.id}/disable`);
  expect(off.body.disabled_at).not.toBeNull();
  expect((await student.get("/auth/me")).status).toBe(401);
  const byKey = await fetch(`${app.url}/api/recordings`, {
    headers: { authorization: `Bearer ${key.key}` },
  });
  expect(byKey.status).toBe(401);
  const refresh = await post(app.url, "/auth/refresh", { refresh_token: student.refreshToken });
  expect(refresh.status).toBe(401);
  const credentials = { email: student.email, password: PASSWORD };
  const login = await post(app.url, "/auth/login", credentials);
  expect([login.status, login.body.code]).toEqual([403, "account-disabled"]);
  const guess = await post(app.url, "/auth/login", { ...credentials, password: "Wrong-1234" });
  expect(guess.body.code).toBe("wrong-credentials");
  await administrator.post(`/admin/users/${student.id}/enable`);
  expect((await post(app.url, "/auth/login", credentials)).status).toBe(200);
});

test("accounts are listed, searched and paged, and nothing secret is shown", async () => {
  const student = await app.register("findme_1@example.org");
  await app.register("findmex1@example.org"); // an underscore is no wildcard
  const found = await administrator.get("/admin/users?q=FINDME_1");
  expect(found.body.items.map(({ id }: { id: string }) => id)).toEqual([student.id]);
  expect(JSON.stringify(found.body)).not.toMatch(/password|hash|argon2/);
  const first = await administrator.get("/admin/users?limit=1");
  const second = await administrator.get(`/admin/users?limit=1&cursor=${first.body.next_cursor}`);
  expect(second.body.items[0].id < first.body.items[0].id).toBe(true);
});

test("the last administrator stays one", async () => {
  const disable = await administrator.post(`/admin/users/${administrator.id}/disable`);
  expect(disable.status).toBe(409);
  const demote = await administrator.patch(`/admin/users/${administrator.id}`, { role: "student" });
  expect(demote.status).toBe(409);
  const student = await app.register();
  const made = await administrator.patch(`/admin/users/${student.id}`, { role: "administrator" });
  expect(made.body.role).toBe("administrator");
  // Two administrators who demote each other at once leave one.
  const answers = await Promise.all([
    administrator.patch(`/admin/users/${student.id}`, { role: "student" }),
    student.patch(`/admin/users/${administrator.id}`, { role: "student" }),
  ]);
  const { body } = await (answers[0]!.status === 200 ? administrator : student).get("/auth/me");
  expect(body.role).toBe("administrator");
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

test("where registration needs an invitation, each one admits one person", async () => {
  const first = await invited.register(); // nobody could have invited the first
  const register = (email: string, invitation?: string) =>
    post(invited.url, "/auth/register", { email, password: PASSWORD, invitation });
  const refused = await register("stranger@example.org");
  expect([refused.status, refused.body.code]).toEqual([403, "invitation-needed"]);

  const { body } = await first.post("/admin/invitations", {});
  const answers = await Promise.all(
    [1, 2, 3].map((n) => register(`guest${n}@example.org`, body.token)),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 403, 403]);

  const personal = await first.post("/admin/invitations", { email: "ada@example.org" });
  expect((await register("eve@example.org", personal.body.token)).status).toBe(403);
  expect((await register("Ada@example.org", personal.body.token)).status).toBe(201);

  const withdrawn = await first.post("/admin/invitations", {});
  expect((await first.delete(`/admin/invitations/${withdrawn.body.id}`)).status).toBe(204);
  expect((await register("late@example.org", withdrawn.body.token)).status).toBe(403);
  const listed = await first.get("/admin/invitations");
  expect(listed.body.items.filter((item: { used_by: string }) => item.used_by)).toHaveLength(2);
  expect(JSON.stringify(listed.body)).not.toContain(body.token);
});

test("keys for scripts do what their scopes say, and never touch the account", async () => {
  const student = await app.register();
  const make = async (body: object) =>
    (await student.post("/auth/api-keys", { password: PASSWORD, ...body })).body;
  const read = await make({ name: "reader" });
  const write = await make({ name: "writer", scopes: ["read", "write"], expires_in_days: 1 });
  expect(read.scopes).toEqual(["read"]);
  const call = (key: string, method: string, path: string, body?: object) =>
    fetch(`${app.url}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  const note = { title: "By script", content: "Written by a script." };
  expect((await call(read.key, "GET", "/study-materials")).status).toBe(200);
  expect((await call(read.key, "POST", "/study-materials", note)).status).toBe(403);
  expect((await call(write.key, "POST", "/study-materials", note)).status).toBe(201);
  expect((await call(write.key, "GET", "/auth/me")).status).toBe(200);
  for (const [method, path] of [
    ["GET", "/auth/sessions"],
    ["POST", "/auth/api-keys"],
    ["PATCH", "/auth/me"],
    ["DELETE", "/account"],
    ["GET", "/admin/users"],
  ] as const) {
    expect(
      (await call(write.key, method, path, method === "GET" ? undefined : {})).status,
      path,
    ).toBe(403);
  }
  const listed = await student.get("/auth/api-keys");
  expect(listed.body.items).toHaveLength(2);
  expect(listed.body.items[0].last_used_at).not.toBeNull();
  expect(JSON.stringify(listed.body)).not.toContain(write.key);

  await app.context.database
    .updateTable("api_keys")
    .set({
      created_at: new Date(Date.now() - 2 * 86_400_000),
      expires_at: new Date(Date.now() - 1000),
    })
    .where("user_id", "=", student.id)
    .where("id", "=", write.id)
    .execute();
  expect((await call(write.key, "GET", "/study-materials")).status).toBe(401);
  expect((await student.delete(`/auth/api-keys/${read.id}`)).status).toBe(204);
  expect((await call(read.key, "GET", "/study-materials")).status).toBe(401);
});
