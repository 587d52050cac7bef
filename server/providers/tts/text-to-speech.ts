/** Which voices there are. */
import { fail } from "#server/failures.ts";
import type { TextToSpeech, TtsEngine } from "./contract.ts";
import { createEspeakEngine } from "./espeak.ts";
import { createFliteEngine } from "./flite.ts";
import { createOpenAiSpeech, type OpenAiSpeechOptions } from "./openai.ts";
import { createSherpaVoices } from "./sherpa.ts";

export interface TextToSpeechOptions {
  /** `auto`, or the one engine to use when nobody asks for another. */
  engine: string;
  openai?: OpenAiSpeechOptions | undefined;
  modelsDirs: string[];
  /** A folder of ours, for what is made of a model's files. */
  cacheDir: string;
}

export function createTextToSpeech(options: TextToSpeechOptions): TextToSpeech {
  const engines: TtsEngine[] = [
    ...(options.openai ? [createOpenAiSpeech(options.openai)] : []),
    createSherpaVoices(options),
    createFliteEngine(),
    createEspeakEngine(),
  ];
  return {
    engines,
    async choose(name, language) {
      const wanted = name === undefined || name === "auto" ? options.engine : name;
      const engine =
        wanted === "auto"
          ? await firstThatSpeaks(engines, language)
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

async function firstThatSpeaks(engines: TtsEngine[], language: string | undefined) {
  const wanted = (language ?? "").toLowerCase().split(/[-_]/)[0]!;
  for (const engine of engines)
    if (!engine.languages || (await engine.languages()).includes(wanted)) return engine;
  return undefined;
}
