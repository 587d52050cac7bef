import { createRequire } from "node:module";

const { OfflineRecognizer } = createRequire(import.meta.url)("sherpa-onnx-node");
const recogniser = new OfflineRecognizer({
  featConfig: { sampleRate: 16_000, featureDim: 80 },
  modelConfig: { ...JSON.parse(process.argv[2]!), numThreads: 1, provider: "cpu", debug: 0 },
});

process.on("message", (message: Float32Array | "end") => {
  if (message === "end") process.exit();
  const stream = recogniser.createStream();
  stream.acceptWaveform({ sampleRate: 16_000, samples: message });
  recogniser.decode(stream);
  recogniser.getResult(stream);
});
