/**
 * Processes that decode, one file at a time each, and are used again: starting one takes half a second of a processor,
 * ten times of what the waveform of a short recording needs. One that failed, was left in the middle or has grown is
 * not used again.
 *
 * - **Frame**: what such a process writes to standard output: the length as 4 bytes, little endian, and so many bytes.
 *   Length 0 ends a file, and one more frame says how it went (`FileEnd` as JSON).
 */
import { spawn, type ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { SamplesProcess } from "./samples-process.ts";

const CHILD = fileURLToPath(new URL("embedded-child.ts", import.meta.url));
/** Waiting for work: more would only hold memory (60 MB each). */
const MOST_IDLE = 2;
const IDLE_MS = 15_000;
/** A codec that leaks has an end. */
const MOST_FILES = 100;

export interface FileRequest {
  mode: "probe" | "decode";
  path: string;
  container: string;
  fromSeconds: number;
  track?: number | undefined;
}

export interface FileEnd {
  code: number;
  errors: string;
  /** It has grown: it is not used again. */
  grown: boolean;
}

interface Decoding {
  child: ChildProcess;
  closed: Promise<number | null>;
  files: number;
  /** What stood behind the last frame that was read. */
  rest: Buffer;
  output: AsyncIterator<Buffer>;
  errors: string;
  retire: NodeJS.Timeout | undefined;
}

const idle: Decoding[] = [];

/** @returns the process at work on this file; its output ends with the file. */
export function decodeInProcess(request: FileRequest): SamplesProcess {
  const decoding = idle.pop() ?? start();
  clearTimeout(decoding.retire);
  hold(decoding, true);
  decoding.files += 1;
  decoding.errors = "";
  let end: FileEnd | undefined;
  let killed = false;
  const kill = () => {
    killed = true;
    decoding.child.kill("SIGKILL");
  };
  decoding.child.stdin!.write(`${JSON.stringify(request)}\n`);
  async function* output() {
    for (;;) {
      const frame = await readFrame(decoding);
      if (!frame) return;
      if (frame.length > 0) yield frame;
      else break;
    }
    const last = await readFrame(decoding);
    if (last) end = JSON.parse(last.toString()) as FileEnd;
  }
  return {
    pid: decoding.child.pid,
    output: output(),
    ended: async () => end?.code ?? decoding.closed,
    errors: () => (end?.errors ?? decoding.errors).trim(),
    kill,
    release() {
      const good = !killed && end?.code === 0 && !end.grown && decoding.files < MOST_FILES;
      if (good && idle.length < MOST_IDLE) wait(decoding);
      else kill();
    },
  };
}

function start(): Decoding {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", CHILD], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { PATH: process.env.PATH ?? "" },
  });
  const decoding: Decoding = {
    child,
    closed: new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve(code));
    }),
    files: 0,
    rest: Buffer.alloc(0),
    output: (child.stdout as AsyncIterable<Buffer>)[Symbol.asyncIterator](),
    errors: "",
    retire: undefined,
  };
  decoding.closed.catch(() => {});
  // Its end says itself what is wrong; a request that it no longer reads is no other fault.
  child.stdin.on("error", () => {});
  child.stderr.setEncoding("utf8").on("data", (piece: string) => {
    decoding.errors = (decoding.errors + piece).slice(-2000);
  });
  child.once("close", () => {
    clearTimeout(decoding.retire);
    leave(decoding);
  });
  return decoding;
}

function wait(decoding: Decoding) {
  idle.push(decoding);
  hold(decoding, false);
  // It leaves before it ends: one that is ending answers nothing, and a good file would be called damaged.
  decoding.retire = setTimeout(() => {
    leave(decoding);
    decoding.child.kill("SIGKILL");
  }, IDLE_MS).unref();
}

function leave(decoding: Decoding) {
  const at = idle.indexOf(decoding);
  if (at >= 0) idle.splice(at, 1);
}

/** One that waits does not keep this process from ending; it ends with it, as its standard input does. */
function hold({ child }: Decoding, held: boolean) {
  for (const each of [child, child.stdin, child.stdout, child.stderr])
    // Pipes of a child are sockets, which the types of its streams leave out.
    (each as unknown as { ref(): void; unref(): void } & (Readable | Writable))[
      held ? "ref" : "unref"
    ]();
}

/** @returns undefined where the process ended before. */
async function readFrame(decoding: Decoding): Promise<Buffer | undefined> {
  const head = await take(decoding, 4);
  return (
    head && (head.readUInt32LE() === 0 ? Buffer.alloc(0) : take(decoding, head.readUInt32LE()))
  );
}

async function take(decoding: Decoding, length: number) {
  const pieces = [decoding.rest];
  let there = decoding.rest.length;
  while (there < length) {
    const { value, done } = await decoding.output.next();
    if (done) return undefined;
    pieces.push(value);
    there += value.length;
  }
  const all = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, there);
  decoding.rest = all.subarray(length);
  return all.subarray(0, length);
}
