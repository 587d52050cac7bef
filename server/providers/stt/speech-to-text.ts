/** Which engines there are, best first. */
import { fail } from "#server/failures.ts";
import type { AudioDecoder } from "#server/providers/audio/contract.ts";
import { createCloudEngine, type CloudOptions } from "./cloud.ts";
import type { SpeechToText, SttEngine } from "./contract.ts";
import { createOpenAiEngine, type OpenAiOptions } from "./openai.ts";
import { createPocketsphinxEngine } from "./pocketsphinx.ts";
import { createSherpaEngine } from "./sherpa.ts";

export interface SpeechToTextOptions {
  /** `auto`, or the one engine to use when nobody asks for another. */
  engine: string;
  modelsDirs: string[];
  openai?: OpenAiOptions | undefined;
  cloud?: CloudOptions | undefined;
  concurrency: number;
  /** `auto`, `off`, or the path of a `pocketsphinx_batch`. */
  pocketsphinx: string;
  decoder: AudioDecoder;
}

export function createSpeechToText(options: SpeechToTextOptions): SpeechToText {
  const { decoder, concurrency, modelsDirs, openai, cloud } = options;
  // A server that somebody configured is meant to be used; then the models here; then, for want of better, rough words.
  const engines: SttEngine[] = [
    ...(openai ? [createOpenAiEngine({ ...openai, decoder, concurrency })] : []),
    ...(cloud ? [createCloudEngine({ ...cloud, decoder, concurrency })] : []),
    createSherpaEngine({ decoder, modelsDirs, concurrency }),
    createPocketsphinxEngine({ decoder, concurrency, command: options.pocketsphinx }),
  ];
  return {
    engines,
    async choose(name) {
      const wanted = name === undefined || name === "auto" ? options.engine : name;
      if (wanted !== "auto") {
        const engine = engines.find((each) => each.name === wanted);
        if (!engine)
          fail("engine-unavailable", {
            message:
              `There is no speech engine "${wanted}" on this server. There are: ` +
              `${engines.map((each) => each.name).join(", ")}.`,
          });
        const state = await engine.availability();
        if (!state.available)
          fail("engine-unavailable", {
            message: `The speech engine "${wanted}" cannot be used yet. ${state.remedy}`,
          });
        return engine;
      }
      for (const engine of engines) if ((await engine.availability()).available) return engine;
      fail("engine-unavailable", {
        message:
          "This server cannot turn speech into text yet. Your recording is kept: fetch a " +
          'speech model with "lm models pull moonshine-base-en", ' +
          "or set LM_STT_OPENAI_URL to a speech server, or install pocketsphinx, and then try again.",
      });
    },
  };
}
