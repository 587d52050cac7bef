/**
 * `npm run bench load [-- --students 1000 --seconds 60 --engine off]`: students who are logged in, three questions to
 * one list to one look at the server's health, pauses of one to three seconds, no language model; the server, its
 * database and this generator on one machine, over loopback. Then an authenticated list beside an open route, one after
 * the other. `--engine auto` has the search by meaning on, and the course has its vectors.
 */
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startEmbedded } from "#database/embedded.ts";
import { upgrade } from "#database/migrate.ts";
import { openDatabase } from "#database/open.ts";
import { readConfig } from "#server/config.ts";
import { loadSecrets } from "#server/secrets.ts";
import { openEngine } from "./answers/student.ts";
import { openConnections, requestBytes, type Connections } from "./load/connections.ts";
import { addStudents, questionsAsked, type LoadStudent } from "./load/students.ts";
import { machine } from "./product/machine.ts";
import { createProcesses } from "./product/processes.ts";

const { values } = parseArgs({
  options: {
    students: { type: "string", default: "1000" },
    seconds: { type: "string", default: "60" },
    warm: { type: "string", default: "15" },
    engine: { type: "string", default: "off" },
    seed: { type: "string", default: "1" },
  },
});
type Kind = "question" | "list" | "health";
const KINDS: Kind[] = ["question", "question", "question", "list", "health"];

const folder = await mkdtemp(join(tmpdir(), "lm-bench-load-"));
const dataDir = join(folder, "data");
const postgres = await startEmbedded({ dataDir: join(dataDir, "postgres"), log: () => {} });
await upgrade(postgres.url);
const database = openDatabase(postgres.url, { max: 2 });
const secrets = await loadSecrets(readConfig({ LM_DATA_DIR: dataDir, NODE_ENV: "test" }));
const engine = values.engine === "off" ? undefined : await openEngine(dataDir);
const students = await addStudents(database, secrets, Number(values.students), engine);
engine?.close?.();
await database.destroy();
const processes = createProcesses();
const questions = questionsAsked();
let connections: Connections | undefined;

try {
  const product = await processes.startProduct(folder, {
    LM_EMBEDDINGS_ENGINE: values.engine,
    LM_RATE_LIMITS: "off",
    // A failure is counted here.
    LM_LOG_LEVEL: "silent",
    // Without a worker the server is not healthy.
    LM_WORKER: "on",
  });
  const random = randomFrom(Number(values.seed));
  const times: Record<Kind, number[]> = { question: [], list: [], health: [] };
  const errors: Record<number, number> = {};
  let measuring = false;
  let going = true;

  connections = openConnections(new URL(product.url));
  const opened = connections;
  const study = async (student: LoadStudent, at: number) => {
    const ask = createAsking(product.url, opened, student);
    await pause(random() * 2000);
    for (let n = at; going; n += 1) {
      const kind = KINDS[n % KINDS.length]!;
      const began = performance.now();
      const question = questions[Math.floor(random() * questions.length)]!;
      const spelled = engine ? spelledAnew(question, Math.floor(random() * 1024)) : question;
      const status = await ask(kind, spelled).catch(() => 0);
      if (measuring) {
        times[kind].push(performance.now() - began);
        if (status !== 200) errors[status] = (errors[status] ?? 0) + 1;
      }
      await pause(1000 + random() * 2000);
    }
  };
  const all = students.map(study);
  await pause(Number(values.warm) * 1000);
  const before = processorSeconds();
  measuring = true;
  await pause(Number(values.seconds) * 1000);
  measuring = false;
  const used = processorSeconds();
  going = false;
  await Promise.all(all);

  const figures: Record<string, number | string> = {
    engine: values.engine!,
    load_before: loadavg()[0]!,
  };
  let count = 0;
  for (const [kind, taken] of Object.entries(times)) {
    count += taken.length;
    figures[`${kind}_p50_ms`] = quantile(taken, 0.5);
    figures[`${kind}_p95_ms`] = quantile(taken, 0.95);
  }
  figures["requests_per_second"] = round(count / Number(values.seconds));
  figures["errors"] = Object.values(errors).reduce((sum, one) => sum + one, 0);
  if (figures["errors"] > 0) console.error("answers other than 200:", errors);
  for (const name of ["postgres", "node", "generator"] as const)
    figures[`${name}_cores`] = round((used[name] - before[name]) / Number(values.seconds));
  // What is comparable between machines that are busy with other work, too.
  figures["processor_ms_per_request"] = round(
    (1000 * (Number(figures["postgres_cores"]) + Number(figures["node_cores"]))) /
      Number(figures["requests_per_second"]),
  );
  Object.assign(figures, await oneAfterTheOther(product.url, opened, students[0]!));

  const p95 = Number(figures["question_p95_ms"]);
  const goals = [
    { name: "questions p95, ms", value: p95, goal: 500, met: p95 < 500 },
    {
      name: "requests per second",
      value: figures["requests_per_second"],
      goal: Math.round(Number(values.students) / 2.1),
      met: Number(figures["requests_per_second"]) >= Number(values.students) / 2.1,
    },
  ];
  console.log(JSON.stringify({ bench: "load", machine, figures, goals }));

  /**
   * Seconds of processor time so far: the database with all its processes, the server with its children, and this
   * process.
   */
  function processorSeconds() {
    const tree = (root: number): number => {
      try {
        const children = readFileSync(`/proc/${root}/task/${root}/children`, "utf8");
        return children
          .split(" ")
          .filter(Boolean)
          .reduce((sum, child) => sum + tree(Number(child)), secondsOf(root));
      } catch {
        // It ended meanwhile: its seconds are its parent's now.
        return 0;
      }
    };
    const { user, system } = process.cpuUsage();
    return {
      postgres: tree(postgresPid()),
      node: tree(product.pid),
      generator: (user + system) / 1e6,
    };
  }
} finally {
  connections?.close();
  await processes.stop();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

function postgresPid() {
  return Number(readFileSync(join(dataDir, "postgres", "postmaster.pid"), "utf8").split("\n")[0]);
}

function secondsOf(pid: number) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // utime, stime and those of children that have ended, in hundredths (proc(5)).
  return [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0) / 100;
}

