/** The engine alone on the same segments of speech: no database, no queue, no order, nothing saved. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createAudioDecoder } from "#server/providers/audio/decoder.ts";
import { hearSpeech } from "#server/providers/stt/voice-activity.ts";

/** Seconds of wall clock for one file, from nothing to the last segment recognised. */
export async function runBareEngine(path: string, config: object, processes: number) {
  const begun = performance.now();
  const children = Array.from({ length: processes }, () =>
    fork(fileURLToPath(new URL("bare-child.ts", import.meta.url)), [JSON.stringify(config)], {
      serialization: "advanced",
      execArgv: ["--disable-warning=ExperimentalWarning"],
    }),
  );
  const ended = Promise.all(children.map((child) => once(child, "exit")));
  let sent = 0;
  for await (const { speech } of hearSpeech(createAudioDecoder().decode(path))) {
    for (const { samples } of speech) children[sent++ % processes]!.send(samples);
  }
  for (const child of children) child.send("end");
  await ended;
  return { seconds: (performance.now() - begun) / 1000, segments: sent };
}
