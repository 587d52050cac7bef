/**
 * A file of 2 GiB into the server (tus, one request; then one multipart request) and out again: memory of the server
 * above idle, and MB/s beside a bare Node pipe to the same disk. BENCH_MIB sets another size.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { machine } from "./product/machine.ts";
import { createProcesses } from "./product/processes.ts";
import { wavOf } from "./product/sound.ts";
import { memory, send, watched } from "./product/watch.ts";

const BYTES = Number(process.env["BENCH_MIB"] ?? 2047) * 1024 * 1024;

const folder = await mkdtemp(join(tmpdir(), "lm-bench-upload-"));
const processes = createProcesses();
try {
  const bare = await processes.start(new URL("upload/bare-pipe.ts", import.meta.url), [
    join(folder, "bare"),
  ]);
  const bareSeconds = await timed(() => send(`${bare.url}/`, "PUT", {}, wavOf(BYTES, 7)));
  await rm(join(folder, "bare"));

  const product = await processes.startProduct(folder);
  const token = await register(product.url);
  const authorization = `Bearer ${token}`;
  await sleep(1000);
  const idle = await memory(product.pid);

  const created = await send(`${product.url}/api/uploads`, "POST", {
    authorization,
    "tus-resumable": "1.0.0",
    "upload-length": String(BYTES),
    "upload-metadata": `transcribe ${Buffer.from("false").toString("base64")}`,
  });
  const tus = await watched(product.pid, () =>
    send(
      `${product.url}${created.headers["location"]!}`,
      "PATCH",
      {
        authorization,
        "tus-resumable": "1.0.0",
        "content-type": "application/offset+octet-stream",
        "content-length": String(BYTES),
        "upload-offset": "0",
      },
      wavOf(BYTES, 7),
    ),
  );
  const id = tus.answer.headers["recording-id"] as string;
  const out = await watched(product.pid, () =>
    send(`${product.url}/api/recordings/${id}/audio`, "GET", { authorization }),
  );
  const rangeStarted = performance.now();
  await send(`${product.url}/api/recordings/${id}/audio`, "GET", {
    authorization,
    range: `bytes=${BYTES - 70_000}-${BYTES - 5_000}`,
  });
  const seekMs = Math.round(performance.now() - rangeStarted);
  await send(`${product.url}/api/recordings/${id}`, "DELETE", { authorization });

  const boundary = "little-monster-benchmark";
  const before = Buffer.from(
    `--${boundary}\r\ncontent-disposition: form-data; name="transcribe"\r\n\r\nfalse\r\n` +
      `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="lecture.wav"\r\n` +
      `content-type: audio/wav\r\n\r\n`,
  );
  const after = Buffer.from(`\r\n--${boundary}--\r\n`);
  const multipart = await watched(product.pid, () =>
    send(
      `${product.url}/api/recordings`,
      "POST",
      { authorization, "content-type": `multipart/form-data; boundary=${boundary}` },
      Readable.from(
        (async function* () {
          yield before;
          yield* wavOf(BYTES, 7);
          yield after;
        })(),
      ),
    ),
  );

  const mebibytes = BYTES / 1024 / 1024;
  const peak = Math.max(tus.peak, out.peak, multipart.peak) - idle;
  const figures = {
    mib: mebibytes,
    bare_mib_per_s: Math.round(mebibytes / bareSeconds),
    tus_mib_per_s: Math.round(mebibytes / tus.seconds),
    multipart_mib_per_s: Math.round(mebibytes / multipart.seconds),
    out_mib_per_s: Math.round(mebibytes / out.seconds),
    seek_near_end_ms: seekMs,
    idle_mib: idle,
    above_idle_in_tus_mib: tus.peak - idle,
    above_idle_in_multipart_mib: multipart.peak - idle,
    above_idle_out_mib: out.peak - idle,
  };
  const goals = [
    {
      name: "memory above idle while a file streams in and out, MiB",
      value: peak,
      goal: "at most 100",
      met: peak <= 100,
    },
  ];
  console.log(JSON.stringify({ bench: "upload", machine, figures, goals }));
} finally {
  await processes.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 500 });
}
process.exit(0);

async function timed(work: () => Promise<unknown>) {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

async function register(url: string) {
  const answer = await fetch(`${url}/api/auth/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: "bench@example.org", password: "Correct-Horse-7" }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}
