/** The process behind sherpa.ts. https://k2-fsa.github.io/sherpa/onnx/speaker-diarization/index.html */
import { createRequire } from "node:module";
import { SAMPLE_RATE } from "#server/providers/audio/contract.ts";
import { answerRequests } from "#server/providers/processes/forked-child.ts";

export type DiarizationMessage =
  | { kind: "samples"; samples: Float32Array }
  | {
      /** Of what came since the last one. */
      kind: "diarize";
      segmentation: string;
      embedding: string;
      /** -1: as many as there are. */
      voices: number;
      threshold: number;
      windowShiftRatio: number;
    };

/** `start` and `end` in seconds. */
export interface HeardTurn {
  start: number;
  end: number;
  /** From 0. */
  speaker: number;
}

export interface HeardBlock {
  turns: HeardTurn[];
  /** By speaker; undefined: too little was said. */
  vectors: (Float32Array | undefined)[];
}

interface Stream {
  acceptWaveform(wave: { sampleRate: number; samples: Float32Array }): void;
  inputFinished(): void;
}

interface Extractor {
  createStream(): Stream;
  isReady(stream: Stream): boolean;
  compute(stream: Stream, external: boolean): Float32Array;
}

const sherpa = createRequire(import.meta.url)("sherpa-onnx-node") as {
  OfflineSpeakerDiarization: new (config: object) => {
    process(samples: Float32Array): HeardTurn[];
  };
  SpeakerEmbeddingExtractor: new (config: object) => Extractor;
};

const RUNTIME = { numThreads: 1, provider: "cpu", debug: 0 };
/** Of one voice so much is heard to know it again; more changes little. */
const ENOUGH_SECONDS = 60;
const LEAST_SECONDS = 0.5;

const pieces: Float32Array[] = [];
let extractor: Extractor | undefined;

answerRequests((message: DiarizationMessage): HeardBlock | undefined => {
  if (message.kind === "samples") {
    pieces.push(message.samples);
    return undefined;
  }
  const { segmentation, embedding, windowShiftRatio } = message;
  const engine = new sherpa.OfflineSpeakerDiarization({
    segmentation: { pyannote: { model: segmentation, windowShiftRatio }, ...RUNTIME },
    embedding: { model: embedding, ...RUNTIME },
    clustering: { numClusters: message.voices, threshold: message.threshold },
    // As sherpa-onnx's own examples have them.
    minDurationOn: 0.3,
    minDurationOff: 0.5,
  });
  const samples = joined(pieces.splice(0));
  const turns = engine.process(samples);
  extractor ??= new sherpa.SpeakerEmbeddingExtractor({ model: embedding, ...RUNTIME });
  const speakers = Math.max(-1, ...turns.map(({ speaker }) => speaker)) + 1;
  const vectors = Array.from({ length: speakers }, (_, speaker) =>
    vectorOf(
      extractor!,
      samples,
      turns.filter((turn) => turn.speaker === speaker),
    ),
  );
  return { turns, vectors };
});

/** The longest turns say most about a voice. */
function vectorOf(known: Extractor, samples: Float32Array, turns: HeardTurn[]) {
  const said: Float32Array[] = [];
  let seconds = 0;
  for (const { start, end } of turns.toSorted((a, b) => b.end - b.start - (a.end - a.start))) {
    if (seconds >= ENOUGH_SECONDS) break;
    const until = Math.min(end, start + ENOUGH_SECONDS - seconds);
    said.push(samples.subarray(Math.max(0, start) * SAMPLE_RATE, until * SAMPLE_RATE));
    seconds += until - start;
  }
  if (seconds < LEAST_SECONDS) return undefined;
  const stream = known.createStream();
  stream.acceptWaveform({ sampleRate: SAMPLE_RATE, samples: joined(said) });
  stream.inputFinished();
  return known.isReady(stream) ? known.compute(stream, false) : undefined;
}

function joined(parts: Float32Array[]) {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
