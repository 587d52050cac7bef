/**
 * Mails through a real SMTP server on loopback; the whole run's log, of a server in a process of its own, is searched
 * for every secret used.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase } from "#tests/support/database.ts";

const PASSWORD = "Correct-Horse-7";
let url: string;
let log = "";
let folder: string;
let child: ChildProcess;
let smtp: SMTPServer;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
const secrets = new Set<string>();
const mails: { to: string; content: string }[] = [];
const wanted = new Set<() => void>();

beforeAll(async () => {
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    logger: false,
    onData(stream, session, done) {
      let content = "";
      stream.setEncoding("utf8").on("data", (text: string) => (content += text));
      stream.on("end", () => {
        const plain = content.replaceAll("=\r\n", "").replaceAll("=3D", "=");
        mails.push({ to: session.envelope.rcptTo[0]!.address, content: plain });
        for (const wake of wanted) wake();
        done();
      });
    },
  });
  // A sender that goes away is no fault of the test.
  smtp.on("error", () => {});
  await new Promise<void>((resolve) => smtp.listen(0, "127.0.0.1", resolve));
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), "lm-test-"));
  ({ child, url } = await startChild({
    LM_SMTP_URL: `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`,
  }));
});
afterAll(async () => {
  child.kill();
  await once(child, "exit");
  await new Promise<void>((resolve) => smtp.close(resolve));
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function startChild(env: Record<string, string>) {
  const started = spawn(process.execPath, ["cli/main.ts", "start"], {
    env: {
      ...process.env,
      NODE_ENV: "development",
      LM_DATA_DIR: folder,
      DATABASE_URL: database.url,
      PORT: "0",
      LM_LOG_LEVEL: "debug",
      LM_RATE_LIMITS: "off",
      ...env,
    },
  });
  const address = await new Promise<string>((resolve, reject) => {
    let output = "";
    started.stderr.on("data", (text) => (log += text));
    started.stdout.on("data", (text) => {
      log += text;
      output += text;
      const found = /https?:\/\/[\w.:[\]-]+/.exec(output)?.[0];
      if (found) resolve(found);
    });
    started.on("exit", () => reject(new Error(`the server did not start: ${log}`)));
  });
  return { child: started, url: address };
}

/** The newest mail to somebody whose text has `part`; waits for the mail server to get it. */
async function mailTo(to: string, part: RegExp) {
  for (;;) {
    const found = mails.findLast((mail) => mail.to === to && part.test(mail.content));
    if (found) return found.content;
    await new Promise<void>((resolve) => {
      const wake = () => {
        wanted.delete(wake);
        resolve();
      };
      wanted.add(wake);
    });
  }
}
const tokenIn = (mail: string) => {
  const token = /token=([\w-]{43})/.exec(mail)![1]!;
  secrets.add(token);
  return token;
};

