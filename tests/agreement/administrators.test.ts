/** Whatever is under /admin is refused to everybody but administrators, before it is looked at. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";

let app: TestApp;
let student: Student;

beforeAll(async () => {
  app = await startTestApp();
  await app.register(); // The first of an installation is its administrator.
  student = await app.register();
});
afterAll(() => app?.stop());

it("asks who it is, and refuses students", async () => {
  const { paths } = (await (await fetch(`${app.url}/api/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const operations = Object.entries(paths)
    .filter(([path]) => path.startsWith("/admin/") || path.startsWith("/engines"))
    .flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({
        method: method.toUpperCase(),
        path: path.replaceAll(/\{\w+\}/g, "019aaaaa-0000-7000-8000-000000000000"),
      })),
    )
    // What is used for them is everybody's to know.
    .filter(({ method, path }) => `${method} ${path}` !== "GET /engines");
  expect(operations.length).toBeGreaterThan(10);
  for (const { method, path } of operations) {
    const asNobody = await fetch(`${app.url}/api${path}`, { method });
    expect(asNobody.status, `${method} ${path}`).toBe(401);
    const asStudent = await fetch(`${app.url}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${student.token}` },
    });
    expect(asStudent.status, `${method} ${path}`).toBe(403);
  }
});
