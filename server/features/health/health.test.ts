/**
 * What health says of each part that is not well, through the door; each answer comes within two seconds, or the test's
 * part of it would hang.
 */
import { execFileSync } from "node:child_process";
import { mkdir, open, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { connect } from "#database/connect.ts";
import { startTestApp, type TestApp } from "#tests/support/app.ts";
import { startScriptedServer } from "#tests/support/openai-server.ts";
import { s3Settings, startS3Server } from "#tests/support/s3-server.ts";

async function health(app: TestApp) {
  const answer = await fetch(`${app.url}/api/health`);
  const body = (await answer.json()) as { status: string; parts: Record<string, any> };
  return { code: answer.status, ...body };
}

/** Takes connections and says nothing. */
async function startSilence() {
  const server = createServer((socket) => void socket.on("error", () => {}));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, stop: () => server.close() };
}

const isRoot = process.platform === "linux" && process.getuid?.() === 0;

// A file system of its own needs the right to mount one.
test.runIf(isRoot)(
  "a full disk and a read-only one are down, and well again afterwards",
  async () => {
    const app = await startTestApp();
    const files = join(app.folder, "files");
    await mkdir(files, { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", files]);
    try {
      expect((await health(app)).parts["storage"]).toEqual({ status: "ok" });
      const filler = await open(join(files, "filler"), "w");
      await expect(filler.writeFile(Buffer.alloc(8 * 1024 * 1024))).rejects.toMatchObject({
        code: "ENOSPC",
      });
      await filler.close();
      const full = await health(app);
      expect([full.code, full.parts["storage"].status]).toEqual([503, "down"]);
      expect(full.parts["storage"].detail).toContain("full");
      await rm(join(files, "filler"));
      expect((await health(app)).parts["storage"]).toEqual({ status: "ok" });
      execFileSync("mount", ["-o", "remount,ro", files]);
      const readOnly = await health(app);
      expect([readOnly.code, readOnly.parts["storage"]]).toEqual([
        503,
        { status: "down", detail: "The storage cannot be written." },
      ]);
      execFileSync("mount", ["-o", "remount,rw", files]);
      expect((await health(app)).code).toBe(200);
    } finally {
      execFileSync("umount", ["-l", files]);
      await app.stop();
    }
  },
);

test("a dead S3, and one that is silent", async () => {
  const s3 = await startS3Server();
  const silence = await startSilence();
  const [app, silent] = [
    await startTestApp(s3.settings),
    await startTestApp(s3Settings(`http://127.0.0.1:${silence.port}`)),
  ];
  try {
    expect((await health(app)).parts["storage"]).toEqual({ status: "ok" });
    await s3.close();
    const dead = await health(app);
    expect([dead.code, dead.parts["storage"].status]).toEqual([503, "down"]);
    const mute = await health(silent);
    expect([mute.code, mute.parts["storage"]]).toEqual([
      503,
      { status: "down", detail: "The storage does not answer." },
    ]);
  } finally {
    await app.stop();
    await silent.stop();
    silence.stop();
    await s3.stop();
  }
});

test("a dead model and a silent mail server are degraded, with what it means", async () => {
  const silence = await startSilence();
  const gone = await startSilence();
  gone.stop();
  const app = await startTestApp({
    LM_LLM_URL: `http://127.0.0.1:${gone.port}/v1`,
    LM_LLM_MODEL: "tutor",
    LM_SMTP_URL: `smtp://127.0.0.1:${silence.port}`,
  });
  try {
    const said = await health(app);
    expect([said.code, said.status]).toEqual([200, "degraded"]);
    expect(said.parts["llm"]).toEqual({
      status: "degraded",
      detail: "tutor does not answer: questions fail until it does. See LM_LLM_URL.",
    });
    expect(said.parts["mail"].detail).toMatch(/The mail server does not answer: mails wait/);
  } finally {
    await app.stop();
    silence.stop();
  }
});

test("a model that is not there, a key that is refused, and a gateway before nothing", async () => {
  let [models, completions] = [200, 404];
  const provider = await startScriptedServer(({ path }, response) => {
    response.writeHead(path.endsWith("/models") ? models : completions);
    response.end("{}");
  });
  const app = await startTestApp({ LM_LLM_URL: `${provider.url}/v1`, LM_LLM_MODEL: "tutor" });
  const detail = async () => (await health(app)).parts["llm"].detail;
  const refuses =
    "tutor refuses what it is asked: questions fail. See LM_LLM_KEY and LM_LLM_MODEL.";
  try {
    expect(await detail()).toBe("tutor");
    [models] = [401];
    expect(await detail()).toBe(refuses);
    [models] = [404];
    expect(await detail()).toBe("tutor");
    const student = await app.register();
    const { body: conversation } = await student.post("/conversations", {});
    const asked = await student.post(`/conversations/${conversation.id}/messages`, {
      content: "What is light?",
      use_materials: false,
    });
    expect([asked.status, asked.body.detail]).toEqual([
      502,
      expect.stringContaining("does not exist"),
    ]);
    expect(await detail()).toBe(refuses);
    [models] = [502];
    expect(await detail()).toMatch(/^tutor does not answer/);
  } finally {
    await app.stop();
    await provider.close();
  }
});

test("a wall that is missing in the database is told to who runs the server", async () => {
  const owner = await connect(inject("serverUrl"));
  const name = `plain_${process.pid}_${Date.now()}`;
  await owner.query(`create role ${name} login password 'p' nosuperuser`);
  await owner.query(`create database ${name} owner ${name}`);
  const url = new URL(inject("serverUrl"));
  [url.username, url.password, url.pathname] = [name, "p", `/${name}`];
  const app = await startTestApp({ DATABASE_URL: url.href });
  try {
    const { code, parts } = await health(app);
    expect([code, parts["database"].status]).toEqual([200, "degraded"]);
    expect(parts["database"].detail).toContain("docs/security.md");
  } finally {
    await app.stop();
    await owner.end();
  }
});
