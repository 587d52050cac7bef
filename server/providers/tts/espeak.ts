/**
 * eSpeak NG in WebAssembly: comes with the project, works without network, knows 130 languages and says where each word
 * stands in the sound. https://github.com/espeak-ng/espeak-ng
 */
import { Readable } from "node:stream";
import { fail } from "#server/failures.ts";
import {
  ChildDied,
  ChildError,
  forkChild,
  type ForkedChild,
} from "#server/providers/processes/forked-child.ts";
import type { SpeakRequest, SpokenAudio, SpokenWord, TtsEngine, Voice } from "./contract.ts";
import type { ChildVoice, Spoken, SpeechRequest } from "./speech-child.ts";
import { spokenSigns } from "./spoken-signs.ts";
import { inTextPieces, wordRanges, type TextPiece } from "./text-pieces.ts";

const CHILD = new URL("speech-child.ts", import.meta.url);
/** About half a minute of speech: the first sound comes after 0.6 s. */
const PIECE_LENGTH = 400;
const WORDS_PER_MINUTE = 175;
/** Measured in English and German: what is asked for is heard within a tenth; below 0.48 and above 2.6 espeak speaks no slower and no faster. */
const SPEEDS = { slowest: 0.5, fastest: 2.5 };

export function createEspeakEngine(): TtsEngine {
  let known: Promise<Voice[]> | undefined;
  const voices = () => {
    known ??= listVoices().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
  return {
    name: "espeak",
    label: "eSpeak NG (on this machine)",
    async availability() {
      return { available: true };
    },
    voices,
    speeds: SPEEDS,
    async defaultVoice(language) {
      const wanted = (language ?? "en").toLowerCase().replace("_", "-");
      const ids = new Map((await voices()).map((voice) => [voice.id.toLowerCase(), voice.id]));
      const primary = wanted.split("-")[0]!;
      // "en", "fr" and Chinese have regional voices only.
      const usual: Record<string, string> = {
        en: "en-us",
        fr: "fr-fr",
        zh: "cmn",
        no: "nb",
        vi: "vi",
      };
      const beginning = [...ids.keys()].find((id) => id.startsWith(`${primary}-`));
      return (
        ids.get(wanted) ??
        ids.get(usual[primary] ?? primary) ??
        ids.get(primary) ??
        (beginning && ids.get(beginning)) ??
        "en-us"
      );
    },
    async speak(request) {
      request.signal.throwIfAborted();
      const child = forkChild(CHILD);
      const abort = () => child.kill();
      request.signal.addEventListener("abort", abort, { once: true });
      try {
        const opened = await ask<{ voiceKnown: boolean }>(child, {
          kind: "open",
          format: request.format,
          voice: request.voice,
          wordsPerMinute: Math.round(WORDS_PER_MINUTE * request.speed),
        });
        if (!opened.voiceKnown)
          fail("voice-unknown", { message: `There is no voice "${request.voice}".` });
      } catch (error) {
        child.kill();
        request.signal.removeEventListener("abort", abort);
        request.signal.throwIfAborted();
        throw error;
      }
      return streamOf(request, child, () => request.signal.removeEventListener("abort", abort));
    },
  };
}

function streamOf(request: SpeakRequest, child: ForkedChild, release: () => void): SpokenAudio {
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
        const { text, offsets } = withoutMarks(piece.text, request.voice);
        const spoken = await ask<Spoken>(child, { kind: "speak", text });
        words.push(...placed(spoken, piece, offsets, seconds));
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

/**
 * Text is text, and comparisons are said: espeak would obey `<break time="10s"/>` and swallow `<bob@example.org>`, and `[[` would switch it to names of phonemes.
 * @returns for each code point of what espeak is given, the offset of its letter in `piece`.
 */
function withoutMarks(piece: string, voice: string) {
  let text = "";
  const offsets: number[] = [];
  const give = (given: string, offset: number) => {
    text += given;
    for (const _ of given) offsets.push(offset);
  };
  const signs = spokenSigns(piece, voice);
  let offset = 0;
  for (const letter of piece.replaceAll("[[", "((")) {
    if (signs[0] && offset >= signs[0].at + signs[0].length) signs.shift();
    if (signs[0]?.at === offset) give(` ${signs[0].said} `, offset);
    else if (!(signs[0] && offset > signs[0].at))
      give({ "<": "&lt;", ">": "&gt;", "&": "&amp;" }[letter] ?? letter, offset);
    offset += letter.length;
  }
  return { text, offsets };
}

/** espeak counts code points and calls "42" two words: its words are laid on those between spaces. */
function placed(
  { words, seconds }: Spoken,
  piece: TextPiece,
  offsets: number[],
  offsetSeconds: number,
): SpokenWord[] {
  const starts = words
    .map(({ position, seconds: at }) => ({ at, offset: offsets[position] ?? piece.text.length }))
    .toSorted((a, b) => a.at - b.at);
  const heard: { at: number; start: number; end: number }[] = [];
  for (const range of wordRanges(piece.text)) {
    const first = starts.find(({ offset }) => offset >= range.start && offset < range.end);
    if (first && first.at >= (heard.at(-1)?.at ?? 0)) heard.push({ at: first.at, ...range });
  }
  return heard.map(({ at, start, end }, index) => ({
    start: round(offsetSeconds + at),
    end: round(offsetSeconds + (heard[index + 1]?.at ?? seconds)),
    start_offset: piece.offset + start,
    end_offset: piece.offset + end,
  }));
}

async function listVoices(): Promise<Voice[]> {
  const child = forkChild(CHILD);
  try {
    const found = await ask<ChildVoice[]>(child, { kind: "voices" });
    const unique = new Map(
      found.map((voice) => [
        voice.id,
        { id: voice.id, label: voice.name.replaceAll("_", " "), language: bcp47(voice.id) },
      ]),
    );
    return [...unique.values()].toSorted((a, b) => a.label.localeCompare(b.label, "en"));
  } finally {
    child.kill();
  }
}

function bcp47(id: string) {
  try {
    return Intl.getCanonicalLocales(id.replace(/^cmn/, "zh"))[0] ?? id;
  } catch {
    return id;
  }
}

async function ask<Answer>(child: ForkedChild, request: SpeechRequest): Promise<Answer> {
  try {
    return await child.request<Answer>(request);
  } catch (error) {
    if (!(error instanceof ChildDied || error instanceof ChildError)) throw error;
    return fail("engine-failed", {
      message: "The voice stopped unexpectedly. Please try again.",
      cause: error,
    });
  }
}

function round(value: number) {
  return Math.round(value * 1000) / 1000;
}
