/**
 * How a word is written where nothing but the word itself decides: the first word of a sentence is written large for
 * that alone, and so is every word of a heading.
 */
import { baseLanguage } from "#server/features/search/word-forms.ts";
import type { Sentence } from "#server/features/study/overviews/analysed-source.ts";
import type { Word } from "#server/features/study/overviews/words.ts";
import { isCommon } from "./common-words.ts";

/** What English makes words of; a name seldom ends so. */
const ENGLISH_ENDING =
  /(?:tion|sion|ment|ness|ity|ism|ology|ics?|ical|able|ible|ive|ous|al|ing|ed|ant|ent|ance|ence|ary|ory|ates?|fy|i[sz]e[rds]?)s?$/;

export type Writer = (word: Word) => string;

interface Counted {
  small: number;
  large: Map<string, number>;
}

export function createWriter(sentences: Sentence[]): (sentence: Sentence) => Writer {
  const counted = new Map<string, Counted>();
  for (const sentence of sentences) {
    if (isHeadline(sentence)) continue;
    for (const [at, word] of sentence.words.entries()) {
      if (isFirst(sentence, word, at)) continue;
      const low = word.text.toLowerCase();
      let entry = counted.get(low);
      if (!entry) counted.set(low, (entry = { small: 0, large: new Map() }));
      if (word.text === low) entry.small += 1;
      else entry.large.set(word.text, (entry.large.get(word.text) ?? 0) + 1);
    }
  }
  return (sentence) => {
    const { language } = sentence.source;
    const headline = isHeadline(sentence);
    const shouting = isShouting(sentence);
    return (word) => {
      const low = word.text.toLowerCase();
      if (word.text === low) return word.text;
      const isPlace = headline || isFirst(sentence, word, sentence.words.indexOf(word));
      const entry = counted.get(low);
      const [often] = [...(entry?.large ?? [])].sort((a, b) => b[1] - a[1]);
      if (entry && (entry.small > 0 || often))
        return entry.small >= (often?.[1] ?? 0) ? low : isPlace ? often![0] : word.text;
      // "NFA" and "pH" are written so for themselves, wherever they stand.
      if (!shouting && /\p{L}.*\p{Lu}/u.test(word.text)) return word.text;
      if (!isPlace) return word.text;
      if (baseLanguage(language) === "de") return shouting ? capitalised(low) : word.text;
      if (!shouting && isBeforeName(sentence, word)) return word.text;
      if (isCommon(low, language) || ENGLISH_ENDING.test(low)) return low;
      return shouting && word.text.length > 5 ? capitalised(low) : word.text;
    };
  };
}

/** "Edward Titchener": a strange large word after a large one makes a name of both. */
function isBeforeName({ words, text, source }: Sentence, word: Word) {
  const next = words[words.indexOf(word) + 1];
  return (
    next !== undefined &&
    /^ (?:\p{Lu}\. )?$/u.test(text.slice(word.end, next.start)) &&
    /^\p{Lu}\p{Ll}/u.test(next.text) &&
    !ENGLISH_ENDING.test(next.text.toLowerCase()) &&
    !isCommon(next.text, source.language)
  );
}

function capitalised(word: string) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** After a point, a colon, a bullet or an opening mark a word stands as at a beginning. */
function isFirst({ text }: Sentence, { start }: Word, at: number) {
  return (
    at === 0 || /(?:^|[.:;!?•\-–—*|>("“„«\n])\s*$/u.test(text.slice(Math.max(0, start - 3), start))
  );
}

/** Most of its longer words are large, or there is hardly another word to tell by. */
function isHeadline({ words, source }: Sentence) {
  const long = words.filter(({ text }) => text.length > 3 && /^\p{L}/u.test(text));
  const large = long.filter(({ text }) => /^\p{Lu}/u.test(text)).length;
  if (baseLanguage(source.language) === "de") return words.length <= 2;
  return long.length <= 2 || large > long.length * 0.6;
}

function isShouting({ words }: Sentence) {
  const long = words.filter(({ text }) => /^\p{L}{3,}$/u.test(text));
  return (
    long.length > 0 &&
    long.filter(({ text }) => text === text.toUpperCase()).length > long.length * 0.6 &&
    (long.length > 2 || long.some(({ text }) => text.length > 5))
  );
}
