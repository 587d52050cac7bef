/** How alike what was heard and a term are, in letters and in sound. */
import { distance } from "fastest-levenshtein";
import { soundOf } from "./sounds.ts";

export interface Sounding {
  letters: string;
  /** See sounds.ts; of other scripts the letters. */
  sound: string;
}

/** @param language of what was said, ISO 639-1; null: nobody knows. */
export function soundingOf(text: string, language: string | null): Sounding {
  const small = text.normalize("NFC").toLowerCase().replaceAll("ß", "ss");
  const letters = plainLetters(small);
  if (!/^[a-z0-9]+$/.test(letters)) return { letters, sound: letters };
  // Two letters with a mark have a sound of their own.
  const marked = small.replace(/[^çñ]+/g, plainLetters);
  return { letters, sound: soundOf(language === null ? letters : marked, language) };
}

function plainLetters(text: string) {
  return text.normalize("NFKD").replaceAll(/[^\p{L}\p{N}]/gu, "");
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
