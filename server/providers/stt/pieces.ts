/** Pieces of a recording for engines that like more context than one sentence: several stretches of speech, gaps as silence. */
import { SAMPLE_RATE, type AudioDecoder } from "../audio/contract.ts";
import type { Segment, TranscribeRequest } from "./contract.ts";
import { inOrder } from "./in-order.ts";
import { hearRecording } from "./progress.ts";
import type { Heard, Speech } from "./voice-activity.ts";

export interface Step {
  /** Undefined where there was nothing but silence. */
  piece: Speech | undefined;
  /** Everything before this second is in this piece or an earlier one. */
  clearedUntil: number;
}

export interface PieceOptions {
  longestSeconds: number;
  /** A pause longer than this ends a piece, so that nobody recognises silence. */
  longestGapSeconds: number;
  onHeard(seconds: number): Promise<void>;
}

/**
 * Recognises the pieces of a recording side by side and tells of them in order.
 * @returns the recording's length in seconds.
 */
export async function transcribePieces(
  decoder: AudioDecoder,
  request: TranscribeRequest,
  options: { longestSeconds: number; longestGapSeconds: number; ahead: number },
  recognise: (piece: Speech) => Promise<Segment[]>,
): Promise<number> {
  const { progress, heard } = hearRecording(decoder, request);
  const pieces = inPieces(heard, {
    ...options,
    onHeard: async (seconds) => (await progress).heard(seconds),
  });
  const steps = inOrder(pieces, options.ahead, async ({ piece, clearedUntil }) => ({
    clearedUntil,
    segments: piece ? await recognise(piece) : [],
  }));
  for await (const { clearedUntil, segments } of steps) {
    request.signal.throwIfAborted();
    for (const segment of segments) await request.onSegment(segment);
    await (await progress).reach(clearedUntil);
  }
  return (await progress).finish();
}

async function* inPieces(heard: AsyncIterable<Heard>, options: PieceOptions): AsyncGenerator<Step> {
  let held: Speech[] = [];
  const flush = (): Step => {
    const piece = join(held);
    held = [];
    return { piece, clearedUntil: piece.end };
  };
  for await (const { speech, clearedUntil, heardUntil } of heard) {
    await options.onHeard(heardUntil);
    for (const stretch of speech) {
      const [first] = held;
      const last = held.at(-1);
      if (
        first &&
        last &&
        (stretch.end - first.start > options.longestSeconds ||
          stretch.start - last.end > options.longestGapSeconds)
      )
        yield flush();
      held.push(stretch);
    }
    const last = held.at(-1);
    if (last && clearedUntil - last.end > options.longestGapSeconds) yield flush();
    if (held.length === 0) yield { piece: undefined, clearedUntil };
  }
  if (held.length > 0) yield flush();
}

function join(stretches: Speech[]): Speech {
  const start = stretches[0]!.start;
  const end = stretches.at(-1)!.end;
  const samples = new Float32Array(Math.round((end - start) * SAMPLE_RATE));
  for (const stretch of stretches) {
    const at = Math.min(Math.round((stretch.start - start) * SAMPLE_RATE), samples.length);
    samples.set(stretch.samples.subarray(0, samples.length - at), at);
  }
  return { start, end, samples };
}
