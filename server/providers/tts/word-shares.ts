import type { SpokenWord } from "./contract.ts";
import type { Spoken } from "./speech-messages.ts";
import { spokenSigns } from "./spoken-signs.ts";
import { wordRanges } from "./text-pieces.ts";

/**
 * For an engine that says where its sounds are and not where its words are: a word gets its share of the sounds by its
 * letters (a digit is as long as four). Pauses are no sounds, so that no error is carried over one.
 * @param language of the voice, as its signs are said
 */
export function wordsByShare(
  { phones = [] }: Spoken,
  piece: string,
  language: string,
): SpokenWord[] {
  const signs = spokenSigns(piece, language);
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
