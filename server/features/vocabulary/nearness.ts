/** How alike what was heard and a term are, in letters and in sound. */
import { doubleMetaphone } from "double-metaphone";
import { distance } from "fastest-levenshtein";

export interface Sounding {
  letters: string;
  /** Consonants as they sound (Philips, "The Double Metaphone Search Algorithm", 2000); of other scripts the letters. */
  sound: string;
}

export function soundingOf(text: string): Sounding {
  const letters = text
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replaceAll(/[^\p{L}\p{N}]/gu, "");
  return { letters, sound: /^[a-z0-9]+$/.test(letters) ? doubleMetaphone(letters)[0] : letters };
}

/** 0 to 1, where 1 is the same; below `least` a bound is given instead. */
export function nearness(a: Sounding, b: Sounding, least = 0): number {
  const longest = Math.max(a.letters.length, b.letters.length);
  if (longest === 0) return 0;
  // The lengths alone say how much can be left of it.
  const bound = (Math.min(a.letters.length, b.letters.length) / longest + 1) / 2;
  if (bound < least) return bound;
  return (alike(a.letters, b.letters) + alike(a.sound, b.sound)) / 2;
}

function alike(a: string, b: string) {
  const longest = Math.max(a.length, b.length);
  return longest === 0 ? 1 : 1 - distance(a, b) / longest;
}
