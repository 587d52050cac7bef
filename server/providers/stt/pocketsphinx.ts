/**
 * CMU Sphinx, where it is installed: real words without a download, but one in three of them wrong. English only.
 * https://cmusphinx.github.io/wiki/tutorialpocketsphinx/ (Debian: pocketsphinx, pocketsphinx-en-us)
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fail, Failure } from "#server/failures.ts";
import { SAMPLE_RATE, type AudioDecoder } from "#server/providers/audio/contract.ts";
import { findCommand } from "#server/providers/audio/decoder.ts";
import type { Segment, SttEngine, Word } from "./contract.ts";
import { primaryLanguage } from "./languages.ts";
import { transcribePieces } from "./pieces.ts";
import { plausible } from "./plausible.ts";
import type { Speech } from "./voice-activity.ts";
import { encodeWav } from "./wav.ts";
import { cutAtPauses, mean, round, segmentOf } from "./words.ts";

/** Half a second of each run goes into loading the model. */
const PIECE_SECONDS = 45;
/** For 60 s of reading: 22 s of CPU and 34 % of the words wrong, as with its own 27 s; the fastest settings (11 s) get 42 % wrong. */
const SPEED = ["-maxhmmpf", "10000", "-maxwpf", "20"];

export function createPocketsphinxEngine(options: {
  decoder: AudioDecoder;
  concurrency: number;
  /** `auto` (what is on PATH), `off`, or the path of a `pocketsphinx_continuous`. */
  command: string;
}): SttEngine {
  return {
    name: "pocketsphinx",
    label: "CMU Sphinx (rough)",
    rough: true,
    async availability() {
      if (!findCommand("pocketsphinx_continuous", options.command)) {
        return {
          available: false,
          remedy:
            "Install the packages pocketsphinx and pocketsphinx-en-us (Debian and Ubuntu) for rough English words.",
        };
      }
      return { available: true, models: ["en-us"], defaultModel: "en-us" };
    },
    async transcribe(request) {
      const command = findCommand("pocketsphinx_continuous", options.command);
      if (!command)
        fail("engine-unavailable", { message: "CMU Sphinx is not installed on this server." });
      const language = primaryLanguage(request.language);
      if (language !== undefined && language !== "en") {
        fail("engine-unavailable", {
          message:
            'CMU Sphinx, the only speech engine here, knows English only. Fetch a model with "lm models pull whisper-base".',
        });
      }
      const folder = await mkdtemp(join(tmpdir(), "lm-pocketsphinx-"));
      const limited = limit(options.concurrency);
      let number = 0;
      try {
        const durationSeconds = await transcribePieces(
          options.decoder,
          request,
          {
            longestSeconds: PIECE_SECONDS,
            longestGapSeconds: 2,
            ahead: options.concurrency + 1,
          },
          async (piece) => {
            const path = join(folder, `${number++}.wav`);
            await writeFile(path, encodeWav(piece.samples, SAMPLE_RATE));
            const output = await limited(() => run(command, path, request.signal));
            await rm(path);
            return toSegments(output, piece);
          },
        );
        return { model: "en-us", language: "en", durationSeconds };
      } catch (error) {
        request.signal.throwIfAborted();
        throw error;
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

function run(command: string, path: string, signal: AbortSignal) {
  return new Promise<string>((resolve, reject) => {
    const args = [
      "-infile",
      path,
      "-time",
      "yes",
      "-logfn",
      process.platform === "win32" ? "NUL" : "/dev/null",
      ...SPEED,
    ];
    execFile(
      command,
      args,
      { signal, killSignal: "SIGKILL", maxBuffer: 10_000_000, timeout: 600_000 },
      (error, stdout) => {
        if (!error) return resolve(stdout);
        reject(
          signal.aborted
            ? signal.reason
            : new Failure("engine-failed", {
                message: "CMU Sphinx stopped unexpectedly. Please try again.",
                cause: error,
              }),
        );
      },
    );
  });
}

/** Lines of an utterance: its text, then `word start end probability` for each word and filler. */
function toSegments(output: string, piece: Speech): Segment[] {
  const utterances: Word[][] = [];
  for (const line of output.split("\n")) {
    const match = /^(\S+) (\d+\.\d+) (\d+\.\d+) (\d+\.\d+)$/.exec(line.trim());
    if (!match) continue;
    // The expression has four groups, none of them optional.
    const [, text, start, end, probability] = match as unknown as [
      string,
      string,
      string,
      string,
      string,
    ];
    if (text === "<s>") utterances.push([]);
    // "<sil>", "[NOISE]", "++UH++" are fillers; "for(2)" is the second pronunciation of "for".
    if (/^[<[+]/.test(text)) continue;
    if (utterances.length === 0) utterances.push([]);
    utterances.at(-1)!.push({
      text: text.replace(/\(\d+\)$/, ""),
      start: round(Math.min(piece.start + Number(start), piece.end)),
      end: round(Math.min(piece.start + Number(end), piece.end)),
      confidence: round(Math.min(1, Number(probability))),
    });
  }
  return utterances
    .flatMap((each) => cutAtPauses(each))
    .flatMap((words) => {
      if (words.length === 0) return [];
      const confidence = round(mean(words.map((word) => word.confidence ?? 0)));
      return plausible({ ...segmentOf(words), confidence }) ?? [];
    });
}

function limit(count: number) {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async <T>(work: () => Promise<T>) => {
    if (running >= count) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}
