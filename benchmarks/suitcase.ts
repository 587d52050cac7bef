/**
 * A large account: taken out, and streamed from the download straight into another account of the same server. Memory
 * of the one process that serves and works, above idle, and MiB/s. BENCH_MIB sets the size of each of the four
 * recordings.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { request, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { machine } from "./product/machine.ts";
import { createProcesses } from "./product/processes.ts";
import { wavOf } from "./product/sound.ts";
import { memory, send, watched } from "./product/watch.ts";

const RECORDINGS = 4;
const MIB = Number(process.env["BENCH_MIB"] ?? 1024);
const BYTES = MIB * 1024 * 1024;

const folder = await mkdtemp(join(tmpdir(), "lm-bench-suitcase-"));
const processes = createProcesses();
try {
  const product = await processes.startProduct(folder, { LM_WORKER: "on", LM_FFMPEG: "off" });
  const { url, pid } = product;
  const owner = await register("owner@example.org");
  const newcomer = await register("newcomer@example.org");
  for (let n = 1; n <= RECORDINGS; n++)
    await upload(owner, { transcribe: "false" }, BYTES, wavOf(BYTES, n));
  await post(owner, "/study-materials", { title: "Note", content: "Words. ".repeat(10_000) });
  await sleep(3000);
  const idle = await memory(pid);

  const taken = await watched(pid, async () => {
    const { id } = await post(owner, "/account/export");
    return ended(owner, `/account/exports/${id}`);
  });
  const size = taken.answer["size_bytes"] as number;
  const carried = await watched(pid, () =>
    upload(
      newcomer,
      { kind: "account_import" },
      size,
      download(owner, `/account/exports/${taken.answer["id"] as string}/file`),
    ),
  );
  const brought = await watched(pid, () =>
    ended(newcomer, `/account/imports/${carried.answer.headers["account-import-id"] as string}`),
  );
  if (brought.answer["counts"]["recordings"].added !== RECORDINGS)
    throw new Error("It did not come in.");

  const whole = size / 1024 / 1024;
  const above = Math.max(taken.peak, carried.peak, brought.peak) - idle;
  const figures = {
    account_mib: Math.round(whole),
    idle_mib: idle,
    above_idle_out_mib: taken.peak - idle,
    above_idle_carried_mib: carried.peak - idle,
    above_idle_in_mib: brought.peak - idle,
    out_seconds: Math.round(taken.seconds),
    carried_mib_per_s: Math.round(whole / carried.seconds),
    in_seconds: Math.round(brought.seconds),
  };
  const goals = [
    { name: "memory above idle, MiB", value: above, goal: "at most 200", met: above <= 200 },
  ];
  console.log(JSON.stringify({ bench: "suitcase", machine, figures, goals }));

  async function register(email: string) {
    const answer = await fetch(`${url}/api/auth/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password: "Correct-Horse-7" }),
    });
    return `Bearer ${((await answer.json()) as { access_token: string }).access_token}`;
  }

  async function post(authorization: string, path: string, body: object = {}) {
    const answer = await fetch(`${url}/api${path}`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Record<string, any>;
  }

  async function ended(authorization: string, path: string) {
    for (;;) {
      const answer = await fetch(`${url}/api${path}`, { headers: { authorization } });
      const found = (await answer.json()) as Record<string, any>;
      if (["ready", "completed"].includes(found["status"] as string)) return found;
      if (found["status"] === "failed") throw new Error(found["error_message"] as string);
      await sleep(500);
    }
  }

  /** A tus upload in one piece. */
  async function upload(
    authorization: string,
    metadata: Record<string, string>,
    bytes: number,
    content: AsyncIterable<Buffer>,
  ) {
    const tus = { authorization, "tus-resumable": "1.0.0" };
    const created = await send(`${url}/api/uploads`, "POST", {
      ...tus,
      "upload-length": String(bytes),
      "upload-metadata": Object.entries(metadata)
        .map(([name, value]) => `${name} ${Buffer.from(value).toString("base64")}`)
        .join(","),
    });
    return send(
      `${url}${created.headers["location"]!}`,
      "PATCH",
      {
        ...tus,
        "content-type": "application/offset+octet-stream",
        "content-length": String(bytes),
        "upload-offset": "0",
      },
      content,
    );
  }

  async function* download(authorization: string, path: string): AsyncGenerator<Buffer> {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request(`${url}/api${path}`, { headers: { authorization } }, resolve)
        .once("error", reject)
        .end();
    });
    for await (const chunk of answer) yield chunk as Buffer;
  }
} finally {
  await processes.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 500 });
}
process.exit(0);
