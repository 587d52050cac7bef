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
import type { DiarizationMessage, HeardBlock, HeardTurn } from "./diarization-child.ts";
import { joinVoices } from "./join-voices.ts";

/**
 * The engine wants all samples of a block at once, 64 kB a second, and tells nothing until it is done with them. The
 * last block is between half as long and half as long again.
 */
const BLOCK_SECONDS = 600;
/** A turn that a block cut in two. */
const CUT_SECONDS = 0.5;
/**
 * Cosine distance from which two voices are two people: others measured .65 to be best with these weights (.5 made ten
 * of four people in 46 minutes, .75 made two).
 */
const THRESHOLD = 0.65;
const NO_MODEL = 'Fetch the models that tell voices apart with "lm models pull speakers-pyannote".';

export function createSherpaDiarization(options: {
  decoder: AudioDecoder;
  modelsDirs: string[];
  blockSeconds?: number;
}): Diarization {
  const blockSeconds = options.blockSeconds ?? BLOCK_SECONDS;
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
      const heard = await hear(options.decoder, request, model, blockSeconds);
      return { model: model.id, turns: numbered(heard) };
    },
  };
}

interface Block extends HeardBlock {
  /** Seconds at which it begins. */
  from: number;
}

async function hear(
  decoder: AudioDecoder,
  request: DiarizeRequest,
  model: LocalModel,
  blockSeconds: number,
): Promise<HeardTurn[]> {
  const child = forkChild(new URL("diarization-child.ts", import.meta.url));
  const abort = () => child.kill();
  request.signal.addEventListener("abort", abort, { once: true });
  const blocks: Block[] = [];
  let from = 0;
  let waiting: Float32Array[] = [];
  const heardOf = async (chunks: Float32Array[], whole: boolean) => {
    for (const samples of chunks)
      await child.request({ kind: "samples", samples } satisfies DiarizationMessage);
    const seconds = lengthOf(chunks) / SAMPLE_RATE;
    const heard = await child.request<HeardBlock>({
      kind: "diarize",
      segmentation: model.config["segmentation"] as string,
      embedding: model.config["embedding"] as string,
      // In a part of a recording not everybody needs to speak.
      voices: (whole ? request.voices : undefined) ?? -1,
      threshold: THRESHOLD,
      windowShiftRatio: shiftFor(request.seconds ?? seconds),
    } satisfies DiarizationMessage);
    const turns = heard.turns.map((turn) => ({ ...turn, end: Math.min(turn.end, seconds) }));
    blocks.push({ turns, vectors: heard.vectors, from });
    from += seconds;
    if (request.seconds) request.onProgress?.(Math.min(1, from / request.seconds));
  };
  try {
    for await (const chunk of decoder.decode(request.path, {
      signal: request.signal,
      ...(request.track !== undefined && { track: request.track }),
    })) {
      waiting.push(chunk);
      if (lengthOf(waiting) < 1.5 * blockSeconds * SAMPLE_RATE) continue;
      const [block, rest] = split(waiting, blockSeconds * SAMPLE_RATE);
      waiting = rest;
      await heardOf(block, false);
    }
    if (waiting.length > 0) await heardOf(waiting, blocks.length === 0);
    return blocks.length === 1 ? blocks[0]!.turns : joinBlocks(blocks, request.voices);
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

function joinBlocks(blocks: Block[], voices: number | undefined): HeardTurn[] {
  const numbers = joinVoices(
    blocks.map(({ turns, vectors }) =>
      vectors.map((vector, speaker) => ({
        vector,
        seconds: turns.reduce(
          (sum, turn) => sum + (turn.speaker === speaker ? turn.end - turn.start : 0),
          0,
        ),
      })),
    ),
    THRESHOLD,
    voices,
  );
  const joined: HeardTurn[] = [];
  for (const [at, { turns, from }] of blocks.entries())
    for (const { start, end, speaker } of turns) {
      const turn = { start: from + start, end: from + end, speaker: numbers[at]![speaker]! };
      const before = joined.findLast((one) => one.speaker === turn.speaker);
      const isCut = start < CUT_SECONDS && before && turn.start - before.end < CUT_SECONDS;
      if (isCut) before.end = Math.max(before.end, turn.end);
      else joined.push(turn);
    }
  return joined;
}

function lengthOf(chunks: Float32Array[]) {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}

/** @param length samples of the first part */
function split(chunks: Float32Array[], length: number): [Float32Array[], Float32Array[]] {
  const first: Float32Array[] = [];
  const rest: Float32Array[] = [];
  let left = length;
  for (const chunk of chunks) {
    if (left > 0) first.push(chunk.subarray(0, left));
    if (chunk.length > left) rest.push(chunk.slice(Math.max(0, left)));
    left -= Math.min(left, chunk.length);
  }
  return [first, rest];
}

/**
 * Each window of ten seconds is heard by itself: of a long recording one in five seconds, not one a second, or it would
 * take as long as it lasts.
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
