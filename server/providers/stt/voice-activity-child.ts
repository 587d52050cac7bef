/** The process behind voice-activity.ts. https://k2-fsa.github.io/sherpa/onnx/vad/silero-vad.html */
import { createRequire } from "node:module";
import { answerRequests } from "#server/providers/processes/forked-child.ts";
import type { Heard, Speech } from "./voice-activity.ts";

type Request =
  | { kind: "open"; weights: string; longestSeconds: number; sampleRate: number }
  | { kind: "samples"; samples: Float32Array }
  | { kind: "flush" };

interface Vad {
  acceptWaveform(samples: Float32Array): void;
  isEmpty(): boolean;
  isDetected(): boolean;
  front(enableExternalBuffer: boolean): { start: number; samples: Float32Array };
  pop(): void;
  flush(): void;
}

const { Vad } = createRequire(import.meta.url)("sherpa-onnx-node") as {
  Vad: new (config: object, bufferSeconds: number) => Vad;
};

/** Samples per decision of Silero at 16 kHz. */
const WINDOW = 512;
/** The detector cuts close; a first consonant and a last breath belong to the word. */
const AIR_BEFORE_SECONDS = 0.15;
const AIR_AFTER_SECONDS = 0.25;
const HISTORY_SECONDS = 90;

let vad: Vad;
let rate = 16_000;
let longest = 0;
let rest = new Float32Array(0);
/** A ring of the last sound, so that air can be added around what the detector gives. */
let history = new Float32Array(0);
let position = 0;
let clearedUntil = 0;
let lastEnd = 0;
let received = 0;

answerRequests((request: Request): Heard | undefined => {
  if (request.kind === "open") {
    rate = request.sampleRate;
    longest = Math.round(request.longestSeconds * rate);
    history = new Float32Array(HISTORY_SECONDS * rate);
    const sileroVad = {
      model: request.weights,
      threshold: 0.5,
      minSpeechDuration: 0.25,
      minSilenceDuration: 0.4,
      windowSize: WINDOW,
      maxSpeechDuration: request.longestSeconds - 1,
    };
    vad = new Vad(
      { sileroVad, sampleRate: rate, numThreads: 1, provider: "cpu", debug: 0 },
      HISTORY_SECONDS,
    );
    return undefined;
  }
  const speech: Speech[] = [];
  if (request.kind === "samples") {
    received += request.samples.length;
    const input = new Float32Array(rest.length + request.samples.length);
    input.set(rest);
    input.set(request.samples, rest.length);
    let at = 0;
    for (; at + WINDOW <= input.length; at += WINDOW) {
      accept(input.subarray(at, at + WINDOW));
      collect(speech);
    }
    rest = input.slice(at);
  } else {
    const padded = new Float32Array(WINDOW);
    padded.set(rest);
    if (rest.length > 0) accept(padded);
    vad.flush();
    collect(speech);
    clearedUntil = position;
  }
  return {
    speech,
    clearedUntil: Math.min(clearedUntil, received) / rate,
    heardUntil: received / rate,
  };
});

function accept(window: Float32Array) {
  for (let i = 0; i < WINDOW; i += 1) history[(position + i) % history.length] = window[i]!;
  position += WINDOW;
  vad.acceptWaveform(window);
}

function collect(speech: Speech[]) {
  while (!vad.isEmpty()) {
    const { start, samples } = vad.front(false);
    vad.pop();
    const from = Math.max(start - AIR_BEFORE_SECONDS * rate, lastEnd, 0);
    const to = Math.min(start + samples.length + AIR_AFTER_SECONDS * rate, received);
    for (const [partFrom, partTo] of bounded(Math.round(from), Math.round(to))) {
      speech.push({ start: partFrom / rate, end: partTo / rate, samples: cut(partFrom, partTo) });
    }
    lastEnd = to;
    clearedUntil = to;
  }
  // Speech that has begun may start up to half a second before the window that told.
  if (!vad.isDetected()) clearedUntil = Math.max(clearedUntil, position - rate);
}

/** Somebody who never pauses is cut where it is quietest, in the last third of what the model can take. */
function* bounded(from: number, to: number): Generator<[number, number]> {
  let start = from;
  while (to - start > longest) {
    let best = start + longest;
    let quietest = Infinity;
    for (let at = start + Math.floor((longest * 2) / 3); at + 800 <= start + longest; at += 400) {
      let energy = 0;
      for (let i = 0; i < 800; i += 1) energy += history[(at + i) % history.length]! ** 2;
      if (energy < quietest) {
        quietest = energy;
        best = at + 400;
      }
    }
    yield [start, best];
    start = best;
  }
  yield [start, to];
}

function cut(from: number, to: number) {
  const first = Math.max(from, position - history.length);
  const samples = new Float32Array(to - first);
  for (let i = 0; i < samples.length; i += 1) samples[i] = history[(first + i) % history.length]!;
  return samples;
}
