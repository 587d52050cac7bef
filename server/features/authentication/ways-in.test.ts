/** Makes every kind of way into an account and counts those that still work after a reset, a change, a disable and a deletion. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { PASSWORD, startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { linkInMail } from "#tests/support/mail-folder.ts";

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
