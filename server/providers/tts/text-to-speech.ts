/** Which voices there are. */
import { fail } from "#server/failures.ts";
import type { TextToSpeech, TtsEngine } from "./contract.ts";
import { createEspeakEngine } from "./espeak.ts";
import { createOpenAiSpeech, type OpenAiSpeechOptions } from "./openai.ts";

export interface TextToSpeechOptions {
  /** `auto`, or the one engine to use when nobody asks for another. */
  engine: string;
  openai?: OpenAiSpeechOptions | undefined;
}

export function createTextToSpeech(options: TextToSpeechOptions): TextToSpeech {
  const engines: TtsEngine[] = [
    ...(options.openai ? [createOpenAiSpeech(options.openai)] : []),
    createEspeakEngine(),
  ];
  return {
    engines,
    async choose(name) {
      const wanted = name === undefined || name === "auto" ? options.engine : name;
      const engine = wanted === "auto" ? engines[0] : engines.find((each) => each.name === wanted);
      if (!engine) {
        fail("engine-unavailable", {
          message: `There is no voice engine "${wanted}" on this server. There are: ${engines.map((each) => each.name).join(", ")}.`,
        });
      }
      return engine;
    },
  };
}
