/**
 * Pieces of a recording for engines that like more context than one sentence: several spans of speech, gaps as silence.
 */
import { SAMPLE_RATE, type AudioDecoder } from "#server/providers/audio/contract.ts";
import type { Segment, TranscribeRequest, TranscribeResult } from "./contract.ts";
import { inOrder } from "./in-order.ts";
import { languageTag, primaryLanguage } from "./languages.ts";
import { hearRecording } from "./progress.ts";
import type { Heard, Speech } from "./voice-activity.ts";
import { round } from "./words.ts";

interface Step {
  /** Undefined where there was nothing but silence. */
  piece: Speech | undefined;
  /** Everything before this second is in this piece or an earlier one. */
  clearedUntil: number;
}

interface PieceOptions {
  longestSeconds: number;
  /** A pause longer than this ends a piece, so that nobody recognises silence. */
  longestGapSeconds: number;
}

/**
 * Recognises the pieces of a recording side by side and tells of them in order.
 * @returns the recording's length in seconds.
 */
export async function transcribePieces(
  decoder: AudioDecoder,
  request: TranscribeRequest,
  options: PieceOptions & { ahead: number },
  recognise: (piece: Speech) => Promise<Segment[]>,
): Promise<number> {
  const { progress, heard } = hearRecording(decoder, request);
  const steps = inOrder(
    inPieces(heard, options),
    options.ahead,
    async ({ piece, clearedUntil }) => ({
      clearedUntil,
      segments: piece ? await recognise(piece) : [],
    }),
  );
  for await (const { clearedUntil, segments } of steps) {
    request.signal.throwIfAborted();
    for (const segment of segments) await request.onSegment(segment);
    await (await progress).reach(clearedUntil);
  }
  return (await progress).finish();
}

/**
 * With a service on another machine: pieces of so many seconds, each recognised by one request that may tell the
 * language.
 */
export async function transcribeElsewhere(
  options: { decoder: AudioDecoder; concurrency: number },
  request: TranscribeRequest,
  model: string,
  pieceSeconds: number,
  recognise: (piece: Speech) => Promise<{ segments: Segment[]; language?: string | undefined }>,
): Promise<TranscribeResult> {
  let detected: string | undefined;
  const durationSeconds = await transcribePieces(
    options.decoder,
    request,
    {
      longestSeconds: pieceSeconds,
      longestGapSeconds: 3,
      ahead: Math.max(2, options.concurrency),
    },
    async (piece) => {
      const { segments, language } = await recognise(piece);
      detected ??= languageTag(language);
      return segments;
    },
  );
  return { model, language: primaryLanguage(request.language) ?? detected, durationSeconds };
}

/** Seconds of a piece as seconds of the recording, never outside of the piece. */
export function withinPiece(piece: Speech) {
  return (seconds: number) =>
    round(Math.min(Math.max(piece.start + seconds, piece.start), piece.end));
}

async function* inPieces(heard: AsyncIterable<Heard>, options: PieceOptions): AsyncGenerator<Step> {
  let held: Speech[] = [];
  const flush = (): Step => {
    const piece = join(held);
    held = [];
    return { piece, clearedUntil: piece.end };
  };
  for await (const { speech, clearedUntil } of heard) {
    for (const span of speech) {
      const [first] = held;
      const last = held.at(-1);
      if (
        first &&
        last &&
        (span.end - first.start > options.longestSeconds ||
          span.start - last.end > options.longestGapSeconds)
      )
        yield flush();
      held.push(span);
    }
    const last = held.at(-1);
    if (last && clearedUntil - last.end > options.longestGapSeconds) yield flush();
    if (held.length === 0) yield { piece: undefined, clearedUntil };
  }
  if (held.length > 0) yield flush();
}

function join(spans: Speech[]): Speech {
  const start = spans[0]!.start;
  const end = spans.at(-1)!.end;
  const samples = new Float32Array(Math.round((end - start) * SAMPLE_RATE));
  for (const span of spans) {
    const at = Math.min(Math.round((span.start - start) * SAMPLE_RATE), samples.length);
    samples.set(span.samples.subarray(0, samples.length - at), at);
  }
  return { start, end, samples };
}
