/**
 * Sends requests that the OpenAPI document names, right and wrong ones, and looks for answers that no sender may cause.
 */
import { Agent, request as httpRequest } from "node:http";
import { register, type Student } from "#tests/support/app.ts";
import { makeWav } from "#tests/support/make-wav.ts";
import {
  makeRequest,
  readOperations,
  type Operation,
  type Request,
} from "#tests/support/openapi-requests.ts";
import { createRandom, Known, pick } from "#tests/support/openapi-values.ts";

/** A request that has had no answer for so long is taken for one that hangs, even on a busy machine. */
const HANG_MS = 60_000;
const AT_ONCE = 4;
const STUDENTS = 3;
/** What an engine, another server or the settings cause, not the sender: they are answers. */
const MEANT = new Set(["engine-unavailable", "engine-failed", "model-failed", "provider-failed"]);

const ENDS_SESSIONS =
  /^(POST|DELETE) \/(auth\/(logout|sessions|password|email|passkeys|totp)|account|admin\/users)/;

export interface Finding {
  kind: "5xx" | "hang" | "no answer" | "no problem document";
  request: string;
  status: number;
  answer: string;
}

export interface FuzzReport {
  seed: number;
  requests: number;
  operations: number;
  /** Operations that never answered with success: their rows were not reached. */
  neverOk: string[];
  byStatus: Record<string, number>;
  findings: Finding[];
}

export async function runFuzz(
  url: string,
  options: { seed: number; requests: number; only?: RegExp; log?: (line: string) => void },
): Promise<FuzzReport> {
  const random = createRandom(options.seed);
  const operations = (await readOperations(url)).filter(
    ({ name }) => options.only?.test(name) ?? true,
  );
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE * 2 });
  const newcomer = () => makeNewcomer(url);
  const students: { who: Student; known: Known }[] = [];
  for (let at = 0; at < STUDENTS; at++) students.push(await newcomer());
  const reached = new Set<string>();
  const byStatus: Record<string, number> = {};
  const findings: Finding[] = [];
  let sent = 0;

  async function one() {
    const operation = choose(random, operations);
    const ends = ENDS_SESSIONS.test(operation.name);
    // The first one administers and stays.
    const at = Math.floor(random() * (ends ? STUDENTS - 1 : STUDENTS)) + (ends ? 1 : 0);
    const { who, known } = students[at]!;
    const made = makeRequest(operation, { random, known, wild: pick(random, [0, 0, 0.2, 0.6]) });
    if (random() < 0.97) made.headers["authorization"] = `Bearer ${who.token}`;
    const answer = await send(agent, url, made);
    byStatus[answer.status] = (byStatus[answer.status] ?? 0) + 1;
    const found = judge(answer);
    if (found)
      findings.push({
        kind: found,
        request: show(made),
        status: answer.status,
        answer: answer.text.slice(0, 300),
      });
    if (answer.status < 400) {
      reached.add(operation.name);
      if (answer.text.startsWith("{")) known.learn(made.path, parse(answer.text));
    }
    // Another student takes the place.
    if (ends && answer.status < 300) students[at] = await newcomer();
  }

  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (sent < options.requests) {
        sent += 1;
        if (sent % 1000 === 0) options.log?.(`${sent} requests, ${findings.length} findings`);
        await one();
      }
    }),
  );
  agent.destroy();
  return {
    seed: options.seed,
    requests: sent,
    operations: operations.length,
    neverOk: operations.map(({ name }) => name).filter((name) => !reached.has(name)),
    byStatus,
    findings,
  };
}

/**
 * With one thing of each kind, so that what needs an id of one's own finds it: by chance alone that takes thousands of
 * requests.
 */
async function makeNewcomer(url: string) {
  const who = await register(url);
  const known = new Known();
  const learn = async (path: string, answer: Promise<{ body: unknown }>) =>
    known.learn(path, (await answer).body);
  const note = { title: "Cells", content: "The stroma is a fluid. ".repeat(20) };
  await learn("/study-materials", who.post("/study-materials", note));
  await learn(
    "/recordings",
    who.upload(
      "/recordings",
      { blob: new Blob([Uint8Array.from(makeWav(Buffer.alloc(16_000)))]), name: "a.wav" },
      { captions: new Blob(["WEBVTT\n\n00:00.000 --> 00:01.000\nThe stroma is a fluid.\n"]) },
    ),
  );
  for (const path of ["/transcriptions", "/transcription-jobs", "/jobs"])
    await learn(path, who.get(path));
  await learn("/conversations", who.post("/conversations", { title: "Questions" }));
  await learn("/cards", who.post("/cards", { kind: "basic", front: "Fluid?", back: "Stroma" }));
  return { who, known };
}

/** What makes rows comes more often than what takes them away. */
function choose(random: () => number, operations: Operation[]) {
  const makes = ({ method, path }: Operation) => method === "POST" && !path.includes("{");
  const operation = pick(random, operations);
  if (operation.method === "DELETE" && random() < 0.7)
    return pick(random, operations.filter(makes));
  return operation;
}

interface FuzzAnswer {
  status: number;
  type: string;
  text: string;
  hung: boolean;
}

function judge({ status, type, text, hung }: FuzzAnswer): Finding["kind"] | undefined {
  if (hung) return "hang";
  if (status === 0) return "no answer";
  if (status < 500) return undefined;
  const code = (parse(text) as { code?: string; parts?: unknown } | undefined) ?? {};
  if (code.parts) return undefined; // health
  if (!type.startsWith("application/problem+json")) return "no problem document";
  return MEANT.has(code.code ?? "") ? undefined : "5xx";
}

function send(agent: Agent, url: string, made: Request) {
  return new Promise<FuzzAnswer>((resolve) => {
    const { hostname, port } = new URL(url);
    const chunks: Buffer[] = [];
    let status = 0;
    let type = "";
    let hung = false;
    const end = () => {
      clearTimeout(timer);
      resolve({ status, type, text: Buffer.concat(chunks).toString(), hung });
    };
    const outgoing = httpRequest(
      {
        agent,
        hostname,
        port,
        method: made.method,
        path: `/api${made.path}`,
        headers: { ...made.headers, "content-length": String(made.body?.length ?? 0) },
      },
      (answer) => {
        status = answer.statusCode ?? 0;
        type = answer.headers["content-type"] ?? "";
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("close", end);
        answer.on("error", end);
        // An event stream has no end of its own.
        if (type.startsWith("text/event-stream")) outgoing.destroy();
      },
    );
    const timer = setTimeout(() => {
      hung = true;
      outgoing.destroy();
    }, HANG_MS);
    outgoing.on("error", end);
    outgoing.end(made.body);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function show({ operation, path, headers, body }: Request) {
  const { authorization: _, ...shown } = headers;
  return (
    `${operation} as ${path.slice(0, 200)} ${JSON.stringify(shown).slice(0, 200)} ` +
    `${body?.toString("latin1").slice(0, 300) ?? ""}`
  );
}
