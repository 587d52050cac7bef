/** The process in which a model runs. https://k2-fsa.github.io/sherpa/onnx/javascript-api/index.html */
import { createRequire } from "node:module";
import { answerRequests } from "#server/providers/processes/forked-child.ts";
import type { Recognised, RecogniserRequest } from "./recogniser-pool.ts";

interface Recogniser {
  createStream(hotWords?: string): {
    acceptWaveform(wave: { sampleRate: number; samples: Float32Array }): void;
  };
  decode(stream: object): void;
  getResult(stream: object): {
    text: string;
    lang?: string;
    tokens?: string[];
    timestamps?: number[];
    durations?: number[];
    ys_log_probs?: number[];
  };
}

const { OfflineRecognizer } = createRequire(import.meta.url)("sherpa-onnx-node") as {
  OfflineRecognizer: new (config: object) => Recogniser;
};

let recogniser: Recogniser | undefined;

answerRequests((request: RecogniserRequest): Recognised | undefined => {
  if (request.kind === "load") {
    recogniser = new OfflineRecognizer({
      featConfig: { sampleRate: 16_000, featureDim: 80 },
      // One thread: two processes of one thread are faster than one process of two.
      modelConfig: { ...request.config, numThreads: 1, provider: "cpu", debug: 0 },
      // Greedy search, which is faster, cannot listen for words.
      ...(request.listens && { decodingMethod: "modified_beam_search", maxActivePaths: 4 }),
    });
    return undefined;
  }
  const stream = recogniser!.createStream(request.hotWords);
  stream.acceptWaveform({ sampleRate: 16_000, samples: request.samples });
  recogniser!.decode(stream);
  const result = recogniser!.getResult(stream);
  const language = result.lang?.replace(/[<|>]/g, "");
  const timed =
    result.timestamps &&
    result.timestamps.length > 0 &&
    result.timestamps.length === result.tokens?.length;
  return {
    // SenseVoice says language and mood in the middle of the words, too.
    text: result.text.replace(/<\|[^|]*\|>/g, "").trim(),
    ...(language && { language }),
    ...(timed && {
      timed: {
        tokens: result.tokens!,
        timestamps: result.timestamps!,
        ...(result.durations?.length === result.tokens!.length && { durations: result.durations }),
        ...(result.ys_log_probs?.length === result.tokens!.length && {
          logProbabilities: result.ys_log_probs,
        }),
      },
    }),
  };
});
