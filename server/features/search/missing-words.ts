/** Words of a question that no passage has: they may stand in a title, or be misspelt. */
import { sql } from "kysely";
import { ONE_PLAN } from "#database/named-statements.ts";
import type { Queryable } from "#server/context.ts";
import {
  candidatesFor,
  findNearWords,
  nearestOf,
  spelt,
  type Candidate,
  type Misspelt,
  type NearWords,
} from "./correct-spelling.ts";
import { newestTitles, wordsOfTitle } from "./titles.ts";

export interface MissingWord extends Misspelt {
  text: string;
}

export interface Looked<Word> {
  /** Those that stand in a title as they are written. */
  titled: Word[];
  /** The others, each with what may have been meant. */
  elsewhere: { word: Word; near: NearWords | undefined; isFormOfTitled: boolean }[];
}

/** So many misspelt words of a question are corrected: each costs a look through the student's words. */
const MOST_CORRECTED = 6;

/** Titles and near words in one statement. */
export async function lookUpMissing<Word extends MissingWord>(
  database: Queryable,
  userId: string,
  missing: Word[],
  languages: string[],
  { anyBeginning }: { anyBeginning: boolean },
): Promise<Looked<Word>> {
  if (missing.length === 0) return { titled: [], elsewhere: [] };
  // Some of them will turn out to stand in titles.
  const tried = missing.slice(0, 2 * MOST_CORRECTED);
  const { titles, candidates } = await readBoth(database, userId, tried);
  const own = titles.map((title) => wordsOfTitle(title, languages));
  const isTitled = ({ text }: Word) => own.some(({ words }) => words.includes(text));
  const titled = missing.filter(isTitled);
  const others = missing.filter((word) => !isTitled(word));
  const corrected = others.slice(0, MOST_CORRECTED);
  const near = new Map(
    corrected.map((word) => [word, nearestOf(word, candidates, tried.indexOf(word))]),
  );
  if (anyBeginning) {
    const unknown = corrected.filter((word) => near.get(word) === undefined);
    const found = await findNearWords(database, userId, unknown);
    for (const [i, word] of unknown.entries()) near.set(word, found[i]);
  }
  return {
    titled,
    elsewhere: others.map((word) => ({
      word,
      near: near.get(word),
      // A misspelt word may have a stem in common with one of a title ("leage", "league", as Spanish is stemmed).
      isFormOfTitled: own.some((title) =>
        [...word.lexemes, ...word.folded].some((lexeme) => title.lexemes.has(lexeme)),
      ),
    })),
  };
}

async function readBoth(database: Queryable, userId: string, missing: MissingWord[]) {
  const words = spelt(missing);
  const near =
    words.length === 0
      ? sql`null`
      : sql`(select json_agg(near) from (${candidatesFor(userId, words, false)}) as near)`;
  const { rows } = await sql<{
    titles: string[] | null;
    near: Candidate[] | null;
  }>`${sql.raw(ONE_PLAN)}
    select (select json_agg(title) from (${newestTitles(userId, {})}) as newest) as titles, ${near} as near`.execute(
    database,
  );
  return { titles: rows[0]!.titles ?? [], candidates: rows[0]!.near ?? [] };
}
