/**
 * A real server for a test file: own port, own database cloned from the template, own folder; each test registers its
 * own student.
 */
import { randomUUID } from "node:crypto";
import { openAsBlob } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { openDatabase } from "#database/open.ts";
import { createApp } from "#server/app.ts";
import { readConfig } from "#server/config.ts";
import type { Context } from "#server/context.ts";
import { startServer } from "#server/main.ts";
import { createTestDatabase } from "./database.ts";
import { ENGINES } from "./engines.ts";
import { expectShapes } from "./expect-shapes.ts";

export const PASSWORD = "Correct-Horse-7";

export interface Answer<T = any> {
  status: number;
  headers: Headers;
  body: T;
}

export interface Student {
  id: string;
  email: string;
  token: string;
  refreshToken: string;
  request(path: string, init?: RequestInit): Promise<Response>;
  get<T = any>(path: string): Promise<Answer<T>>;
  post<T = any>(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
  patch<T = any>(path: string, body: unknown): Promise<Answer<T>>;
  delete<T = any>(path: string): Promise<Answer<T>>;
  /** multipart to `path`: `file` is a path on this machine or a Blob. */
  upload<T = any>(
    path: string,
    file: string | { blob: Blob; name: string },
    fields?: Record<string, string | Blob>,
  ): Promise<Answer<T>>;
  /** Fetches `path` now and after each event until `done` says so; fails by the test's own timeout. */
  until<T = any>(path: string, done: (body: T) => boolean): Promise<T>;
}

export interface TestApp {
  url: string;
  folder: string;
  databaseUrl: string;
  /** The server's own, but for the database: a test looks at everybody's rows, as the owner of the tables. */
  context: Context;
  register(email?: string): Promise<Student>;
  stop(): Promise<void>;
}

export async function startTestApp(env: Record<string, string | undefined> = {}): Promise<TestApp> {
  const database = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), "lm-test-"));
  const server = await startTestServer({ folder, databaseUrl: database.url }, env);
  const everybody = openDatabase(server.opened.ownerUrl, { max: 3 });
  return {
    url: server.url,
    folder,
    databaseUrl: database.url,
    context: { ...server.opened.context, database: everybody },
    register: (email) => register(server.url, email),
    async stop() {
      await server.stop();
      await everybody.destroy();
      await database.drop();
      // A mail may still be on its way to its file.
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/**
 * On a database and a folder that are there already: another server of one installation, or the same one after a
 * restart.
 */
export async function startTestServer(
  { folder, databaseUrl }: Pick<TestApp, "folder" | "databaseUrl">,
  env: Record<string, string | undefined> = {},
) {
  const server = await startServer(
    readConfig({
      NODE_ENV: "test",
      LM_RATE_LIMITS: "off",
      LM_LOG_LEVEL: "error",
      // A busy machine is not a broken database.
      LM_DATABASE_PATIENCE_MS: "60000",
      // Tests change accounts past the server, which is told of nothing then.
      LM_SESSION_MEMORY_SECONDS: "0",
      LM_DATA_DIR: folder,
      DATABASE_URL: databaseUrl,
      PORT: "0",
      ...ENGINES,
      ...(env["LM_EMBEDDINGS_URL"] && { LM_EMBEDDINGS_ENGINE: "auto" }),
      ...env,
    }),
  );
  expectShapes(server.url, createApp(server.opened.context));
  return server;
}

export async function register(
  url: string,
  email = `student-${randomUUID()}@example.org`,
): Promise<Student> {
  const answer = await fetch(`${url}/api/auth/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  if (answer.status !== 201) throw new Error(`register: ${answer.status} ${await answer.text()}`);
  const body = (await answer.json()) as {
    access_token: string;
    refresh_token: string;
    user: { id: string };
  };
  return studentWith(url, {
    id: body.user.id,
    email,
    token: body.access_token,
    refreshToken: body.refresh_token,
  });
}

export function studentWith(
  url: string,
  who: { id: string; email: string; token: string; refreshToken: string },
): Student {
  const request = (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${who.token}`);
    return fetch(`${url}/api${path}`, { ...init, headers });
  };
  const read = async (answer: Response): Promise<Answer> => {
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get("content-type") ?? "");
    return {
      status: answer.status,
      headers: answer.headers,
      body: isJson ? JSON.parse(text) : text,
    };
  };
  const send = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) =>
    read(
      await request(path, {
        method,
        headers: body === undefined ? headers : { "content-type": "application/json", ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
  const get = async (path: string) => read(await request(path));
  return {
    ...who,
    request,
    get,
    post: (path, body, headers) => send("POST", path, body, headers),
    patch: (path, body) => send("PATCH", path, body),
    delete: (path) => send("DELETE", path),
    async upload(path, file, fields = {}) {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) {
        if (typeof value === "string") form.set(name, value);
        else form.set(name, value, name);
      }
      if (typeof file === "string") form.set("file", await openAsBlob(file), basename(file));
      else form.set("file", file.blob, file.name);
      return read(await request(path, { method: "POST", body: form }));
    },
    async until(path, done) {
      const abort = new AbortController();
      const events = await request("/events", { signal: abort.signal });
      try {
        for await (const _chunk of events.body!) {
          const { body } = await get(path);
          if (done(body)) return body;
        }
      } finally {
        abort.abort();
      }
      throw new Error(`the event stream ended before ${path} was as expected`);
    },
  };
}
