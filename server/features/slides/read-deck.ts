/** Deck and speech as stemmed words: what `align-slides.ts` compares. */
import { sql } from "kysely";
import type { Queryable } from "#server/context.ts";
import { searchConfigFor, spacedOut } from "#server/features/search/languages.ts";
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
export async function readDeck(
  database: Queryable,
  deck: { content: string; sections: PageSection[]; page_count: number },
  segments: TimedText[],
  language: string | null,
): Promise<{ pages: DeckPage[]; sentences: SpokenSentence[] }> {
  const pageTexts = Array.from({ length: deck.page_count }, () => "");
  for (const { page, start_offset, end_offset } of deck.sections)
    if (page !== undefined && page <= deck.page_count)
      pageTexts[page - 1] += `\n${deck.content.slice(start_offset, end_offset)}`;
  const timed = segments.flatMap((segment) => cutSegment(segment, language));
  const cutPages = pageTexts.map(wordsOf);
  const cutTitles = pageTexts.map((text) => wordsOf(text.trim().split("\n")[0] ?? ""));
  const cutSentences = timed.map(({ text }) => wordsOf(text));
  const stems = await stemsOf(
    database,
    searchConfigFor(language),
    new Set([...cutPages, ...cutTitles, ...cutSentences].flat()),
  );
  const stem = (words: string[]) => words.flatMap((word) => stems.get(word) ?? []);
  return {
    pages: cutPages.map((words, at) => ({
      words: stem(words),
      title: new Set(stem(cutTitles[at]!)),
    })),
    sentences: timed.map(({ start_seconds, end_seconds }, at) => ({
      start_seconds,
      end_seconds,
      words: stem(cutSentences[at]!),
    })),
  };
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

function wordsOf(text: string): string[] {
  const plain = text.normalize("NFKC").toLowerCase();
  return (spacedOut(plain) ?? plain).match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}

/** By PostgreSQL's Snowball dictionaries; a stop word has no stem. */
async function stemsOf(database: Queryable, config: string, words: Set<string>) {
  const dictionary = config === "simple" ? "simple" : `${config}_stem`;
  const { rows } = await sql<{ word: string; stem: string | null }>`
    select word, (ts_lexize(${dictionary}::regdictionary, word))[1] as stem
    from unnest(${[...words]}::text[]) as word`.execute(database);
  return new Map(rows.flatMap(({ word, stem }) => (stem ? [[word, [stem]] as const] : [])));
}
