/** A misspelt word: the student's own words that are one letter away (two in long words), the commonest first. */
import { sql } from "kysely";
import type { Queryable } from "#server/context.ts";

interface Misspelt {
  lexemes: string[];
  folded: string[];
}

export interface NearWords {
  lexemes: string[];
  passages: number;
}

const CANDIDATES = 200;

/**
 * One answer for each word, in their order. Trigrams find the candidates, of a sketch of each word in ASCII: what pg_trgm takes
 * for a letter depends on the server's locale, and in the C locale no other script has any.
 */
export async function findNearWords(
  database: Queryable,
  userId: string,
  misspelt: Misspelt[],
): Promise<(NearWords | undefined)[]> {
  const asked = misspelt.map(({ lexemes, folded }) =>
    [...new Set([...lexemes, ...folded])].filter(
      (lexeme) => lexeme.length >= 4 && /^[\p{L}\p{M}]+$/u.test(lexeme),
    ),
  );
  const sketches = asked.flatMap((lexemes, place) => lexemes.map((lexeme) => ({ place, lexeme })));
  if (sketches.length === 0) return misspelt.map(() => undefined);
  const { rows } = await sql<{ place: number; word: string; passages: number }>`
    select distinct asked.place, near.word, near.passages
    from unnest(${sketches.map(({ place }) => place)}::integer[], ${sketches.map(({ lexeme }) => lexeme)}::text[]) as asked (place, lexeme),
      lateral (
        select word, passages from search_words
        where user_id = ${userId} and ascii_sketch(word) % ascii_sketch(asked.lexeme) and passages > 0
        limit ${CANDIDATES}
      ) as near`.execute(database);
  const byPlace = Map.groupBy(rows, ({ place }) => place);
  return misspelt.map((_, place) => nearest(asked[place]!, byPlace.get(place) ?? []));
}

function nearest(
  asked: string[],
  rows: { word: string; passages: number }[],
): NearWords | undefined {
  const near = rows
    .map((row) => ({
      ...row,
      distance: Math.min(
        ...asked.map((lexeme) => editDistance(row.word, lexeme) / (lexeme.length >= 8 ? 2 : 1)),
      ),
    }))
    .filter(({ distance }) => distance < MOST_EDITS)
    .sort((a, b) => a.distance - b.distance || b.passages - a.passages);
  const best = near.filter(({ distance }) => distance === near[0]!.distance).slice(0, 3);
  if (best.length === 0) return undefined;
  return {
    lexemes: best.map(({ word }) => word),
    passages: Math.max(...best.map(({ passages }) => passages)),
  };
}

/** One letter, and what is left over. */
const MOST_EDITS = 1.1;

/** A stem is shorter than its word by so much; a wrong letter there hides what the stemmer would have cut. */
const ENDING = 3;
const SHORTEST_STEM = 5;
/** What is left over of the word counts little, so that a whole match comes first. */
const LEFT_OVER = 0.01;

/**
 * Damerau-Levenshtein (optimal string alignment, swapped neighbours count as one) from a stem of the index to a word, or to
 * the word without its ending.
 */
function editDistance(stem: string, word: string) {
  if (stem.length > word.length + 2 || word.length > stem.length + 2 + ENDING) return 3;
  let before: number[] = [];
  let last = Array.from({ length: word.length + 1 }, (_, j) => j);
  for (let i = 1; i <= stem.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= word.length; j += 1) {
      const change = stem[i - 1] === word[j - 1] ? 0 : 1;
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + change);
      if (i > 1 && j > 1 && stem[i - 1] === word[j - 2] && stem[i - 2] === word[j - 1])
        cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
    }
    before = last;
    last = row;
  }
  let least = last[word.length]!;
  const shortest =
    stem.length < SHORTEST_STEM ? word.length : Math.max(SHORTEST_STEM, word.length - ENDING);
  for (let j = shortest; j < word.length; j += 1)
    least = Math.min(least, last[j]! + (word.length - j) * LEFT_OVER);
  return least;
}
