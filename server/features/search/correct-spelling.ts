/** A misspelt word: the student's own words that are one letter away (two in long words), the commonest first. */
import { sql } from "kysely";
import type { Queryable } from "#server/context.ts";

export interface Misspelt {
  lexemes: string[];
  folded: string[];
}

export interface NearWords {
  lexemes: string[];
  passages: number;
}

/** Of one word; more than these share a part with hardly any. */
const CANDIDATES = 500;
/** Fewer letters are near too much. */
const SHORTEST_ASKED = 4;
/** No word has it: words that begin with a letter stand before the letter and this. */
const LAST_LETTER = "\u{10ffff}";

export interface Candidate {
  /** Of the misspelt word among those that were asked for. */
  place: number;
  word: string;
  passages: number;
}

interface Spelt {
  place: number;
  lexeme: string;
}

/** What of the words can be misspelt. */
export function spelt(misspelt: Misspelt[]): Spelt[] {
  return misspelt.flatMap((word, place) => lettersOf(word).map((lexeme) => ({ place, lexeme })));
}

function lettersOf({ lexemes, folded }: Misspelt) {
  return [...new Set([...lexemes, ...folded])].filter(
    (lexeme) => lexeme.length >= SHORTEST_ASKED && /^[\p{L}\p{M}]+$/u.test(lexeme),
  );
}

/**
 * One answer for each word, in their order, whatever they begin with: every word of the student is looked at.
 */
export async function findNearWords(
  database: Queryable,
  userId: string,
  misspelt: Misspelt[],
): Promise<(NearWords | undefined)[]> {
  const words = spelt(misspelt);
  if (words.length === 0) return misspelt.map(() => undefined);
  const { rows } = await candidatesFor(userId, words, true).execute(database);
  return misspelt.map((word, place) => nearestOf(word, rows, place));
}

/**
 * One or two wrong letters leave a third of the word as it was: candidates have one of its thirds, and begin with its
 * first letter, or with its second where the first is too much, missing or changed places; or, with `anyBeginning`, as
 * they like.
 */
export function candidatesFor(userId: string, words: Spelt[], anyBeginning: boolean) {
  const asked = words.map(({ place, lexeme }) => {
    const letters = [...lexeme];
    const third = Math.max(2, Math.floor(letters.length / 3));
    const part = (from: number) => letters.slice(from, from + third).join("");
    return {
      place,
      length: letters.length,
      beginnings: [...new Set(letters.slice(0, 2))],
      parts: [part(0), part(third), part(2 * third)].filter(({ length }) => length >= 2),
    };
  });
  return sql<Candidate>`
    select distinct asked.place, near.word, near.passages
    from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as asked
      (place integer, length integer, beginnings text[], parts text[])
      ${anyBeginning ? sql`` : sql`, unnest(asked.beginnings) as beginning`}
      , lateral (
        select word, passages from search_words
        where user_id = ${userId} and passages > 0 and not starts_with(word, '~')
          ${
            anyBeginning
              ? sql``
              : sql`and word >= beginning collate "C"
            and word < (beginning || ${LAST_LETTER}) collate "C"`
          }
          and length(word) between asked.length - ${2 + ENDING} and asked.length + 2
          and (strpos(word, asked.parts[1]) > 0 or strpos(word, asked.parts[2]) > 0 or strpos(word, asked.parts[3]) > 0)
        limit ${CANDIDATES}
      ) as near`;
}

export function nearestOf(
  word: Misspelt,
  candidates: Candidate[],
  place: number,
): NearWords | undefined {
  const own = candidates.filter((row) => row.place === place);
  return own.length === 0 ? undefined : nearest(lettersOf(word), own);
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
 * Damerau-Levenshtein (optimal string alignment, swapped neighbours count as one) from a stem of the index to a word,
 * or to the word without its ending.
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
