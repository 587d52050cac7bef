/** The process behind sherpa.ts. https://k2-fsa.github.io/sherpa/onnx/speaker-diarization/index.html */
import { createRequire } from "node:module";
import { answerRequests } from "#server/providers/processes/forked-child.ts";

export type DiarizationMessage =
  | { kind: "samples"; samples: Float32Array }
  | {
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

const { OfflineSpeakerDiarization } = createRequire(import.meta.url)("sherpa-onnx-node") as {
  OfflineSpeakerDiarization: new (config: object) => {
    process(samples: Float32Array): HeardTurn[];
  };
};

const pieces: Float32Array[] = [];

answerRequests((message: DiarizationMessage): HeardTurn[] | undefined => {
  if (message.kind === "samples") {
    pieces.push(message.samples);
    return undefined;
  }
  const runtime = { numThreads: 1, provider: "cpu", debug: 0 };
  const { segmentation, embedding, windowShiftRatio } = message;
  const engine = new OfflineSpeakerDiarization({
    segmentation: { pyannote: { model: segmentation, windowShiftRatio }, ...runtime },
    embedding: { model: embedding, ...runtime },
    clustering: { numClusters: message.voices, threshold: message.threshold },
    // As sherpa-onnx's own examples have them.
    minDurationOn: 0.3,
    minDurationOff: 0.5,
  });
  return engine.process(joined());
});

/** Emptied while it is joined: three hours are 690 MB, once. */
function joined() {
  const all = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces.splice(0)) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
