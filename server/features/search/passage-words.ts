/**
 * A passage cut into words, kept for a while: its text never changes, and the best ones of a student are looked at
 * again and again.
 */
import { lexemesOf } from "./search-vector.ts";
import { withSuspended } from "./suspended-compounds.ts";
import { stemmedLanguage, type Forms } from "./word-forms.ts";
import { wordsOf, type Word } from "./words.ts";

export interface PassageWord extends Pick<Word, "text" | "start" | "end" | "position"> {
  /** What the index has of it. */
  forms: Forms;
}

export interface PassageWords {
  heading: PassageWord[];
  text: PassageWord[];
}

/** Some 10 kB each. */
const KEPT = 3000;
const known = new Map<string, PassageWords>();

export interface CuttablePassage {
  id: string;
  text: string;
  heading: string | null;
  /** Of its source, as it is stored. */
  language: string | null;
}

export function wordsOfPassage({ id, text, heading, language }: CuttablePassage): PassageWords {
  const code = stemmedLanguage(language);
  const key = code ? `${id} ${code}` : id;
  let words = known.get(key);
  // What was asked for last goes last.
  if (words) known.delete(key);
  else {
    if (known.size >= KEPT) known.delete(known.keys().next().value!);
    const languages = code ? [code] : [];
    words = {
      heading: heading ? wordsOfText(heading, languages) : [],
      text: wordsOfText(text, languages),
    };
  }
  known.set(key, words);
  return words;
}

/** @param languages of `stemmedLanguage` */
export function wordsOfText(text: string, languages: string[]): PassageWord[] {
  return withSuspended(wordsOf(text), text, languages).map((word) => ({
    text: word.text,
    start: word.start,
    end: word.end,
    position: word.position,
    forms: lexemesOf(word, languages),
  }));
}
