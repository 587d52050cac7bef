/**
 * Exports, imports and deletions while the server and its worker are killed with -9 at moments that no one chose.
 * Afterwards each export is whole, each import is there whole and once or not at all, and of each deleted account
 * nothing is left.
 */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "#database/connect.ts";
import { makeWav } from "#tests/support/make-wav.ts";
import { ownEnvironment } from "#tests/support/own-environment.ts";
import { startProcess } from "./processes.ts";
import { stopDatabase } from "./stop-database.ts";

export interface SuitcaseReport {
  rounds: number;
  kills: number;
  exports: number;
  imports: number;
  deletions: number;
  broken: string[];
}

const PASSWORD = "Correct-Horse-7";
const FILES = 4;
const FILE_BYTES = 3_000_000;
const PATIENCE_MS = 120_000;

interface Account {
  id: string;
  token: string;
}

export async function runSuitcaseTrial(
  rounds: number,
  log: (line: string) => void = () => {},
): Promise<SuitcaseReport> {
  const dataDir = await mkdtemp(join(tmpdir(), "lm-kills-"));
  const env = {
    ...ownEnvironment(dataDir),
    LM_LOG_LEVEL: process.env["LM_KILLS_LOG"] ?? "silent",
    LM_DATABASE_PATIENCE_MS: "60000",
  };
  const report: SuitcaseReport = {
    rounds,
    kills: 0,
    exports: 0,
    imports: 0,
    deletions: 0,
    broken: [],
  };
  const app = await startProcess("app", "app", { ...env, LM_WORKER: "off" });
  const databaseUrl = app.said.split(" ")[1]!;
  const worker = await startProcess("worker", "worker", env);
  const url = () => app.said.split(" ")[0]!;

  /** An answer that was lost with its server is asked for again. */
  async function call(path: string, init: RequestInit & { token?: string } = {}) {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await fetch(`${url()}/api${path}`, {
          ...init,
          headers: {
            ...(init.body && typeof init.body === "string"
              ? { "content-type": "application/json" }
              : {}),
            ...(init.token ? { authorization: `Bearer ${init.token}` } : {}),
            ...(init.headers as Record<string, string>),
          },
        });
      } catch (error) {
        if (Date.now() > until) throw error;
        await sleep(100);
      }
    }
  }
  async function query<T extends object>(statement: string, values: unknown[] = []) {
    const client = await connect(databaseUrl);
    try {
      return (await client.query<T>(statement, values)).rows;
    } finally {
      await client.end();
    }
  }
  async function settled<T>(path: string, token: string, done: (body: T) => boolean) {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const answer = await call(path, { token });
      const body = (await answer.json()) as T;
      if (done(body)) return body;
      if (Date.now() > until) {
        report.broken.push(`${path} did not end: ${JSON.stringify(body).slice(0, 200)}`);
        return body;
      }
      await sleep(200);
    }
  }
  async function register(name: string): Promise<Account> {
    const answer = await call("/auth/register", {
      method: "POST",
      body: JSON.stringify({ email: `${name}@example.org`, password: PASSWORD }),
    });
    const body = (await answer.json()) as { access_token: string; user: { id: string } };
    return { id: body.user.id, token: body.access_token };
  }
  async function killSomething(afterMs: number) {
    await sleep(afterMs);
    const victim = Math.random() < 0.5 ? app : worker;
    log(`kill ${victim.name} after ${Math.round(afterMs)} ms`);
    report.kills += 1;
    await victim.killAndRestart();
  }

  try {
    await register("first");
    const taker = await register("taker");
    for (let n = 0; n < FILES; n++) {
      const form = new FormData();
      form.set("transcribe", "false");
      const wav = makeWav(Buffer.alloc(FILE_BYTES, n + 1));
      form.set("file", new Blob([Uint8Array.from(wav)]), `${n}.wav`);
      await call("/recordings", { method: "POST", body: form, token: taker.token });
    }
    await call("/study-materials", {
      method: "POST",
      token: taker.token,
      body: JSON.stringify({ title: "Note", content: "The stroma is a fluid. ".repeat(2000) }),
    });
    let zip = Buffer.alloc(0);
    for (let round = 1; round <= rounds; round++) {
      // Export.
      const started = (await (
        await call("/account/export", { method: "POST", token: taker.token })
      ).json()) as { id: string };
      await killSomething(Math.random() * 400);
      const made = await settled<{ status: string; size_bytes: number }>(
        `/account/exports/${started.id}`,
        taker.token,
        ({ status }) => status === "ready" || status === "failed",
      );
      if (made.status !== "ready") report.broken.push(`round ${round}: the export failed`);
      const file = await call(`/account/exports/${started.id}/file`, { token: taker.token });
      const bytes = Buffer.from(await file.arrayBuffer());
      if (bytes.length !== made.size_bytes) report.broken.push(`round ${round}: a cut export`);
      zip = bytes;
      report.exports += 1;

      // Import into an account of its own.
      const newcomer = await register(`newcomer${round}`);
      const form = new FormData();
      form.set("file", new Blob([Uint8Array.from(zip)]), "a.zip");
      const brought = await call("/account/import", {
        method: "POST",
        body: form,
        token: newcomer.token,
      });
      const { id } = (await brought.json()) as { id: string };
      await killSomething(Math.random() * 600);
      const taken = await settled<{ status: string; error_message: string | null }>(
        `/account/imports/${id}`,
        newcomer.token,
        ({ status }) => status === "completed" || status === "failed",
      );
      if (taken.status !== "completed")
        report.broken.push(`round ${round}: the import failed: ${taken.error_message}`);
      const [there] = await query<{ recordings: number; materials: number; keys: string[] }>(
        `select (select count(*)::int from recordings where user_id = $1) as recordings,
           (select count(*)::int from study_materials where user_id = $1) as materials,
           (select array_agg(storage_key) from recordings where user_id = $1) as keys`,
        [newcomer.id],
      );
      if (there!.recordings !== FILES || there!.materials !== 1)
        report.broken.push(`round ${round}: the import is half: ${JSON.stringify(there)}`);
      const stored = await readdir(join(dataDir, "files", newcomer.id, "recordings"));
      if (stored.length !== FILES)
        report.broken.push(`round ${round}: ${stored.length} files for ${FILES} recordings`);
      report.imports += 1;

      // Deletion of that account.
      const wish = fetch(`${url()}/api/account`, {
        method: "DELETE",
        headers: {
          "content-type": "application/json",
          authorization: `Bearer ${newcomer.token}`,
        },
        body: JSON.stringify({ password: PASSWORD }),
      }).catch(() => undefined);
      await killSomething(Math.random() * 350);
      const answered = await wish;
      await judgeDeletion(round, newcomer.id, answered?.status);
      report.deletions += 1;
    }
  } finally {
    await worker.stop();
    await app.stop();
    await stopDatabase(dataDir);
    await rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
  return report;

  /** Either the wish was never written down, and everything is there; or everything goes, and there is one receipt. */
  async function judgeDeletion(round: number, userId: string, status: number | undefined) {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const [state] = await query<{
        users: number;
        recordings: number;
        wishes: number;
        remains: number;
      }>(
        `select (select count(*)::int from users where id = $1) as users,
           (select count(*)::int from recordings where user_id = $1) as recordings,
           (select count(*)::int from account_deletions where user_id = $1) as wishes,
           (select count(*)::int from deletion_remains where prefix = $1 || '/') as remains`,
        [userId],
      );
      const folder = await readdir(join(dataDir, "files", userId)).catch(() => undefined);
      const { users, recordings, wishes, remains } = state!;
      if (users === 0 && recordings === 0 && remains === 0 && folder === undefined) return;
      if (users === 1 && wishes === 0) {
        if (status === 200 || recordings !== FILES)
          report.broken.push(`round ${round}: an account is half there: ${JSON.stringify(state)}`);
        return;
      }
      // The periodic look comes once a minute; it need not be waited for.
      await query(
        `update jobs set created_at = created_at - interval '2 minutes', run_at = now()
          where job_type = 'finish-deletions'`,
      );
      if (Date.now() > until) {
        report.broken.push(
          `round ${round}: a deletion did not end: ${JSON.stringify({ ...state, folder, status })}`,
        );
        return;
      }
      await sleep(300);
    }
  }
}
