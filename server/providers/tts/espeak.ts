/**
 * eSpeak NG in WebAssembly: comes with the project, works without network, knows 130 languages and says where each word
 * stands in the sound. https://github.com/espeak-ng/espeak-ng
 */
import { ask, forkSpeechChild, speakInChild } from "./child-speech.ts";
import type { SpokenWord, TtsEngine, Voice } from "./contract.ts";
import type { ChildVoice, Spoken } from "./speech-messages.ts";
import { spokenSigns } from "./spoken-signs.ts";
import { wordRanges } from "./text-pieces.ts";

/**
 * Measured in English and German: what is asked for is heard within a tenth; below 0.48 and above 2.6 espeak speaks no
 * slower and no faster.
 */
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
    speak: (request) =>
      speakInChild(
        request,
        {
          kind: "open",
          engine: "espeak",
          format: request.format,
          voice: request.voice,
          speed: request.speed,
        },
        (piece) => {
          const { text, offsets } = withoutMarks(piece.text, request.voice);
          return { text, placed: (spoken) => placed(spoken, piece.text, offsets) };
        },
      ),
  };
}

/**
 * Text is text, and comparisons are said: espeak would obey `<break time="10s"/>` and swallow `<bob@example.org>`, and
 * `[[` would switch it to names of phonemes.
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
function placed({ words, seconds }: Spoken, piece: string, offsets: number[]): SpokenWord[] {
  const starts = words
    .map(({ position, seconds: at }) => ({ at, offset: offsets[position] ?? piece.length }))
    .toSorted((a, b) => a.at - b.at);
  const heard: { at: number; start: number; end: number }[] = [];
  for (const range of wordRanges(piece)) {
    const first = starts.find(({ offset }) => offset >= range.start && offset < range.end);
    if (first && first.at >= (heard.at(-1)?.at ?? 0)) heard.push({ at: first.at, ...range });
  }
  return heard.map(({ at, start, end }, index) => ({
    start: at,
    end: heard[index + 1]?.at ?? seconds,
    start_offset: start,
    end_offset: end,
  }));
}

async function listVoices(): Promise<Voice[]> {
  const child = forkSpeechChild();
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
