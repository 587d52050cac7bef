/**
 * sherpa-onnx's speaker diarization in a process of its own: pyannote's segmentation says where a voice changes, an
 * embedding says which voices are one. https://k2-fsa.github.io/sherpa/onnx/speaker-diarization/index.html
 */
import { fail } from "#server/failures.ts";
import { SAMPLE_RATE, type AudioDecoder } from "#server/providers/audio/contract.ts";
import {
  canLoadSherpa,
  listDiarizationModels,
  verifyModel,
  type LocalModel,
} from "#server/providers/models/models.ts";
import { ChildDied, ChildError, forkChild } from "#server/providers/processes/forked-child.ts";
import type { Diarization, DiarizeRequest, Turn } from "./contract.ts";
import type { DiarizationMessage, HeardTurn } from "./diarization-child.ts";

/** The engine wants all samples at once: 64 kB a second. */
const LONGEST_SECONDS = 6 * 3600;
/**
 * Cosine distance from which two voices are two people: others measured .65 to be best with these weights (.5 made ten
 * of four people in 46 minutes, .75 made two).
 */
const THRESHOLD = 0.65;
const NO_MODEL = 'Fetch the models that tell voices apart with "lm models pull speakers-pyannote".';

export function createSherpaDiarization(options: {
  decoder: AudioDecoder;
  modelsDirs: string[];
}): Diarization {
  return {
    name: "sherpa",
    async availability() {
      if (!canLoadSherpa())
        return {
          available: false,
          remedy: "The engine that tells voices apart has no build for this kind of machine.",
        };
      const [model] = await listDiarizationModels(options.modelsDirs);
      return model ? { available: true } : { available: false, remedy: NO_MODEL };
    },
    async diarize(request) {
      request.signal.throwIfAborted();
      const [model] = await listDiarizationModels(options.modelsDirs);
      if (!model || !canLoadSherpa())
        fail("engine-unavailable", {
          message: `This server cannot tell voices apart yet. ${NO_MODEL}`,
        });
      await verifyModel(model);
      return { model: model.id, turns: numbered(await hear(options.decoder, request, model)) };
    },
  };
}

async function hear(decoder: AudioDecoder, request: DiarizeRequest, model: LocalModel) {
  const child = forkChild(new URL("diarization-child.ts", import.meta.url));
  const abort = () => child.kill();
  request.signal.addEventListener("abort", abort, { once: true });
  try {
    let samples = 0;
    for await (const chunk of decoder.decode(request.path, {
      signal: request.signal,
      ...(request.track !== undefined && { track: request.track }),
    })) {
      samples += chunk.length;
      if (samples > LONGEST_SECONDS * SAMPLE_RATE)
        fail("engine-unavailable", {
          message: "Voices can be told apart in recordings of up to six hours; this one is longer.",
        });
      await child.request({ kind: "samples", samples: chunk } satisfies DiarizationMessage);
    }
    if (samples === 0) return [];
    const turns = await child.request<HeardTurn[]>({
      kind: "diarize",
      segmentation: model.config["segmentation"] as string,
      embedding: model.config["embedding"] as string,
      voices: request.voices ?? -1,
      threshold: THRESHOLD,
      windowShiftRatio: shiftFor(samples / SAMPLE_RATE),
    } satisfies DiarizationMessage);
    const end = samples / SAMPLE_RATE;
    return turns.map((turn) => ({ ...turn, end: Math.min(turn.end, end) }));
  } catch (error) {
    request.signal.throwIfAborted();
    if (error instanceof ChildDied || error instanceof ChildError)
      fail("engine-failed", {
        message:
          "The engine that tells voices apart stopped unexpectedly while it ran the model " +
          `${model.id}. Please try again.`,
        cause: error,
      });
    throw error;
  } finally {
    request.signal.removeEventListener("abort", abort);
    child.kill();
  }
}

/**
 * Windows of ten seconds are compared with each other, so that time and memory grow with the square of their number: of
 * three hours, one a second would take 0.9 GB, one in five seconds takes 40 MB.
 */
function shiftFor(seconds: number) {
  if (seconds <= 20 * 60) return 0.1;
  return seconds <= 75 * 60 ? 0.25 : 0.5;
}

/** In order of time, the voices by when they are first heard. */
function numbered(heard: HeardTurn[]): Turn[] {
  const numbers = new Map<number, number>();
  return heard
    .filter(({ start, end }) => end > start)
    .toSorted((a, b) => a.start - b.start)
    .map(({ start, end, speaker }) => {
      const voice = numbers.get(speaker) ?? numbers.size + 1;
      numbers.set(speaker, voice);
      return { start: Math.max(0, start), end, voice };
    });
}
