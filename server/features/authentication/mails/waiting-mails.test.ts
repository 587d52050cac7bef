/**
 * Mails that wait: for a mail server that is away, through a kill of everything, and not for an account that was
 * deleted.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { connect } from "#database/connect.ts";
import { PASSWORD, startTestApp } from "#tests/support/app.ts";
import { createTestDatabase } from "#tests/support/database.ts";
import { ENGINES } from "#tests/support/engines.ts";

const received: { to: string; text: string }[] = [];
let smtp: SMTPServer | undefined;
let smtpPort: number;
let folder: string;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let client: pg.Client;
let server: { child: ChildProcess; url: string; log(): string };

/** A port of which nobody answers yet. */
async function freePort() {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

function startSmtp(options: { refuse?: RegExp } = {}) {
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    logger: false,
    closeTimeout: 0,
    onRcptTo({ address }, _session, done) {
      if (!options.refuse?.test(address)) return done();
      done(Object.assign(new Error("no such person"), { responseCode: 550 }));
    },
    onData(stream, session, done) {
      let content = "";
      stream.setEncoding("utf8").on("data", (text: string) => (content += text));
      stream.on("end", () => {
        const text = content.replaceAll("=\r\n", "").replaceAll("=3D", "=");
        received.push({ to: session.envelope.rcptTo[0]!.address, text });
        done();
      });
    },
  });
  // A sender that is killed in the middle of a mail is what is tried here.
  smtp.on("error", () => {});
  return new Promise<void>((resolve) => smtp!.listen(smtpPort, "127.0.0.1", resolve));
}

async function start() {
  const child = fork("cli/main.ts", ["serve"], {
    silent: true,
    env: {
      ...process.env,
      ...ENGINES,
      NODE_ENV: "development",
      LM_DATA_DIR: folder,
      DATABASE_URL: database.url,
      PORT: "0",
      LM_WORKER: "off",
      LM_RATE_LIMITS: "off",
      LM_SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
    },
  });
  let log = "";
  child.stderr!.on("data", (text) => (log += text));
  child.stdout!.on("data", (text) => (log += text));
  const url = await new Promise<string>((resolve, reject) => {
    child.on("message", (message: any) => message.ready && resolve(message.ready.url));
    child.on("exit", () => reject(new Error(`the server did not start: ${log}`)));
  });
  return { child, url, log: () => log };
}

async function kill(signal: NodeJS.Signals) {
  const ended = once(server.child, "exit");
  server.child.kill(signal);
  await ended;
}

