/**
 * Flite in WebAssembly: three trained voices of English that come with the program and are clearer than eSpeak NG's. It
 * speaks a minute in about two seconds. https://github.com/festvox/flite; its licence:
 * docs/decisions/0004-licence-of-flite.md
 */
import { speakInChild } from "./child-speech.ts";
import type { TtsEngine } from "./contract.ts";
import { sayingSigns } from "./spoken-signs.ts";
import { wordsByShare } from "./word-shares.ts";

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
    languages: async () => ["en"],
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
          placed: (spoken) => wordsByShare(spoken, piece.text, "en"),
        }),
      ),
  };
}

/**
 * Flite reads ASCII: typographic signs in their plain form, accents off, comparisons said; what it has no letters for
 * is silent.
 */
function asAscii(piece: string) {
  return sayingSigns(piece, "en")
    .normalize("NFKD")
    .replace(/[\u2018\u2019\u201b]/g, "'")
    .replace(/[\u201c-\u201f\u00ab\u00bb]/g, '"')
    .replace(/[\u2010-\u2012]/g, "-")
    .replace(/[\u2013-\u2015]/g, ", ")
    .replaceAll("ß", "ss")
    .replace(/\p{M}/gu, "")
    .replace(/[^\x20-\x7e]/g, " ");
}
