/** The engine alone: sherpa-onnx, its own detector and N processes, no database, no queue, nothing saved. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { createAudioDecoder } from "#server/providers/audio/decoder.ts";
import { SAMPLE_RATE } from "#server/providers/audio/contract.ts";

const WEIGHTS = fileURLToPath(
  new URL("../../server/providers/stt/silero-vad/silero_vad.onnx", import.meta.url),
);

/** Seconds of wall clock for one file. The detector runs first, in this process, with the settings of the product. */
export async function runBareEngine(
  path: string,
  config: object,
  processes: number,
  ffmpeg = "auto",
) {
  const { Vad } = createRequire(import.meta.url)("sherpa-onnx-node");
  const begun = performance.now();
  const children = Array.from({ length: processes }, () =>
    fork(fileURLToPath(new URL("bare-child.ts", import.meta.url)), [JSON.stringify(config)], {
      serialization: "advanced",
      execArgv: ["--disable-warning=ExperimentalWarning"],
    }),
  );
  const sileroVad = {
    model: WEIGHTS,
    threshold: 0.5,
    minSpeechDuration: 0.25,
    minSilenceDuration: 0.4,
    windowSize: 512,
    maxSpeechDuration: 19,
  };
  const vad = new Vad(
    { sileroVad, sampleRate: SAMPLE_RATE, numThreads: 1, provider: "cpu", debug: 0 },
    90,
  );
  let sent = 0;
  let rest = new Float32Array(0);
  const collect = () => {
    while (!vad.isEmpty()) {
      children[sent++ % processes]!.send(vad.front(false).samples);
      vad.pop();
    }
  };
  for await (const chunk of createAudioDecoder({ ffmpeg }).decode(path)) {
    const input = new Float32Array(rest.length + chunk.length);
    input.set(rest);
    input.set(chunk, rest.length);
    let at = 0;
    for (; at + 512 <= input.length; at += 512) vad.acceptWaveform(input.subarray(at, at + 512));
    rest = input.slice(at);
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  vad.flush();
  collect();
  await Promise.all(
    children.map(async (child) => {
      const ended = once(child, "exit");
      child.send("end");
      await ended;
    }),
  );
  return { seconds: (performance.now() - begun) / 1000, stretches: sent };
}
