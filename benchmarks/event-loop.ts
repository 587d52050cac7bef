/**
 * `npm run bench event-loop [-- --only PART]`: how long the server's thread is busy in one turn while each operation of
 * the OpenAPI document gets the worst input that it allows, of several kinds of letters. Others wait so long at most.
 * No worker runs in that process, as in production: its own turns are measured after that, while it reads documents of
 * every kind and does what else is asked of it.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { register } from "#tests/support/app.ts";
import { ENGINES } from "#tests/support/engines.ts";
import { makeWav } from "#tests/support/make-wav.ts";
import { readOperations } from "#tests/support/openapi-requests.ts";
import { Known } from "#tests/support/openapi-values.ts";
import { measureWorker, type Turn } from "./event-loop/worker-turns.ts";
import { worstRequest } from "./event-loop/worst.ts";
import { machine } from "./product/machine.ts";

const { values } = parseArgs({ options: { only: { type: "string", default: "" } } });
const GOAL_MS = 200;
const PATTERNS = [
  "a",
  "a ",
  "<",
  "{\\{",
  "# a\n",
  "*a ",
  "[",
  "(",
  "字",
  "e\u0301",
  "\n",
  "12:",
  '"',
];
/** These end what the others need. */
const ENDS =
  /^(DELETE \/(account|auth)|POST \/(auth|account)\/|POST \/admin|PATCH \/admin|DELETE \/admin)/;

const rank = ({ name, method }: { name: string; method: string }) =>
  Number(method === "DELETE") + 2 * Number(ENDS.test(name));

const folder = await mkdtemp(join(tmpdir(), "lm-bench-loop-"));
const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const env = {
  ...process.env,
  ...ENGINES,
  NODE_ENV: "test",
  LM_DATA_DIR: folder,
  LM_WORKER: "off",
  LM_RATE_LIMITS: "off",
  LM_LOG_LEVEL: "silent",
  LM_DATABASE_PATIENCE_MS: "60000",
  PORT: "0",
};
const server = fork(file("../tests/kills/process.ts"), ["app"], {
  execArgv: ["--disable-warning=ExperimentalWarning", "--import", file("event-loop/watch.ts")],
  env,
  stdio: ["ignore", "pipe", "inherit", "ipc"],
});
const [ready] = (await once(server.stdout!.setEncoding("utf8"), "data")) as [string];
const [, url = "", ownerUrl = ""] = ready.trim().split(" ");

async function longestTurn() {
  server.send("read");
  const [{ longest_ms }] = (await once(server, "message")) as [{ longest_ms: number }];
  return longest_ms;
}

try {
  // Always of the own collection, never of any: a 404 proves nothing.
  const random = () => 0.5;
  const who = await register(url);
  const known = new Known();
  await fill();
  const turns: Turn[] = [];
  const operations = (await readOperations(url)).filter(
    ({ name, path }) => name.includes(values.only) && path !== "/events",
  );
  for (const operation of operations.toSorted(
    // What takes things away comes last, or the others would find nothing.
    (a, b) => rank(a) - rank(b),
  )) {
    if (/^(DELETE \/account|POST \/auth\/logout|DELETE \/auth)/.test(operation.name)) continue;
    const patterns =
      operation.parameters.some(({ in: where }) => where === "query") ||
      Object.keys(operation.bodies).length > 0
        ? PATTERNS
        : ["a"];
    for (const [pattern, fields] of patterns.flatMap((each) => [
      [each, "all"] as const,
      ...(operation.bodies["application/json"] ? [[each, "texts"] as const] : []),
    ])) {
      const request = worstRequest(operation, {
        random,
        known,
        pattern,
        fields,
        jsonBytes: 4_000_000,
        fileBytes: 9_000_000,
      });
      await longestTurn();
      const answer = await fetch(`${url}/api${request.path}`, {
        method: request.method,
        headers: { ...request.headers, authorization: `Bearer ${who.token}` },
        ...(request.body && { body: new Uint8Array(request.body) }),
        signal: AbortSignal.timeout(300_000),
      }).catch(() => undefined);
      await answer?.arrayBuffer().catch(() => undefined);
      turns.push({
        operation: operation.name,
        pattern,
        status: answer?.status ?? 0,
        ms: Math.round(await longestTurn()),
      });
    }
  }
  const worst = turns.toSorted((a, b) => b.ms - a.ms);
  for (const turn of worst.slice(0, 25)) console.error(JSON.stringify(turn));
  // A student of its own, whose jobs are the only ones.
  const worked = await measureWorker(
    await register(url),
    who,
    { ...env, DATABASE_URL: ownerUrl },
    PATTERNS,
    2_000_000,
  );
  const longest = worst[0]?.ms ?? 0;
  const longestOfWorker = Math.max(...worked.map(({ ms }) => ms));
  console.log(
    JSON.stringify({
      bench: "event-loop",
      machine,
      figures: {
        operations: operations.length,
        requests: turns.length,
        longest_turn_ms: longest,
        turns_over_goal: turns.filter(({ ms }) => ms > GOAL_MS).length,
        worker_inputs: worked.length,
        longest_turn_of_worker_ms: longestOfWorker,
        worker_turns_over_goal: worked.filter(({ ms }) => ms > GOAL_MS).length,
      },
      goals: [
        {
          name: "longest turn ms",
          value: longest,
          goal: `at most ${GOAL_MS}`,
          met: longest <= GOAL_MS,
        },
        {
          name: "longest turn of the worker ms",
          value: longestOfWorker,
          goal: `at most ${GOAL_MS}`,
          met: longestOfWorker <= GOAL_MS,
        },
      ],
    }),
  );

  /** One of each kind, as large as it may be. */
  async function fill() {
    const learn = async (path: string, answer: Promise<{ body: unknown }>) =>
      known.learn(path, (await answer).body);
    const text = "The stroma is a fluid that fills the chloroplast. ".repeat(19_000);
    await learn("/study-materials", who.post("/study-materials", { title: "Long", content: text }));
    const cues = Array.from({ length: 20_000 }, (_, at) => {
      const time = (seconds: number) => new Date(seconds * 1000).toISOString().slice(11, 23);
      const words = `what is said in cue ${at} word by word`.split(" ");
      // Without a full stop, and with a time for each word.
      const timed = words.map((word, of) => `<${time(at + of / 10)}>${word}`);
      return `${time(at)} --> ${time(at + 1)}\n${timed.join(" ")}\n`;
    });
    await learn(
      "/recordings",
      who.upload(
        "/recordings",
        { blob: new Blob([Uint8Array.from(makeWav(Buffer.alloc(160_000)))]), name: "a.wav" },
        { captions: new Blob([`WEBVTT\n\n${cues.join("\n")}`]) },
      ),
    );
    for (const path of ["/transcriptions", "/transcription-jobs", "/jobs"])
      await learn(path, who.get(path));
    await learn("/conversations", who.post("/conversations", { title: "Questions" }));
    await learn("/cards", who.post("/cards", { kind: "basic", front: "Fluid?", back: "Stroma" }));
    await learn("/tts", who.post("/tts", { text: text.slice(0, 2000) }));
  }
} finally {
  const ended = once(server, "exit");
  server.kill("SIGTERM");
  await ended;
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
