/** Sources whose title has every word of the question. */
import { sql } from "kysely";
import type { Queryable } from "#server/context.ts";
import type { PassageFilter, SourceKind } from "./filters.ts";
import { withoutAccents } from "./fold-text.ts";
import { lexemesOf } from "./search-vector.ts";
import { withSuspended } from "./suspended-compounds.ts";
import { wordsOf } from "./words.ts";

export interface SourceTitle {
  kind: SourceKind;
  id: string;
  title: string;
  subject: string | null;
}

const MOST_TITLES = 5;
/** The newest so many sources are looked through. */
const MOST_READ = 5000;
const MOST_ASKED = 10;
const KEPT = 20_000;

/** Newest first. */
export async function readTitles(
  database: Queryable,
  userId: string,
  filter: PassageFilter,
): Promise<SourceTitle[]> {
  const { rows } = await newestTitles(userId, filter).execute(database);
  return rows;
}

export function newestTitles(userId: string, { kind, subject, from, to }: PassageFilter) {
  const conditions = sql`
    user_id = ${userId}
    ${subject ? sql`and subject = ${subject}` : sql``}
    ${from ? sql`and created_at >= ${from}` : sql``} ${to ? sql`and created_at < ${to}` : sql``}`;
  const recordings = sql`select 'recording' as kind, id, title, subject, created_at from recordings
    where ${conditions}`;
  const materials = sql`select 'study_material' as kind, id, title, subject, created_at from study_materials
    where ${conditions}`;
  const both =
    kind === "recording"
      ? recordings
      : kind === "study_material"
        ? materials
        : sql`${recordings} union all ${materials}`;
  return sql<SourceTitle>`
    select kind, id, title, subject from (${both}) as source order by created_at desc, id limit ${MOST_READ}`;
}

/** A word fits where a word of the title begins with it or has a form in common with it. */
export function matchTitles(
  titles: SourceTitle[],
  asked: { text: string; lexemes: string[]; folded: string[] }[],
  languages: string[],
): SourceTitle[] {
  if (asked.length === 0) return [];
  const wanted = asked.slice(0, MOST_ASKED).map(({ text, lexemes, folded }) => ({
    lexemes: [...lexemes, ...folded],
    beginnings: [...new Set([text, withoutAccents(text)])],
  }));
  const found: SourceTitle[] = [];
  for (const title of titles) {
    const { lexemes, words } = wordsOfTitle(title.title, languages);
    const fits = wanted.every(
      (word) =>
        word.lexemes.some((lexeme) => lexemes.has(lexeme)) ||
        words.some((own) => word.beginnings.some((beginning) => own.startsWith(beginning))),
    );
    if (fits) found.push(title);
    if (found.length === MOST_TITLES) break;
  }
  return found;
}

interface TitleWords {
  lexemes: Set<string>;
  words: string[];
}

const known = new Map<string, TitleWords>();

/** Titles are read at each search and seldom change: what was cut once is kept. */
export function wordsOfTitle(title: string, languages: string[]): TitleWords {
  const key = `${languages.join()}\n${title}`;
  let words = known.get(key);
  if (!words) {
    if (known.size >= KEPT) known.clear();
    const cut = withSuspended(wordsOf(title), title, languages);
    words = {
      lexemes: new Set(
        cut.flatMap((word) => {
          const { exact, folded } = lexemesOf(word, languages);
          return [...exact, ...folded];
        }),
      ),
      words: [...new Set(cut.flatMap(({ text }) => [text, withoutAccents(text)]))],
    };
    known.set(key, words);
  }
  return words;
}
