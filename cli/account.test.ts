/**
 * `lm account`: an account carried from one server to another over a line that breaks, and deleted with a receipt that
 * is proven.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PASSWORD, startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { ENGINES } from "#tests/support/engines.ts";
import { makeWav } from "#tests/support/make-wav.ts";
import { startUnreliableLine } from "#tests/support/unreliable-line.ts";

const LM = fileURLToPath(new URL("lm.mjs", import.meta.url));

let app: TestApp;
let student: Student;
let folder: string;
beforeAll(async () => {
  app = await startTestApp();
  folder = await mkdtemp(join(tmpdir(), "lm-cli-"));
  student = await app.register("taker@example.org");
  await student.upload(
    "/recordings",
    { blob: new Blob([Uint8Array.from(makeWav(Buffer.alloc(45_000_000)))]), name: "a.wav" },
    { title: "Long", transcribe: "false" },
  );
});
afterAll(async () => {
  await app?.stop();
  await rm(folder, { recursive: true, force: true });
});

function environment(server: string, more: Record<string, string> = {}) {
  return {
    PATH: process.env["PATH"],
    ...ENGINES,
    HOME: folder,
    LM_SERVER: server,
    LM_PASSWORD: PASSWORD,
    ...more,
  };
}

function lm(server: string, words: string[], more: Record<string, string> = {}) {
  return promisify(execFile)(process.execPath, [LM, "--server", server, ...words], {
    cwd: folder,
    env: environment(server, more),
  });
}

it("exports over a line that breaks, imports after a kill in the middle, and undoes", async () => {
  const line = await startUnreliableLine(app.url);
  const server = line.url.replace(/\/$/, "");
  await lm(server, ["login", "taker@example.org"]);
  const exporting = lm(server, ["account", "export", "a.zip"]);
  // Cut in the middle of the download, as often as it is seen there.
  const cutter = setInterval(() => {
    void stat(join(folder, "a.zip.part")).then(
      ({ size }) => {
        if (size < 20_000_000) return;
        clearInterval(cutter);
        line.set("refused");
        line.set("good");
      },
      () => {},
    );
  }, 5);
  await exporting;
  clearInterval(cutter);
  const whole = await stat(join(folder, "a.zip"));
  expect(whole.size).toBeGreaterThan(45_000_000);

  await lm(server, ["login", "newcomer@example.org", "--register"]);
  const sending = spawn(
    process.execPath,
    [LM, "--server", server, "account", "import", "a.zip", "--dry-run"],
    { cwd: folder, env: environment(server), stdio: "ignore" },
  );
  const uploads = () =>
    sql<{ id: string; offset_bytes: number; status: string }>`
      select id, offset_bytes, status from uploads where kind = 'account_import'`
      .execute(app.context.database)
      .then(({ rows }) => rows);
  await expect.poll(async () => (await uploads())[0]?.offset_bytes ?? 0).toBeGreaterThan(0);
  sending.kill("SIGKILL");
  await once(sending, "exit");
  const [begun] = await uploads();
  const { stdout } = await lm(server, ["account", "import", "a.zip", "--dry-run"]);
  expect(stdout).toContain("recordings: 1 new");
  // The same upload went on, however far the first process had come.
  expect((await uploads()).map(({ id }) => id)).toEqual([begun!.id]);
  const tried = /--tried (\S+)/.exec(stdout)![1]!;
  const taken = await lm(server, ["account", "import", "--tried", tried]);
  expect(taken.stdout).toContain("recordings: 1 new");
  expect((await lm(server, ["list"])).stdout).toContain("Long");
  await lm(server, ["account", "undo", tried]);
  expect((await lm(server, ["list"])).stdout).not.toContain("Long");
  line.stop();
});

it("deletes one's own account, and the receipt is proven at the machine", async () => {
  const { stdout } = await lm(app.url, ["account", "delete", "--receipt", "own.json"]);
  expect(stdout).toContain("own.json");
  const machine = { LM_DATA_DIR: app.folder, DATABASE_URL: app.databaseUrl };
  const proof = await lm(app.url, ["account", "verify-deletion", "own.json"], machine);
  expect(proof.stdout).toContain("nothing of it is left");
  const receipt = JSON.parse(await readFile(join(folder, "own.json"), "utf8"));
  await sql`insert into deletion_remains (receipt_id, settled_at)
    values (${receipt.id}, now() + interval '1 hour')`.execute(app.context.database);
  await expect(
    lm(app.url, ["account", "verify-deletion", "own.json"], machine),
  ).rejects.toMatchObject({ code: 1 });
});

it("erases a subject, and as an administrator the account of a person who asks", async () => {
  await lm(app.url, ["login", "taker@example.org"]);
  await student.post("/study-materials", { title: "Note", content: "Text.", subject: "Law" });
  await lm(app.url, ["account", "erase", "--subject", "Law", "--receipt", "law.json"]);
  expect(JSON.parse(await readFile(join(folder, "law.json"), "utf8"))).toMatchObject({
    scope: "things",
    counts: { study_materials: 1 },
  });
  const leaver = await app.register("leaver@example.org");
  const quota = async (...words: string[]) =>
    (await lm(app.url, ["account", "quota", "--user", "leaver@example.org", ...words])).stdout;
  expect(await quota("--set", "storage_bytes=1.5GB", "api_keys=3")).toMatch(
    /of 1500000000[^]*other than for everybody: .*api_keys=3/,
  );
  expect((await leaver.get("/account/quota")).body.api_keys.limit).toBe(3);
  expect(await quota("--set", "storage_bytes=default", "api_keys=default")).toMatch(
    /other than for everybody: nothing/,
  );
  await expect(quota("--set", "space=1GB")).rejects.toMatchObject({
    stderr: expect.stringContaining("storage_bytes"),
  });
  expect((await lm(app.url, ["mails"])).stdout).toMatch(/^(Every mail was sent\.|\d+ notice)/);
  await lm(app.url, ["account", "delete", "--user", "leaver@example.org", "--at-once"]);
  expect((await leaver.get("/auth/me")).status).toBe(401);
  await expect(
    lm(app.url, ["account", "delete", "--user", "nobody@example.org"]),
  ).rejects.toMatchObject({ stderr: expect.stringContaining("There is no account") });
});
