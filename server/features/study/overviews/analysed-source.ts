/** A source cut into sentences with their words: what key terms, outlines, suggestions and teach-backs are made of. */
import type { SourceText } from "#server/features/citations/source-text.ts";
import { sentencesOf } from "#server/features/search/sentences.ts";
import { isStopWord, wordsOf, type Word } from "./words.ts";

/** A sentence of a source, with UTF-16 offsets in its text. */
export interface Sentence {
  source: SourceText;
  start: number;
  end: number;
  text: string;
  words: Word[];
  /** Keys of the words that say something. */
  keys: Set<string>;
  heading: string | undefined;
  /** Its place among the source's sentences. */
  number: number;
}

/** Longer sources are read to here: about ten books. */
const MOST_CHARACTERS = 4_000_000;

/** Of four million characters: 8 s of work. Only in the thread of study-aside.ts. */
export function analyse(source: SourceText): Sentence[] {
  const text = source.text.slice(0, MOST_CHARACTERS);
  const sections = source.sections.filter(
    ({ end_offset, start_offset }) => end_offset > start_offset,
  );
  const sentences: Sentence[] = [];
  let at = 0;
  for (const [number, span] of sentencesOf(text, source.lineFeeds, source.language).entries()) {
    while (at + 1 < sections.length && sections[at + 1]!.start_offset <= span.start) at += 1;
    const sentence = text.slice(span.start, span.end);
    const words = wordsOf(sentence, source.language);
    sentences.push({
      source,
      ...span,
      text: sentence,
      words,
      keys: new Set(
        words.filter((word) => !isStopWord(word.text, source.language)).map(({ key }) => key),
      ),
      heading: sections[at]?.heading,
      number,
    });
  }
  return sentences;
}