/** Bytes of the requests that a student makes again and again. */
function createAsking(
  url: string,
  connections: Connections,
  { token, conversationId }: LoadStudent,
) {
  const authorized = { authorization: `Bearer ${token}` };
  const health = requestBytes("GET", new URL("/api/health", url), {});
  const list = requestBytes("GET", new URL("/api/study-materials?limit=20", url), authorized);
  const messages = new URL(`/api/conversations/${conversationId}/messages`, url);
  const headers = { ...authorized, "content-type": "application/json" };
  return (kind: Kind, content: string) => {
    if (kind === "health") return connections.send(conversationId, health);
    if (kind === "list") return connections.send(conversationId, list);
    const question = requestBytes("POST", messages, headers, JSON.stringify({ content }));
    return connections.send(conversationId, question);
  };
}

/**
 * The same question to a reader, and another one to the engine, which remembers what it was asked: a thousand students
 * do not ask the same 400.
 */
function spelledAnew(question: string, bits: number) {
  let at = 0;
  return question.replaceAll(" ", () => ((bits >> at++) & 1 ? "  " : " "));
}

/** What knowing who asks costs: a list of one entry and an open route, turn and turn about, one at a time. */
async function oneAfterTheOther(url: string, connections: Connections, student: LoadStudent) {
  const limits = requestBytes("GET", new URL("/api/limits", url), {});
  const list = requestBytes("GET", new URL("/api/study-materials?limit=1", url), {
    authorization: `Bearer ${student.token}`,
  });
  const open: number[] = [];
  const listed: number[] = [];
  for (let n = 0; n < 400; n += 1) {
    let began = performance.now();
    await connections.send("alone", limits);
    open.push(performance.now() - began);
    began = performance.now();
    await connections.send("alone", list);
    listed.push(performance.now() - began);
  }
  return { alone_open_route_ms: quantile(open, 0.5), alone_list_ms: quantile(listed, 0.5) };
}

function quantile(all: number[], share: number) {
  const sorted = all.toSorted((a, b) => a - b);
  return round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}

function round(value: number) {
  return Math.round(value * 100) / 100;
}

function randomFrom(seed: number) {
  let state = seed * 2654435761 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
