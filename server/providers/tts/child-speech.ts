/** Speech that a child process makes piece by piece: the first sound comes early, and memory stays small. */
import { Readable } from "node:stream";
import { fail } from "#server/failures.ts";
import { forkChild, type ForkedChild } from "#server/providers/processes/forked-child.ts";
import { askChild } from "./ask-child.ts";
import type { SpeakRequest, SpokenAudio, SpokenWord } from "./contract.ts";
import type { Spoken, SpeechRequest } from "./speech-messages.ts";
import { inTextPieces, type TextPiece } from "./text-pieces.ts";

const CHILD = new URL("speech-child.ts", import.meta.url);
/** About half a minute of speech: the first sound comes after 0.6 s. */
const PIECE_LENGTH = 400;
const STOPPED = "The voice stopped unexpectedly. Please try again.";

/**
 * A piece as the engine is given it, and where its words are heard in what came of it (seconds from the piece's start).
 */
export interface PreparedPiece {
  text: string;
  placed(spoken: Spoken): SpokenWord[];
}

export function forkSpeechChild() {
  return forkChild(CHILD);
}

/**
 * @param unopened what a student reads when the voice cannot be opened
 * @throws Failure `voice-unknown`, `engine-failed`.
 */
export async function speakInChild(
  request: SpeakRequest,
  opening: Extract<SpeechRequest, { kind: "open" }>,
  prepare: (piece: TextPiece) => PreparedPiece,
  unopened = STOPPED,
): Promise<SpokenAudio> {
  request.signal.throwIfAborted();
  const child = forkSpeechChild();
  const abort = () => child.kill();
  request.signal.addEventListener("abort", abort, { once: true });
  const release = () => request.signal.removeEventListener("abort", abort);
  try {
    const opened = await askChild<{ voiceKnown: boolean }>(child, opening, unopened);
    if (!opened.voiceKnown)
      fail("voice-unknown", { message: `There is no voice "${request.voice}".` });
  } catch (error) {
    child.kill();
    release();
    request.signal.throwIfAborted();
    throw error;
  }
  return streamOf(request, child, prepare, release);
}

function streamOf(
  request: SpeakRequest,
  child: ForkedChild,
  prepare: (piece: TextPiece) => PreparedPiece,
  release: () => void,
): SpokenAudio {
  const {
    promise: finished,
    resolve,
    reject,
  } = Promise.withResolvers<{ durationSeconds: number; words: SpokenWord[] }>();
  // Whoever reads the sound sees the error there, too.
  finished.catch(() => {});
  async function* speak() {
    const words: SpokenWord[] = [];
    let seconds = 0;
    try {
      for (const piece of inTextPieces(request.text, PIECE_LENGTH)) {
        const { text, placed } = prepare(piece);
        const spoken = await ask<Spoken>(child, { kind: "speak", text });
        words.push(...placed(spoken).map((word) => moved(word, seconds, piece.offset)));
        seconds += spoken.seconds;
        if (spoken.audio.length > 0) yield Buffer.from(spoken.audio);
        request.onProgress?.(Math.min(1, (piece.offset + piece.text.length) / request.text.length));
      }
      const last = await ask<Uint8Array>(child, { kind: "finish" });
      if (last.length > 0) yield Buffer.from(last);
      resolve({ durationSeconds: seconds, words });
    } catch (error) {
      const reason: unknown = request.signal.aborted ? request.signal.reason : error;
      reject(reason);
      throw reason;
    } finally {
      // A reader that went away ends here without an error.
      reject(new Error("The sound was not read to its end."));
      release();
      child.kill();
    }
  }
  return { audio: Readable.from(speak(), { objectMode: false }), finished };
}

function moved({ start, end, start_offset, end_offset }: SpokenWord, by: number, offset: number) {
  return {
    start: round(by + start),
    end: round(by + end),
    start_offset: offset + start_offset,
    end_offset: offset + end_offset,
  };
}

/** @throws Failure `engine-failed`. */
export function ask<Answer>(child: ForkedChild, request: SpeechRequest): Promise<Answer> {
  return askChild(child, request, STOPPED);
}

function round(value: number) {
  return Math.round(value * 1000) / 1000;
}
