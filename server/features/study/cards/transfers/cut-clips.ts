/**
 * The lecturer's own words beside a card: the seconds of each witness that was spoken, as MP3 of 16 kHz mono. A lecture
 * is decoded once, from its first witness to its last, and no more of it is held than the spans that are being
 * heard.
 */
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import { createMp3Encoder } from "wasm-media-encoders";
import type { Context } from "#server/context.ts";
import type { Citation } from "#server/features/citations/citations.ts";
import { findRecordingFile } from "#server/features/content/recordings/queries.ts";
import type { Run } from "#server/features/jobs/contract.ts";
import type { Card } from "#server/features/study/cards/queries.ts";
import { SAMPLE_RATE } from "#server/providers/audio/contract.ts";

const SHORTEST = 5;
const LONGEST = 15;
const BEFORE = 0.4;
const AFTER = 0.6;
/** A quarter of an hour of sound each thousand is enough to carry, and more would be a lecture. */
const MOST_CLIPS = 3000;
const KILOBITS = 64;

export interface Clip {
  name: string;
  path: string;
}

/** `from` and `to` in seconds of the recording. */
interface ClipSpan {
  key: string;
  from: number;
  to: number;
}

/** The same words have the same clip, in a second export too. Undefined where nobody said them. */
export function clipKey(witness: Citation | null) {
  if (witness?.source.kind !== "recording" || !witness.source.id) return undefined;
  const { start_seconds: start, end_seconds: end } = witness;
  return start == null ? undefined : `${witness.source.id} ${start} ${end ?? start}`;
}

/** 5 to 15 s around the words. */
export function spanOf({ start_seconds: start = 0, end_seconds: end }: Citation) {
  const from = Math.max(0, start - BEFORE);
  const to = Math.min(Math.max((end ?? start) + AFTER, from + SHORTEST), from + LONGEST);
  return { from, to };
}

/**
 * @returns clips by `clipKey`. A lecture whose sound is gone or cannot be read has none, and its cards are written
 * without.
 */
export async function cutClips(
  context: Context,
  userId: string,
  cards: Card[],
  folder: string,
  run: Run,
): Promise<Map<string, Clip>> {
  const wanted = new Map<string, Map<string, ClipSpan>>();
  let count = 0;
  for (const { witness } of cards) {
    const key = clipKey(witness);
    if (!witness || !key || count >= MOST_CLIPS) continue;
    const id = witness.source.id!;
    const own = wanted.get(id) ?? new Map<string, ClipSpan>();
    if (!own.has(key)) count += 1;
    wanted.set(id, own.set(key, { key, ...spanOf(witness) }));
  }
  const clips = new Map<string, Clip>();
  for (const [recordingId, spans] of wanted) {
    run.signal.throwIfAborted();
    const file = await findRecordingFile(context.database, userId, recordingId);
    if (!file) continue;
    try {
      await context.storage.withLocalFile(file.storage_key, async (path) => {
        const decoded = context.decoder.decode(path, {
          signal: run.signal,
          ...(file.sound_track !== null && { track: file.sound_track }),
        });
        for await (const { key, samples } of cut(decoded, [...spans.values()])) {
          const name = `lm-clip-${createHash("sha256").update(key).digest("hex").slice(0, 16)}.mp3`;
          const target = join(folder, name);
          await writeFile(target, await toMp3(samples));
          clips.set(key, { name, path: target });
        }
      });
    } catch (error) {
      run.signal.throwIfAborted();
      context.log.warn({ err: error, recording_id: recordingId }, "No clips of this recording.");
    }
  }
  return clips;
}

/** Each span as soon as it is whole; what is after the last one is not decoded. */
async function* cut(decoded: AsyncIterable<Float32Array>, spans: ClipSpan[]) {
  const open = spans
    .map(({ key, from, to }) => ({
      key,
      from: Math.floor(from * SAMPLE_RATE),
      to: Math.ceil(to * SAMPLE_RATE),
      pieces: [] as Float32Array[],
    }))
    .sort((a, b) => a.to - b.to);
  let at = 0;
  for await (const chunk of decoded) {
    const end = at + chunk.length;
    for (const { from, to, pieces } of open)
      if (from < end && to > at)
        pieces.push(chunk.slice(Math.max(0, from - at), Math.min(chunk.length, to - at)));
    at = end;
    while (open[0] && open[0].to <= at) yield joined(open.shift()!);
    if (open.length === 0) return;
  }
  // The lecture ends before the span does.
  for (const rest of open) if (rest.pieces.length > 0) yield joined(rest);
}

function joined({ key, pieces }: { key: string; pieces: Float32Array[] }) {
  const samples = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    samples.set(piece, at);
    at += piece.length;
  }
  return { key, samples };
}

/** By the second, so that a worker has time for its heartbeat. */
async function toMp3(samples: Float32Array) {
  const encoder = await createMp3Encoder();
  encoder.configure({ sampleRate: SAMPLE_RATE, channels: 1, bitrate: KILOBITS });
  const written: Buffer[] = [];
  // What the encoder gives is overwritten by its next piece.
  for (let at = 0; at < samples.length; at += SAMPLE_RATE) {
    written.push(Buffer.from(encoder.encode([samples.subarray(at, at + SAMPLE_RATE)])));
    await breathe();
  }
  written.push(Buffer.from(encoder.finalize()));
  return Buffer.concat(written);
}
