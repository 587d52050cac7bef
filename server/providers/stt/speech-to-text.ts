/** Which engines there are, best first. */
import { fail } from "#server/failures.ts";
import type { AudioDecoder } from "#server/providers/audio/contract.ts";
import { createCloudEngine, type CloudOptions } from "./cloud.ts";
import type { SpeechToText, SttEngine } from "./contract.ts";
import { createOpenAiEngine, type OpenAiOptions } from "./openai.ts";
import { createPocketsphinxEngine } from "./pocketsphinx.ts";
import { createSherpaEngine } from "./sherpa.ts";

interface EngineOfPriority {
  engine: string;
  model: string | undefined;
}

export interface SpeechToTextOptions {
  /** `auto`, or the one engine to use when nobody asks for another. */
  engine: string;
  /** Another one for jobs of these priorities, perhaps with a model of its own. */
  byPriority?: Partial<Record<"high" | "low", EngineOfPriority | undefined>>;
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

  async function present(wanted: string) {
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

  async function best() {
    for (const engine of engines) if ((await engine.availability()).available) return engine;
    fail("engine-unavailable", {
      message:
        "This server cannot turn speech into text yet. Your recording is kept: fetch a " +
        'speech model with "lm models pull moonshine-base-en", ' +
        "or set LM_STT_OPENAI_URL to a speech server, or install pocketsphinx, and then try again.",
    });
  }

  return {
    engines,
    async choose(name, priority = "normal") {
      if (name !== undefined && name !== "auto") return present(name);
      const ofPriority = priority === "normal" ? undefined : options.byPriority?.[priority];
      const wanted = ofPriority?.engine ?? options.engine;
      const engine = await (wanted === "auto" ? best() : present(wanted));
      return ofPriority?.model === undefined ? engine : withModel(engine, ofPriority.model);
    },
  };
}

/** The engine with another model than its own where nobody asks for one. */
function withModel(engine: SttEngine, model: string): SttEngine {
  return {
    ...engine,
    transcribe: (request) => engine.transcribe({ ...request, model: request.model ?? model }),
  };
}