async function call(method: string, path: string, body?: unknown, token?: string) {
  const answer = await fetch(`${url}/api${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const parsed = text ? JSON.parse(text) : null;
  for (const name of ["access_token", "refresh_token", "key", "token", "secret"]) {
    if (parsed?.[name]) secrets.add(parsed[name]);
  }
  return { status: answer.status, body: parsed };
}
async function register(email: string) {
  secrets.add(PASSWORD);
  const { status, body } = await call("POST", "/auth/register", { email, password: PASSWORD });
  expect(status).toBe(201);
  return body;
}

test("registration sends a mail whose link confirms the address, once", async () => {
  await register("verify@example.org");
  const mail = await mailTo("verify@example.org", /verify-email/);
  expect(mail).toContain("text/plain");
  expect(mail).toContain("text/html");
  const token = tokenIn(mail);
  expect((await call("POST", "/auth/email/verify", { token: `${token.slice(1)}x` })).status).toBe(
    410,
  );
  // A click proves that the address is read, not that whoever reads it made the account.
  const click = await call("POST", "/auth/email/verify", { token });
  expect([click.status, click.body.errors[0].field]).toEqual([422, "password"]);
  expect((await call("POST", "/auth/email/verify", { token, password: "Wrong-1234" })).status).toBe(
    422,
  );
  const answers = await Promise.all(
    [1, 2].map(() => call("POST", "/auth/email/verify", { token, password: PASSWORD })),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 410]);
  const login = await call("POST", "/auth/login", {
    email: "verify@example.org",
    password: PASSWORD,
  });
  expect(login.body.user.email_verified_at).not.toBeNull();
});

test("forgot answers alike for known and unknown, and the link works once and ends every session", async () => {
  const before = await register("forgot@example.org");
  const { body: key } = await call(
    "POST",
    "/auth/api-keys",
    { name: "left behind", password: PASSWORD },
    before.access_token,
  );
  const known = await call("POST", "/auth/password/forgot", { email: "Forgot@example.org" });
  const unknown = await call("POST", "/auth/password/forgot", { email: "nobody@example.org" });
  expect(known).toEqual(unknown);
  const token = tokenIn(await mailTo("forgot@example.org", /reset-password/));
  const password = "Fresh-Horse-8";
  secrets.add(password);
  const weak = await call("POST", "/auth/password/reset", { token, password: "short" });
  expect(weak.status).toBe(422);
  const answers = await Promise.all(
    [1, 2, 3].map(() => call("POST", "/auth/password/reset", { token, password })),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 410, 410]);
  expect((await call("GET", "/auth/me", undefined, before.access_token)).status).toBe(401);
  // The address was never proven before: what was set up until then may be somebody else's.
  expect((await call("GET", "/auth/me", undefined, key.key)).status).toBe(401);
  expect(
    (await call("POST", "/auth/login", { email: "forgot@example.org", password })).status,
  ).toBe(200);
  await mailTo("forgot@example.org", /password was changed with a link/);
  expect(mails.some(({ to }) => to === "nobody@example.org")).toBe(false);
});

test("a newer link makes an older one worthless, and a password change all of them", async () => {
  const { access_token } = await register("older@example.org");
  await call("POST", "/auth/password/forgot", { email: "older@example.org" });
  const token = tokenIn(await mailTo("older@example.org", /reset-password/));
  const changed = await call(
    "POST",
    "/auth/password/change",
    { current_password: PASSWORD, new_password: "Changed-Horse-9" },
    access_token,
  );
  secrets.add("Changed-Horse-9");
  expect(changed.status).toBe(204);
  const late = await call("POST", "/auth/password/reset", { token, password: "Late-Horse-10" });
  expect(late.status).toBe(410);
});

test("an address changes with the link to the new one, and the old one is told", async () => {
  const { access_token } = await register("before@example.org");
  await register("taken@example.org");
  const change = (email: string, password: string) =>
    call("POST", "/auth/email/change", { email, password }, access_token);
  expect((await change("after@example.org", "Wrong-1234")).status).toBe(422);
  expect((await change("after@example.org", PASSWORD)).status).toBe(204);
  expect((await change("taken@example.org", PASSWORD)).status).toBe(204);
  const token = tokenIn(await mailTo("after@example.org", /verify-email/));
  // Told before it counts.
  await mailTo("before@example.org", /undo-email-change/);
  const me = () => call("GET", "/auth/me", undefined, access_token);
  expect((await me()).body.email).toBe("before@example.org");
  expect((await call("POST", "/auth/email/verify", { token }, access_token)).status).toBe(204);
  expect((await me()).body.email).toBe("after@example.org");
  await mailTo("before@example.org", /was changed to another address/);
  const undo = tokenIn(await mailTo("before@example.org", /undo-email-change/));
  const undone = await call("POST", "/auth/email/undo", { token: undo });
  expect(undone.status).toBe(200);
  expect((await me()).status).toBe(401);
  const fresh = { token: undone.body.reset_token, password: "Fresh-Horse-11" };
  secrets.add(fresh.token).add(fresh.password);
  expect((await call("POST", "/auth/password/reset", fresh)).status).toBe(204);
  const back = { email: "before@example.org", password: fresh.password };
  expect((await call("POST", "/auth/login", back)).status).toBe(200);
  expect((await call("POST", "/auth/email/undo", { token: undo })).status).toBe(410);
});

test("the log of the whole run holds no password, no token, no link and no cookie", async () => {
  const { access_token } = await register("log@example.org");
  await call("POST", "/auth/api-keys", { name: "script", password: PASSWORD }, access_token);
  await call("POST", "/auth/totp/start", {}, access_token);
  await call("GET", "/auth/me?token=in-the-query", undefined, "eyJhbGciOiJub25lIn0.e30.");
  await call("POST", "/auth/login", { email: "log@example.org\nforged line", password: PASSWORD });
  expect(secrets.size).toBeGreaterThan(12);
  for (const secret of secrets) expect(log.includes(secret), secret).toBe(false);
  expect(log).not.toMatch(/token=|lm_refresh=|Bearer |forged line/);
  const kept = JSON.parse(await readFile(join(folder, "secrets.json"), "utf8"));
  for (const { key } of [...kept.jwt, ...kept.encryption]) expect(log.includes(key)).toBe(false);
  expect((await stat(join(folder, "secrets.json"))).mode & 0o777).toBe(0o600);
});

test("without a mail server a mail is a file that only its owner reads, and the log names the file alone", async () => {
  const own = await mkdtemp(join(tmpdir(), "lm-test-"));
  const position = log.length;
  // One of its own: servers of one database send each other's mails.
  const alone = await createTestDatabase();
  const second = await startChild({
    LM_DATA_DIR: own,
    LM_SMTP_URL: "",
    DATABASE_URL: alone.url,
  });
  try {
    const answer = await fetch(`${second.url}/api/auth/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: "folder@example.org", password: PASSWORD }),
    });
    expect(answer.status).toBe(201);
    while (!log.slice(position).includes(".eml")) await once(second.child.stderr!, "data");
    const [file] = (await readdir(join(own, "mails"))).filter((name) => name.endsWith(".eml"));
    const path = join(own, "mails", file!);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, "utf8")).toContain("verify-email");
    expect(log.slice(position)).toContain(path);
    expect(log.slice(position)).not.toContain("token=");
  } finally {
    second.child.kill();
    await once(second.child, "exit");
    await alone.drop();
    await rm(own, { recursive: true, force: true });
  }
});
