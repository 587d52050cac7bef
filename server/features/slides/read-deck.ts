/** Deck and speech as stemmed words: what `align-slides.ts` compares. */
import { contentStemsOf } from "#server/features/search/search-vector.ts";
import { sentencesOf } from "#server/features/search/sentences.ts";
import type { DeckPage, SpokenSentence } from "./align-slides.ts";

export interface PageSection {
  page?: number;
  start_offset: number;
  end_offset: number;
}

interface TimedText {
  text: string;
  start_seconds: number;
  end_seconds: number;
}

/** A recogniser may give half a minute at once; labels and slides change faster. */
const LONGEST_SENTENCE_SECONDS = 15;

/** @returns pages from 1 in order, and sentences with their words, both without stop words. */
export function readDeck(
  deck: { content: string; sections: PageSection[]; page_count: number },
  segments: TimedText[],
  language: string | null,
): { pages: DeckPage[]; sentences: SpokenSentence[] } {
  const pageTexts = Array.from({ length: deck.page_count }, () => "");
  for (const { page, start_offset, end_offset } of deck.sections)
    if (page !== undefined && page <= deck.page_count)
      pageTexts[page - 1] += `\n${deck.content.slice(start_offset, end_offset)}`;
  const timed = segments.flatMap((segment) => cutSegment(segment, language));
  return {
    pages: pageTexts.map((text) => ({
      words: contentStemsOf(text, language),
      title: new Set(contentStemsOf(text.trim().split("\n")[0] ?? "", language)),
    })),
    sentences: timed.map(({ text, start_seconds, end_seconds }) => ({
      start_seconds,
      end_seconds,
      words: contentStemsOf(text, language),
    })),
  };
}

/** Neighbours become one until there are no more than `most`; of a lecture of two hours there are some 1,500. */
export function joinSentences(sentences: SpokenSentence[], most: number): SpokenSentence[] {
  const size = Math.ceil(sentences.length / Math.max(1, most));
  if (size <= 1) return sentences;
  return Array.from({ length: Math.ceil(sentences.length / size) }, (_, at) => {
    const joined = sentences.slice(at * size, (at + 1) * size);
    return {
      start_seconds: joined[0]!.start_seconds,
      end_seconds: joined.at(-1)!.end_seconds,
      words: joined.flatMap(({ words }) => words),
    };
  });
}

/** By sentences, each with its share of the time by its letters. */
function cutSegment(segment: TimedText, language: string | null): TimedText[] {
  const { text, start_seconds, end_seconds } = segment;
  if (end_seconds - start_seconds <= LONGEST_SENTENCE_SECONDS) return [segment];
  const at = (offset: number) =>
    start_seconds + ((end_seconds - start_seconds) * offset) / text.length;
  return sentencesOf(text, "spoken", language).map(({ start, end }) => ({
    text: text.slice(start, end),
    start_seconds: at(start),
    end_seconds: at(end),
  }));
}
