/**
 * CMU Sphinx, where it is installed: real words without a download, but one in four of them wrong. English only.
 * `pocketsphinx_batch` hears a piece as a whole and takes its mean spectrum from all of it; `pocketsphinx_continuous`
 * begins with a guess and adapts, which gave 26 % wrong words instead of 22 %, and half the words of a low-rate MP3.
 * https://cmusphinx.github.io/wiki/tutorialpocketsphinx/ (Debian: pocketsphinx, pocketsphinx-en-us)
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fail, Failure } from "#server/failures.ts";
import { createLine } from "#server/line.ts";
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
const GAP_SAMPLES = 0.3 * SAMPLE_RATE;
/** As right as without, and faster; the fastest settings get a quarter more of the words wrong. */
const SPEED = ["-maxhmmpf", "10000", "-maxwpf", "20"];

/** A path from before may name the other program of the package: they lie beside each other. */
function findSphinx(setting: string) {
  const command = findCommand("pocketsphinx_batch", setting);
  if (command === undefined) return undefined;
  const program = join(dirname(command), "pocketsphinx_batch");
  const models = join(dirname(command), "../share/pocketsphinx/model/en-us");
  return existsSync(program) && existsSync(models) ? { program, models } : undefined;
}

export function createPocketsphinxEngine(options: {
  decoder: AudioDecoder;
  concurrency: number;
  /** `auto` (what is on PATH), `off`, or the path of a `pocketsphinx_batch`, with its models in `share` beside it. */
  command: string;
}): SttEngine {
  return {
    name: "pocketsphinx",
    label: "CMU Sphinx (rough)",
    rough: true,
    async availability() {
      if (!findSphinx(options.command)) {
        return {
          available: false,
          remedy:
            "Install the packages pocketsphinx and pocketsphinx-en-us (Debian and Ubuntu) for rough English words.",
        };
      }
      return { available: true, models: ["en-us"], defaultModel: "en-us" };
    },
    async transcribe(request) {
      const sphinx = findSphinx(options.command);
      if (!sphinx)
        fail("engine-unavailable", { message: "CMU Sphinx is not installed on this server." });
      const language = primaryLanguage(request.language);
      if (language !== undefined && language !== "en") {
        fail("engine-unavailable", {
          message:
            "CMU Sphinx, the only speech engine here, knows English only. Fetch a model with " +
            '"lm models pull whisper-base".',
        });
      }
      const folder = await mkdtemp(join(tmpdir(), "lm-pocketsphinx-"));
      const line = createLine(options.concurrency);
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
            const name = String(number++);
            const path = join(folder, name);
            const { samples, later } = shortenGaps(piece.samples);
            await writeFile(`${path}.wav`, encodeWav(samples, SAMPLE_RATE));
            await writeFile(`${path}.ctl`, `${name}\n`);
            await line.run(() => run(sphinx, folder, name, request.signal));
            const output = await readFile(`${path}.ctm`, "utf8").catch(() => "");
            await rm(`${path}.wav`);
            return toSegments(output, piece, later);
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

function run(
  { program, models }: { program: string; models: string },
  folder: string,
  name: string,
  signal: AbortSignal,
) {
  return new Promise<void>((resolve, reject) => {
    const file = (ending: string) => join(folder, `${name}.${ending}`);
    const nowhere = process.platform === "win32" ? "NUL" : "/dev/null";
    // Removed silence would be missing from the times.
    const args = [
      "-remove_silence no -adcin yes -cepext .wav".split(" "),
      ["-cepdir", folder, "-ctl", file("ctl"), "-ctm", file("ctm"), "-logfn", nowhere],
      ["-hmm", join(models, "en-us"), "-lm", join(models, "en-us.lm.bin")],
      ["-dict", join(models, "cmudict-en-us.dict")],
      SPEED,
    ].flat();
    execFile(
      program,
      args,
      { signal, killSignal: "SIGKILL", maxBuffer: 10_000_000, timeout: 600_000 },
      (error) => {
        if (!error) return resolve();
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

/**
 * Digital silence between spans of speech, cut to a short pause: the mean spectrum of the piece would be that of
 * nothing.
 * @returns `later`: a second of what is left as a second of what was given.
 */
function shortenGaps(samples: Float32Array) {
  const kept: Float32Array[] = [];
  const cuts: { at: number; removed: number }[] = [];
  let from = 0;
  let length = 0;
  for (let at = 0; at < samples.length; at += 1) {
    if (samples[at] !== 0) continue;
    const start = at;
    while (samples[at] === 0) at += 1;
    if (at - start <= GAP_SAMPLES) continue;
    kept.push(samples.subarray(from, start + GAP_SAMPLES));
    length += start + GAP_SAMPLES - from;
    cuts.push({ at: length / SAMPLE_RATE, removed: (at - start - GAP_SAMPLES) / SAMPLE_RATE });
    from = at;
  }
  kept.push(samples.subarray(from));
  const left = new Float32Array(length + samples.length - from);
  let at = 0;
  for (const part of kept) {
    left.set(part, at);
    at += part.length;
  }
  const later = (seconds: number) =>
    cuts.reduce((sum, cut) => (cut.at <= seconds ? sum + cut.removed : sum), seconds);
  return { samples: left, later };
}

/**
 * Lines of CTM: `utterance channel start duration word probability`. https://www.nist.gov/itl/iad/mig/tools (sctk,
 * "ctm")
 */
function toSegments(output: string, piece: Speech, later: (seconds: number) => number): Segment[] {
  const words: Word[] = [];
  for (const line of output.split("\n")) {
    const match = /^\S+ \S+ (\d+\.\d+) (\d+\.\d+) (\S+) (\d+\.\d+)$/.exec(line.trim());
    if (!match) continue;
    // The expression has four groups, none of them optional.
    const [, start, duration, text, probability] = match as unknown as [
      string,
      string,
      string,
      string,
      string,
    ];
    // "<sil>", "[NOISE]", "++UH++" are fillers; "for(2)" is the second pronunciation of "for".
    if (/^[<[+]/.test(text)) continue;
    words.push({
      text: text.replace(/\(\d+\)$/, ""),
      start: round(Math.min(piece.start + later(Number(start)), piece.end)),
      end: round(Math.min(piece.start + later(Number(start) + Number(duration)), piece.end)),
      confidence: round(Math.min(1, Number(probability))),
    });
  }
  return cutAtPauses(words).flatMap((each) => {
    if (each.length === 0) return [];
    const confidence = round(mean(each.map((word) => word.confidence ?? 0)));
    return plausible({ ...segmentOf(each), confidence }) ?? [];
  });
}
