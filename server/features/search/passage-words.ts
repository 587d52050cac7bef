/**
 * A passage cut into words, kept for a while by its text: the best ones of a student are looked at again and again, and
 * students of one course have the same slides.
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

/** Some 20 kB each, with what is read of them (interactions/read-passage.ts). */
const KEPT = 2000;
const known = new Map<string, PassageWords>();

export interface CuttablePassage {
  text: string;
  heading: string | null;
  /** Of its source, as it is stored. */
  language: string | null;
}

/** @returns the same object for the same text as long as it is kept. */
export function wordsOfPassage({ text, heading, language }: CuttablePassage): PassageWords {
  const code = stemmedLanguage(language);
  // No text of the database has U+0000.
  const key = `${code}\0${heading ?? ""}\0${text}`;
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
function wordsOfText(text: string, languages: string[]): PassageWord[] {
  return withSuspended(wordsOf(text), text, languages).map((word) => ({
    text: word.text,
    start: word.start,
    end: word.end,
    position: word.position,
    forms: lexemesOf(word, languages),
  }));
}
