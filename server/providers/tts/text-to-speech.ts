/** Which voices there are. */
import { fail } from "#server/failures.ts";
import type { TextToSpeech, TtsEngine } from "./contract.ts";
import { createEspeakEngine } from "./espeak.ts";
import { createFliteEngine } from "./flite.ts";
import { createOpenAiSpeech, type OpenAiSpeechOptions } from "./openai.ts";

export interface TextToSpeechOptions {
  /** `auto`, or the one engine to use when nobody asks for another. */
  engine: string;
  openai?: OpenAiSpeechOptions | undefined;
}

export function createTextToSpeech(options: TextToSpeechOptions): TextToSpeech {
  const engines: TtsEngine[] = [
    ...(options.openai ? [createOpenAiSpeech(options.openai)] : []),
    createFliteEngine(),
    createEspeakEngine(),
  ];
  return {
    engines,
    async choose(name, language) {
      const wanted = name === undefined || name === "auto" ? options.engine : name;
      const engine =
        wanted === "auto"
          ? engines.find((each) => speaks(each, language))
          : engines.find((each) => each.name === wanted);
      if (!engine) {
        fail("engine-unavailable", {
          message:
            `There is no voice engine "${wanted}" on this server. There are: ` +
            `${engines.map((each) => each.name).join(", ")}.`,
        });
      }
      return engine;
    },
  };
}

function speaks({ languages }: TtsEngine, language: string | undefined) {
  return !languages || languages.includes((language ?? "").toLowerCase().split(/[-_]/)[0]!);
}
