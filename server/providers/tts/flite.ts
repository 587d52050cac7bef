/**
 * Flite in WebAssembly: three trained voices of English that come with the program and are clearer than eSpeak NG's. It
 * speaks a minute in about two seconds. https://github.com/festvox/flite; its licence:
 * docs/decisions/0004-licence-of-flite.md
 */
import { speakInChild } from "./child-speech.ts";
import type { SpokenWord, TtsEngine } from "./contract.ts";
import type { Spoken } from "./speech-messages.ts";
import { spokenSigns } from "./spoken-signs.ts";
import { wordRanges } from "./text-pieces.ts";

const VOICES = [
  { id: "slt", label: "Susan (American, slt)", language: "en-US" },
  { id: "rms", label: "Richard (American, rms)", language: "en-US" },
  { id: "awb", label: "Alan (Scottish, awb)", language: "en-GB" },
];
/** What is asked for is heard within a tenth. */
const SPEEDS = { slowest: 0.5, fastest: 2.5 };

export function createFliteEngine(): TtsEngine {
  return {
    name: "flite",
    label: "Flite (English, on this machine)",
    languages: ["en"],
    async availability() {
      return { available: true };
    },
    voices: async () => VOICES,
    speeds: SPEEDS,
    defaultVoice: async (language) =>
      /^en[-_](gb|ie|au|nz|za)/i.test(language ?? "") ? "awb" : "slt",
    speak: (request) =>
      speakInChild(
        request,
        {
          kind: "open",
          engine: "flite",
          format: request.format,
          voice: request.voice,
          speed: request.speed,
        },
        (piece) => ({
          text: asAscii(piece.text),
          placed: (spoken) => placed(spoken, piece.text),
        }),
      ),
  };
}

/**
 * Flite reads ASCII: typographic signs in their plain form, accents off, comparisons said; what it has no letters for
 * is silent.
 */
function asAscii(piece: string) {
  let text = piece;
  for (const { at, length, said } of spokenSigns(piece, "en").toReversed())
    text = `${text.slice(0, at)} ${said} ${text.slice(at + length)}`;
  return text
    .normalize("NFKD")
    .replace(/[\u2018\u2019\u201b]/g, "'")
    .replace(/[\u201c-\u201f\u00ab\u00bb]/g, '"')
    .replace(/[\u2010-\u2012]/g, "-")
    .replace(/[\u2013-\u2015]/g, ", ")
    .replaceAll("ß", "ss")
    .replace(/\p{M}/gu, "")
    .replace(/[^\x20-\x7e]/g, " ");
}

/**
 * Flite says where its sounds are and not where its words are: a word gets its share of the sounds by its letters (a
 * digit is as long as four). Pauses are no sounds, so that no error is carried over one.
 */
function placed({ phones = [] }: Spoken, piece: string): SpokenWord[] {
  const signs = spokenSigns(piece, "en");
  const words = wordRanges(piece)
    .map(({ start, end }) => ({
      start,
      end,
      letters:
        lettersOf(piece.slice(start, end)) +
        signs.reduce((sum, { at, said }) => sum + (at >= start && at < end ? said.length : 0), 0),
    }))
    .filter(({ letters }) => letters > 0);
  const all = words.reduce((sum, { letters }) => sum + letters, 0);
  if (all === 0 || phones.length === 0) return [];
  let before = 0;
  const phoneAt = () => Math.round((before / all) * phones.length);
  return words.map(({ start, end, letters }) => {
    const first = Math.min(phoneAt(), phones.length - 1);
    before += letters;
    const last = phoneAt() - 1;
    return {
      start: phones[first]!.start,
      // A word of too few letters for a sound of its own.
      end: last < first ? phones[first]!.start : phones[last]!.end,
      start_offset: start,
      end_offset: end,
    };
  });
}

function lettersOf(word: string) {
  return [...word].reduce(
    (sum, letter) => sum + (/\d/.test(letter) ? 4 : /\p{L}/u.test(letter) ? 1 : 0),
    0,
  );
}
