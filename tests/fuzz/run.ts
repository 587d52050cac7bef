/**
 * `npm run test:fuzz -- 30000 [seed] [pattern of operations, as "POST /auth"]`: against a server of its own, in a
 * process of its own, on a throw-away folder.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ENGINES } from "#tests/support/engines.ts";
import { runFuzz } from "./fuzz.ts";

const PROCESS = fileURLToPath(new URL("../kills/process.ts", import.meta.url));
const requests = Number(process.argv[2] ?? 30_000);
const seed = Number(process.argv[3] ?? 20_261);
const only = process.argv[4] === undefined ? undefined : new RegExp(process.argv[4]);
const folder = await mkdtemp(join(tmpdir(), "lm-fuzz-"));
const server = spawn(process.execPath, [PROCESS, "app"], {
  env: {
    ...process.env,
    ...ENGINES,
    NODE_ENV: "test",
    LM_DATA_DIR: folder,
    LM_WORKER: "off",
    LM_RATE_LIMITS: "off",
    LM_LOG_LEVEL: "error",
    LM_DATABASE_PATIENCE_MS: "60000",
    PORT: "0",
  },
  stdio: ["ignore", "pipe", "inherit"],
});
let died = false;
server.once("exit", () => (died = true));
let url = "";
for await (const line of createInterface({ input: server.stdout })) {
  if (line.startsWith("ready ")) url = line.split(" ")[1]!;
  if (url) break;
}
const report = await runFuzz(url, {
  seed,
  requests,
  ...(only && { only }),
  log: (line) => console.error(line),
});
const kinds = new Map<string, number>();
for (const { kind, request, status } of report.findings) {
  const key = `${kind} ${status} ${request.split(" as ")[0]}`;
  kinds.set(key, (kinds.get(key) ?? 0) + 1);
}
for (const finding of report.findings.slice(0, 40)) console.error(JSON.stringify(finding));
console.log(
  JSON.stringify({
    trial: "fuzz",
    ...report,
    findings: report.findings.length,
    kinds: Object.fromEntries(kinds),
    died,
  }),
);
server.removeAllListeners("exit");
const ended = new Promise((resolve) => server.once("exit", resolve));
if (!died) {
  server.kill("SIGTERM");
  await ended;
}
await rm(folder, { recursive: true, force: true, maxRetries: 5 });
process.exit(report.findings.length === 0 && !died ? 0 : 1);
