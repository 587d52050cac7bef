/** Names from outside: of files, of this server, of people. */
import { readdir, stat } from "node:fs/promises";
import { request } from "node:http";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PASSWORD, startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { shownFileName } from "./file-name.ts";

let app: TestApp;
let student: Student;
beforeAll(async () => {
  app = await startTestApp();
  student = await app.register();
});
afterAll(() => app?.stop());

const statusFor = (host: string) =>
  new Promise<number>((resolve, reject) => {
    const { port } = new URL(app.url);
    request({ host: "127.0.0.1", port, path: "/api/limits", headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode!);
    })
      .on("error", reject)
      .end();
  });

it("the server answers to its own names only, while nobody has said which it has", async () => {
  for (const own of ["127.0.0.1", "localhost:4600", "[::1]:4600", "192.168.1.5", hostname()])
    expect(await statusFor(own), own).toBe(200);
  for (const foreign of ["evil.example", "evil.example:4600", "127.0.0.1.evil.example"])
    expect(await statusFor(foreign), foreign).toBe(421);
});

it("a file's name is shown as it was meant", async () => {
  expect(shownFileName("My %22best%22 notes.txt")).toBe('My "best" notes.txt');
  expect(shownFileName("photo\u202egpj.exe")).toBe("photogpj.exe");
  expect(shownFileName("C:\\Users\\ann\\notes.txt")).toBe("notes.txt");
  expect(shownFileName("  a\u0000b\n.txt ")).toBe("ab.txt");
  expect(shownFileName("e\u0301tude.txt")).toBe("\u00e9tude.txt");
  expect(shownFileName(" \u200f ")).toBeUndefined();
  const { body } = await student.upload("/study-materials", {
    blob: new Blob(["Some words."]),
    name: 'An "odd"\u202e name.txt',
  });
  expect(body).toMatchObject({ original_filename: 'An "odd" name.txt', title: 'An "odd" name' });
});

it("addresses in any script are addresses", async () => {
  const register = (email: string) =>
    fetch(`${app.url}/api/auth/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password: PASSWORD }),
    });
  const address = "j\u00fcrgen@ex\u00e4mple.de";
  expect((await register(address)).status).toBe(201);
  expect((await register(address.normalize("NFD"))).status).toBe(409);
  for (const wrong of [
    "no at sign",
    "two@@example.org",
    "a@b",
    "a\u0000@example.org",
    "a b@c.de",
    "@c.de",
    "a@.de",
  ])
    expect((await register(wrong)).status, wrong).toBe(422);
});

it("a private file is asked for again each time", async () => {
  const { body } = await student.upload("/study-materials", {
    blob: new Blob(["Words."]),
    name: "a.txt",
  });
  const first = await student.request(`/study-materials/${body.id}/file`);
  expect(first.headers.get("cache-control")).toBe("private, no-cache");
  const again = await student.request(`/study-materials/${body.id}/file`, {
    headers: { "if-none-match": first.headers.get("etag")! },
  });
  expect(again.status).toBe(304);
});

it("nobody else on the machine may look into the folders of files and mails", async () => {
  const inside = await readdir(app.folder, { recursive: true, withFileTypes: true });
  const folders = inside.filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name)).toEqual(expect.arrayContaining(["files", student.id]));
  for (const { parentPath, name } of folders) {
    const { mode } = await stat(join(parentPath, name));
    expect([name, mode & 0o77]).toEqual([name, 0]);
  }
});
