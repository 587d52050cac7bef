/**
 * Ids of passages of sources whose title has words that no passage has: a note that is called "Osmosis" need not say so
 * again.
 */
import { sql } from "kysely";
import type { Queryable } from "#server/context.ts";
import { SOURCES, type PassageFilter } from "./filters.ts";
import { askedLexemesOf } from "./search-vector.ts";
import { readTitles, wordsOfTitle } from "./titles.ts";
import { wordsOf } from "./words.ts";

const MOST_SOURCES = 3;
/** From the beginning of each: there a thing is introduced. */
const MOST_OF_SOURCE = 3;

export async function findByTitle(
  database: Queryable,
  userId: string,
  unknown: string[],
  languages: string[],
  filter: PassageFilter,
): Promise<string[]> {
  const asked = unknown.flatMap((word) =>
    wordsOf(word).map((each) => {
      const { exact, folded } = askedLexemesOf(each, languages);
      return [...exact, ...folded];
    }),
  );
  if (asked.length === 0) return [];
  const titles = await readTitles(database, userId, filter);
  const sources = titles
    .filter(({ id }) => filter.sourceId === undefined || id === filter.sourceId)
    .map((title) => {
      const { lexemes } = wordsOfTitle(title.title, languages);
      return {
        ...title,
        words: asked.filter((forms) => forms.some((form) => lexemes.has(form))).length,
      };
    })
    .filter(({ words }) => words > 0)
    .sort((a, b) => b.words - a.words)
    .slice(0, MOST_SOURCES);
  if (sources.length === 0) return [];
  const { rows } = await sql<{ id: string }>`
    select passage.id from passages as passage ${SOURCES}
    where passage.user_id = ${userId} and passage.number < ${MOST_OF_SOURCE}
      and coalesce(recording.id, material.id) = any (${sources.map(({ id }) => id)}::uuid[])
    order by passage.study_material_id, passage.transcription_id, passage.number
    limit ${MOST_SOURCES * MOST_OF_SOURCE}`.execute(database);
  return rows.map(({ id }) => id);
}
