/**
 * A question as the index sees it.
 *
 * - **Lexeme**: what PostgreSQL's text search stores for a word, in one language (`stages` is `stage` in English).
 * - **Term**: one word of the question with its lexemes in every language of the student's sources; a passage has the term
 *   when it has one of them.
 */
import { sql } from "kysely";
import type { Queryable } from "#server/context.ts";
import { searchConfigFor, spacedOut } from "./languages.ts";

export interface Term {
  lexemes: string[];
  /** 1, or less for a word that only an earlier question had. */
  weight: number;
  /** Of how many of this student's passages. */
  passages: number;
  /** Set when the word as written is in no passage and a near one took its place. */
  corrected_from?: string;
}

export interface QueryWords {
  /** Rarest first; words that are in no passage are left out. */
  terms: Term[];
  /** Words of the question that no passage has, nor anything near them. */
  unknown: string[];
  /** Each must stand in the passage as it is written: what the student put in quotation marks. */
  phrases: string[];
  passages: number;
  meanLength: number;
}

/** More words than this (a pasted paragraph) add cost and no sense: the rarest are kept. */
const MOST_TERMS = 24;
const CONTEXT_WEIGHT = 0.5;

export async function readQuery(
  database: Queryable,
  userId: string,
  q: string,
): Promise<QueryWords> {
  const configs = await configsOf(database, userId);
  const text = spacedOut(q) ?? q;
  const { rows } = await sql<{
    position: number;
    lexeme: string;
    passages: number;
    configs: string[];
  }>`
    select word.positions[1] as position, word.lexeme, coalesce(max(known.passages), 0) as passages, array_agg(distinct config::text) as configs
    from unnest(${configs}::regconfig[]) as config, unnest(to_tsvector(config, ${text})) as word
      left join search_words as known on known.user_id = ${userId} and known.word = word.lexeme
    group by 1, 2 order by 1`.execute(database);
  const totals = await database
    .selectFrom("search_totals")
    .select(["passages", "words"])
    .where("user_id", "=", userId)
    .executeTakeFirst();

  const byPosition = Map.groupBy(rows, ({ position }) => position);
  const terms: Term[] = [];
  const unknown: string[] = [];
  for (const words of byPosition.values()) {
    const present = words.filter(({ passages }) => passages > 0);
    if (present.length > 0) {
      terms.push({
        weight: 1,
        lexemes: present.map(({ lexeme }) => lexeme),
        passages: Math.max(...present.map(({ passages }) => passages)),
      });
      continue;
    }
    // What one of the languages drops (`what`, `of`) is not a word to look for in the others.
    if (new Set(words.flatMap((word) => word.configs)).size < configs.length) continue;
    const near = await findNearWords(
      database,
      userId,
      words.map(({ lexeme }) => lexeme),
    );
    if (near) terms.push(near);
    else unknown.push(words[0]!.lexeme);
  }
  terms.sort((a, b) => a.passages - b.passages);
  const passages = totals?.passages ?? 0;
  return {
    terms: terms.slice(0, MOST_TERMS),
    unknown,
    phrases: [...q.matchAll(/"([^"]{2,200})"/g)].map(([, phrase]) => phrase!),
    passages,
    meanLength: passages > 0 ? Number(totals!.words) / passages : 1,
  };
}

/** Words of earlier questions, for one that leans on them. */
export function withContext(words: QueryWords, context: QueryWords): QueryWords {
  const own = new Set(words.terms.flatMap(({ lexemes }) => lexemes));
  const added = context.terms
    .filter(({ lexemes }) => !lexemes.some((lexeme) => own.has(lexeme)))
    .map((term) => ({ ...term, weight: CONTEXT_WEIGHT }));
  return {
    ...words,
    terms: [...words.terms, ...added].sort((a, b) => a.passages - b.passages).slice(0, MOST_TERMS),
  };
}

/** Inverse document frequency as in BM25, never below 0. */
export function rarity(having: number, all: number) {
  return Math.log(1 + Math.max(0, all - having + 0.5) / (having + 0.5));
}

/** `simple` is always one of them: it keeps a word that every other language drops or cuts. */
async function configsOf(database: Queryable, userId: string) {
  const { rows } = await sql<{ language: string | null }>`
    select language from study_materials where user_id = ${userId}
    union select language from transcriptions where user_id = ${userId}`.execute(database);
  return [...new Set(["simple", ...rows.map(({ language }) => searchConfigFor(language))])];
}

/** A misspelt word: the student's own words that are one letter away (two in long words), the commonest first. */
async function findNearWords(
  database: Queryable,
  userId: string,
  lexemes: string[],
): Promise<Term | undefined> {
  const asked = lexemes.filter((lexeme) => lexeme.length >= 4 && /^\p{L}+$/u.test(lexeme));
  if (asked.length === 0) return undefined;
  const { rows } = await sql<{ word: string; passages: number }>`
    select word, passages from search_words
    where user_id = ${userId} and passages > 0 and (${sql.join(
      asked.map((lexeme) => sql`word % ${lexeme}`),
      sql` or `,
    )})
    limit 200`.execute(database);
  const near = rows
    .map((row) => ({
      ...row,
      distance: Math.min(
        ...asked.map((lexeme) => editDistance(lexeme, row.word) / (lexeme.length >= 8 ? 2 : 1)),
      ),
    }))
    .filter(({ distance }) => distance <= 1)
    .sort((a, b) => a.distance - b.distance || b.passages - a.passages);
  const best = near.filter(({ distance }) => distance === near[0]!.distance).slice(0, 3);
  if (best.length === 0) return undefined;
  return {
    weight: 1,
    lexemes: best.map(({ word }) => word),
    passages: Math.max(...best.map(({ passages }) => passages)),
    corrected_from: asked[0]!,
  };
}

/** Damerau-Levenshtein (optimal string alignment): swapped neighbours count as one. */
function editDistance(a: string, b: string) {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}

/** Text of a tsquery that matches any of the lexemes. */
export function anyOf(lexemes: string[]) {
  return lexemes
    .map((lexeme) => `'${lexeme.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`)
    .join(" | ");
}
