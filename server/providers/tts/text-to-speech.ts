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
        const there = `There are: ${engines.map((each) => each.name).join(", ")}.`;
        // The operator's own setting is no fault of a request.
        if (name === undefined || name === "auto")
          fail("engine-unavailable", {
            message: `There is no voice engine "${wanted}" on this server. ${there}`,
          });
        fail("invalid-input", {
          errors: [{ field: "engine", message: `is no voice engine of this server. ${there}` }],
        });
      }
      return engine;
    },
  };
}