const post = (path: string, body: unknown) =>
  fetch(`${server.url}/api${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const mailPart = async () =>
  ((await (await fetch(`${server.url}/api/health`)).json()) as any).parts.mail;
const waiting = async () =>
  (await client.query("select id, user_id, content, attempts, error_code, expires_at from mails"))
    .rows;

beforeAll(async () => {
  smtpPort = await freePort();
  folder = await mkdtemp(join(tmpdir(), "lm-test-"));
  database = await createTestDatabase();
  client = await connect(database.url);
  server = await start();
});
afterAll(async () => {
  await kill("SIGTERM");
  await new Promise<void>((resolve) => (smtp ? smtp.close(() => resolve()) : resolve()));
  await client.end();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

test("a mail server that is away, and a kill of everything, lose no mail", async () => {
  const email = "waits@example.org";
  const registered = await post("/auth/register", { email, password: PASSWORD });
  expect(registered.status).toBe(201);
  const administrator = {
    authorization: `Bearer ${((await registered.json()) as any).access_token}`,
  };
  // Health says that it waits, and why.
  const told = await vi.waitUntil(
    async () => {
      const part = await mailPart();
      return /Mails that wait to be sent: 1,/.test(part.detail) && part;
    },
    { timeout: 20_000 },
  );
  expect(told).toMatchObject({ status: "degraded" });
  expect(told.detail).toMatch(/The mail server does not answer/);
  // An administrator sees which kinds, since when and why, and no address; and has them tried at once.
  const listed = async () =>
    (await (
      await fetch(`${server.url}/api/admin/mails`, { headers: administrator })
    ).json()) as any;
  const { items } = await vi.waitUntil(
    async () => {
      const found = await listed();
      return found.items[0]?.trouble && found;
    },
    { timeout: 20_000 },
  );
  expect(items).toEqual([
    expect.objectContaining({ kind: "confirm_address", trouble: "unreachable", count: 1 }),
  ]);
  expect(Date.parse(items[0].oldest_at)).toBeLessThan(Date.parse(items[0].next_at));
  const hastened = await vi.waitUntil(
    async () => {
      const answer = await fetch(`${server.url}/api/admin/mails/retry`, {
        method: "POST",
        headers: administrator,
      });
      const { count } = (await answer.json()) as { count: number };
      return count === 1 && count;
    },
    { timeout: 20_000 },
  );
  expect(hastened).toBe(1);
  await vi.waitUntil(async () => (await listed()).items[0].attempts > items[0].attempts, {
    timeout: 20_000,
  });
  // A forgotten password is promised with the answer: it waits too, for known and unknown.
  for (const asked of [email, "nobody@example.org"])
    expect((await post("/auth/password/forgot", { email: asked })).status).toBe(204);
  await kill("SIGKILL");
  const rows = await waiting();
  expect(rows.length).toBeGreaterThanOrEqual(2);
  for (const { content } of rows) {
    expect(content.toString("latin1")).not.toMatch(/example\.org|token=/);
  }
  await startSmtp();
  // What was being sent at the kill is free again after its lease; nobody waits for that here.
  await client.query("update mails set run_at = now()");
  server = await start();
  const mine = () => received.filter(({ to }) => to === email);
  await vi.waitUntil(() => mine().length === 2, { timeout: 30_000 });
  const texts = mine().map(({ text }) => text);
  expect(texts.some((text) => /verify-email\?token=/.test(text))).toBe(true);
  const reset = texts.map((text) => /reset-password\?token=([\w-]+)/.exec(text)?.[1]);
  const token = reset.find((found) => found !== undefined);
  const changed = await post("/auth/password/reset", { token, password: "Fresh-Horse-8" });
  expect(changed.status).toBe(204);
  // Sent means gone: no link stays behind.
  await vi.waitUntil(async () => (await waiting()).length === 0, { timeout: 20_000 });
  expect(received.some(({ to }) => to === "nobody@example.org")).toBe(false);
  expect(await mailPart()).toEqual({ status: "ok" });
  expect(server.log()).not.toMatch(/token=/);
});

test("an address that is refused for good is dropped, a mail whose links are too old too", async () => {
  await new Promise<void>((resolve) => smtp!.close(() => resolve()));
  await startSmtp({ refuse: /^refused@/ });
  const email = "refused@example.org";
  expect((await post("/auth/register", { email, password: PASSWORD })).status).toBe(201);
  await vi.waitUntil(() => /refuses this address for good/.test(server.log()), { timeout: 20_000 });
  await vi.waitUntil(async () => (await waiting()).length === 0, { timeout: 20_000 });
  await client.query(
    `insert into mails (kind, content, content_key_id, created_at, expires_at, run_at)
     values ('notice', decode(repeat('ab', 40), 'hex'), 'k1', now() - interval '2 days',
       now() - interval '1 day', now() - interval '2 days')`,
  );
  expect(
    (await post("/auth/register", { email: "next@example.org", password: PASSWORD })).status,
  ).toBe(201);
  await vi.waitUntil(async () => (await waiting()).length === 0, { timeout: 20_000 });
  await vi.waitUntil(() => received.some(({ to }) => to === "next@example.org"), {
    timeout: 20_000,
  });
});

test("with an account its mails go, those that wait and those in the folder", async () => {
  const app = await startTestApp({ LM_WORKER: "off" });
  try {
    // The first one administers, and cannot leave.
    const [bob, ada] = [await app.register(), await app.register()];
    const files = () => readdir(join(app.folder, "mails")).catch(() => [] as string[]);
    await vi.waitUntil(async () => (await files()).length === 2, { timeout: 10_000 });
    const sealed =
      "decode(repeat('ab', 40), 'hex'), 'k1', now() + interval '1 day', now() + interval '1 day'";
    const own = await connect(app.databaseUrl);
    for (const { id } of [ada, bob])
      await own.query(
        `insert into mails (user_id, kind, content, content_key_id, expires_at, run_at)
          values ('${id}', 'notice', ${sealed})`,
      );
    const deleted = await ada.request("/account", {
      method: "DELETE",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ password: PASSWORD }),
    });
    expect(deleted.status).toBe(200);
    // What is left is the other's, and the last mail to who has no account any more.
    const left = (await own.query("select user_id from mails where user_id is not null")).rows;
    expect(left).toEqual([{ user_id: bob.id }]);
    const names = await files();
    expect(names.filter((name) => name.includes(ada.id))).toEqual([]);
    expect(names.filter((name) => name.includes(bob.id)).length).toBe(1);
    await own.end();
  } finally {
    await app.stop();
  }
});
