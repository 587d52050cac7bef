/** What a student's index has: its size, its languages, and how many passages have a word. */
import { sql, type RawBuilder } from "kysely";
import { ONE_PLAN } from "#database/named-statements.ts";
import type { Queryable } from "#server/context.ts";
import { stemmedLanguage } from "./word-forms.ts";

export interface IndexTotals {
  /** Languages of the student's sources that have a stemmer. */
  languages: string[];
  passages: number;
  meanLength: number;
}

/** Lexeme -> how many of the student's passages have it; those that none has are missing. */
export type Known = Map<string, number>;

/**
 * Which lexemes a question has depends on the languages of the student's sources. They seldom change: those of last
 * time are tried first, and the answer says whether they still are.
 */
const languagesOf = new Map<string, string[]>();
const MOST = 20_000;

/** Languages of the student's sources that have a stemmer; undefined where this process does not know them. */
export function languagesOfLastTime(userId: string): string[] | undefined {
  return languagesOf.get(userId);
}

/** @param lexemesIn of the question, in these languages */
export async function countWords(
  database: Queryable,
  userId: string,
  lexemesIn: (languages: string[]) => string[],
): Promise<{ totals: IndexTotals; known: Known }> {
  for (let languages = languagesOf.get(userId) ?? []; ;) {
    const { totals, known } = await readCounts(database, userId, lexemesIn(languages));
    if (isSame(totals.languages, languages)) return { totals: { ...totals, languages }, known };
    languages = totals.languages;
    if (languagesOf.size >= MOST) languagesOf.clear();
    languagesOf.set(userId, languages);
  }
}

function isSame(a: string[], b: string[]) {
  return a.length === b.length && a.every((language) => b.includes(language));
}

async function readCounts(database: Queryable, userId: string, lexemes: string[]) {
  const { rows } = await sql<{
    languages: (string | null)[];
    passages: number | null;
    words: number | null;
    known: Record<string, number>;
  }>`${sql.raw(ONE_PLAN)}
    with recursive ${languagesIn("study_materials", userId)}, ${languagesIn("transcriptions", userId)}
    select array(
      select language from languages_of_study_materials union select language from languages_of_transcriptions
    ) as languages, total.passages, total.words,
      (select coalesce(json_object_agg(word, passages), '{}') from search_words
        where user_id = ${userId} and word = any(${[...new Set(lexemes)]}::text[]) and passages > 0) as known
    from (select) as one left join search_totals as total on total.user_id = ${userId}`.execute(
    database,
  );
  const { languages, passages, words, known } = rows[0]!;
  const totals: IndexTotals = {
    languages: [...new Set(languages.flatMap((language) => stemmedLanguage(language) ?? []))],
    passages: passages ?? 0,
    meanLength: passages ? Math.max(1, (words ?? 0) / passages) : 1,
  };
  return { totals, known: new Map(Object.entries(known)) };
}

/** From one language to the next in the index: a student has a few, and thousands of sources. */
function languagesIn(table: "study_materials" | "transcriptions", userId: string) {
  const name = sql.ref(`languages_of_${table}`);
  const next = (after: RawBuilder<unknown>) =>
    sql`(select language from ${sql.table(table)} where user_id = ${userId} and ${after} order by language limit 1)`;
  return sql`${name} as (
      select ${next(sql`language is not null`)} as language
      union all select ${next(sql`language > ${name}.language`)} from ${name} where language is not null
    )`;
}
