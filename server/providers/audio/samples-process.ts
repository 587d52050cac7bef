/**
 * A process that writes samples (32-bit float, little endian, 16 kHz mono) to its standard output. Decoding runs in one
 * of its own so that a hang, a crash or gigabytes of memory end that process and not the server.
 */
import type { ChildProcess } from "node:child_process";
import { fail, Failure } from "#server/failures.ts";
import { residentBytes } from "#server/resident-bytes.ts";
import { SAMPLE_RATE } from "./contract.ts";

const CHUNK_SAMPLES = SAMPLE_RATE * 10;
/** The slowest decoder measured gives 100 s of sound a second; a silent one for two minutes hangs. */
const STALL_MS = 120_000;
/** A good file needs about 200 MB; one bad m4a once took 9.6 GB. */
const MEMORY_LIMIT_BYTES = 1_500_000_000;

export interface ProcessEnd {
  code: number | null;
  /** The last of what it wrote to standard error. */
  errors: string;
  samples: number;
}

export interface SamplesProcess {
  pid: number | undefined;
  /** Ends with the file. */
  output: AsyncIterable<Buffer>;
  /** After the end of the output. */
  ended(): Promise<number | null>;
  errors(): string;
  kill(): void;
  /** It is not needed any more: it ends, or waits for the next file. */
  release(): void;
}

/** A process that is there for one file. */
export function samplesProcess(child: ChildProcess): SamplesProcess {
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code));
  });
  ended.catch(() => {});
  const kill = () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
  };
  return {
    pid: child.pid,
    output: child.stdout as AsyncIterable<Buffer>,
    ended: () => ended,
    errors: tail(child),
    kill,
    release: kill,
  };
}

/** Chunks of ten seconds until the process ends; then `judge` may throw. Leaving the loop early ends the process. */
export async function* samplesOf(
  child: SamplesProcess,
  options: { signal?: AbortSignal | undefined; judge(end: ProcessEnd): void },
): AsyncGenerator<Float32Array> {
  const abort = () => child.kill();
  options.signal?.addEventListener("abort", abort, { once: true });
  const guard = watch(child);
  let samples = 0;
  try {
    options.signal?.throwIfAborted();
    let buffer = new Float32Array(CHUNK_SAMPLES);
    let bytes = new Uint8Array(buffer.buffer);
    let filled = 0;
    for await (const piece of child.output) {
      guard.waiting = false;
      for (let offset = 0; offset < piece.length;) {
        const count = Math.min(piece.length - offset, bytes.length - filled);
        bytes.set(piece.subarray(offset, offset + count), filled);
        offset += count;
        filled += count;
        if (filled < bytes.length) continue;
        samples += buffer.length;
        yield buffer;
        options.signal?.throwIfAborted();
        buffer = new Float32Array(CHUNK_SAMPLES);
        bytes = new Uint8Array(buffer.buffer);
        filled = 0;
      }
      guard.heard();
    }
    const code = await child.ended();
    options.signal?.throwIfAborted();
    if (guard.verdict) throw guard.verdict;
    const rest = Math.floor(filled / 4);
    samples += rest;
    if (rest > 0) yield buffer.subarray(0, rest);
    options.judge({ code, errors: child.errors(), samples });
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof Failure) throw error;
    fail("audio-unreadable", { cause: error });
  } finally {
    guard.stop();
    options.signal?.removeEventListener("abort", abort);
    child.release();
  }
}

/** Kills the process when it grows without bound or gives nothing while we wait for it. */
function watch(child: SamplesProcess) {
  let last = performance.now();
  const state = {
    waiting: true,
    verdict: undefined as Failure | undefined,
    heard() {
      last = performance.now();
      state.waiting = true;
    },
    stop: () => clearInterval(timer),
  };
  const condemn = (message: string) => {
    state.verdict ??= new Failure("audio-unreadable", { message });
    child.kill();
  };
  const timer = setInterval(() => {
    if (state.waiting && performance.now() - last > STALL_MS)
      condemn("Reading the sound of this file did not come to an end. It may be damaged.");
    void residentBytes(child.pid).then((resident) => {
      if (resident > MEMORY_LIMIT_BYTES)
        condemn("Reading the sound of this file took far too much memory. It may be damaged.");
    });
  }, 500);
  timer.unref();
  return state;
}

function tail(child: ChildProcess) {
  let text = "";
  child.stderr?.setEncoding("utf8").on("data", (piece: string) => {
    text = (text + piece).slice(-2000);
  });
  return () => text.trim();
}
