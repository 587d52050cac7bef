import { sql, type RawBuilder } from "kysely";
import { ONE_PLAN } from "#database/named-statements.ts";
import type { Queryable } from "#server/context.ts";
import {
  filterConditions,
  isFiltered,
  SOURCES,
  type PassageFilter,
  type SourceKind,
} from "./filters.ts";
import { rarity, type QueryWords, type Term } from "./query-words.ts";
import { anyOf, quoteLexeme } from "./search-vector.ts";

export interface Ranked {
  id: string;
  /** BM25, or a sum of shares: a number without a unit, comparable within one question. */
  score: number;
}

export interface RankedByWords extends Ranked {
  /** The transcription or study material that the passage is a part of, and its number in it. */
  part_of: string;
  number: number;
  /** Of those that are looked at closely. */
  look: PassageLook | null;
}

/** What a closer look needs of a passage: nothing is cut for it that was cut when it was indexed. */
export interface PassageLook {
  /** Its words with their positions, as PostgreSQL writes a tsvector (search-vector.ts). */
  vector: string;
  title: string;
}

export interface FoundPassage {
  id: string;
  text: string;
  heading: string | null;
  page: number | null;
  start_seconds: number | null;
  end_seconds: number | null;
  start_offset: number;
  end_offset: number;
  source: { kind: SourceKind; id: string; title: string; transcription_id?: string };
  subject: string | null;
  /** Of the source: its words were stemmed by it. */
  language: string | null;
  created_at: Date;
}

// Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009.
export const K1 = 1.2;
// Passages are cut to one length; the shorter ones are ends, not summaries. Chosen on the tuning half
// (docs/answers.md).
const B = 0.3;
/** So many passages are scored at most: common words alone decide among those that the rare words found. */
export const CANDIDATES = 3000;
/** What an occurrence without the accents of the question counts. */
const FOLDED = 0.8;

/**
 * BM25 over the student's passages, computed where they are.
 *
 * @param limit of the ranking
 * @param looked so many of the best ones come with what a closer look needs
 */
export async function rankByWords(
  database: Queryable,
  userId: string,
  words: QueryWords,
  filter: PassageFilter,
  limit: number,
  looked = 0,
): Promise<RankedByWords[]> {
  if (words.terms.length === 0 || words.passages === 0) return [];
  // The plan is the same for all words: the index of the student's words.
  const plain = !isFiltered(filter) && words.phrases.length + words.without.length === 0;
  const { rows } = await sql<
    Omit<RankedByWords, "look"> & NullableLook
  >`${plain ? sql.raw(ONE_PLAN) : sql``}
    with candidate as materialized (
      select passage.id, passage.transcription_id, passage.study_material_id, passage.number,
        passage.search_vector as vector,
        ${K1 * (1 - B)}::float8 + ${(K1 * B) / words.meanLength}::float8 * length(passage.search_vector) as norm
      from passages as passage ${isFiltered(filter) ? SOURCES : sql``}
      where passage.user_id = ${userId} ${candidateConditions(words)} ${filterConditions(filter)}
      limit ${CANDIDATES * 4}
    ), best as (
      select *, ${scoreOf(words)} as score from candidate order by score desc, id limit ${limit}
    ), placed as (
      select *, row_number() over (order by score desc, id) <= ${looked} as is_looked from best
    )
    select id, coalesce(transcription_id, study_material_id) as part_of, number, score,
      case when is_looked then vector::text end as vector, ${titleOf(userId, sql`is_looked`)} as title
    from placed order by score desc, id`.execute(database);
  return rows.map(({ vector, title, ...row }) => ({ ...row, look: lookOf(vector, title) }));
}

interface NullableLook {
  vector: string | null;
  title: string | null;
}

function lookOf(vector: string | null, title: string | null): PassageLook | null {
  return vector === null || title === null ? null : { vector, title };
}

/** Of the source of a passage; looked up for those that fulfil the condition. */
function titleOf(userId: string, condition: RawBuilder<unknown>) {
  return sql`case when not ${condition} then null when study_material_id is not null
    then (select title from study_materials as material where material.user_id = ${userId}
      and material.id = study_material_id)
    else (select recording.title from transcriptions as transcription
      join recordings as recording on recording.user_id = ${userId} and recording.id = transcription.recording_id
      where transcription.user_id = ${userId} and transcription.id = transcription_id) end`;
}

/** For the closer look, where the ranking by words did not give it. */
export async function lookAt(
  database: Queryable,
  userId: string,
  ids: string[],
): Promise<Map<string, PassageLook>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ id: string } & NullableLook>`
    select id, search_vector::text as vector, ${titleOf(userId, sql`true`)} as title
    from passages where user_id = ${userId} and id = any (${ids}::uuid[])`.execute(database);
  return new Map(
    rows.flatMap(({ id, vector, title }) => {
      const look = lookOf(vector, title);
      return look ? [[id, look]] : [];
    }),
  );
}

/** Forms that one word may have, and words that a question may have of so many: others are filled up with nothing. */
const FORMS = [1, 2, 4, 8, 16, 40];
const WORDS = [1, 2, 3, 4, 6, 8, 12, 16, 24];
/** No word is so. */
const NOTHING = { query: quoteLexeme("~"), counts: 1 };

/**
 * The sum of what each term weighs. Questions have few shapes: the text of the statement is the same for most of them,
 * and is parsed and planned once.
 */
function scoreOf(words: QueryWords) {
  const terms = words.terms.map((term) => ({
    idf: term.weight * rarity(term.passages, words.passages),
    forms: [
      ...term.lexemes.map((lexeme) => ({ query: quoteLexeme(lexeme), counts: 1 })),
      ...term.folded.map((lexeme) => ({ query: quoteLexeme(lexeme), counts: FOLDED })),
    ],
  }));
  const filled = terms.map(({ idf, forms }) => ({ idf, forms: fillUp(forms, FORMS, NOTHING) }));
  const byForms = Map.groupBy(filled, ({ forms }) => forms.length);
  const slots = [...byForms.entries()]
    .sort(([a], [b]) => a - b)
    .flatMap(([length, own]) =>
      fillUp(own, WORDS, { idf: 0, forms: Array.from({ length }, () => NOTHING) }),
    );
  return sql.join(slots.map(weigh), sql` + `);
}

function fillUp<T>(list: T[], lengths: number[], nothing: T): T[] {
  const wanted = lengths.find((length) => length >= list.length) ?? list.length;
  return [...list, ...Array.from({ length: wanted - list.length }, () => nothing)];
}

/**
 * One term's share of the score. ts_rank of a single lexeme is 0.1 * (1 + 1/4 + … + 1/n²) / 1.645 for n occurrences,
 * which gives n back: 1 / (1.645 - sum) - 0.5, right to 5 % for every n.
 */
function weigh({ idf, forms }: { idf: number; forms: (typeof NOTHING)[] }) {
  const counts = forms.map(({ query, counts: weight }) => {
    const count = sql`(case when vector @@ ${query}::tsquery
      then 1 / (1.645 - ts_rank(vector, ${query}::tsquery) * 16.4493406685) - 0.5 else 0 end)`;
    return forms.length === 1 ? count : sql`${weight}::float8 * ${count}`;
  });
  // The forms of one word stand at one place: the most of them, not the sum.
  const most = counts.length === 1 ? counts[0]! : sql`greatest(${sql.join(counts)})`;
  // most * (k1 + 1) / (most + norm), counted once.
  return sql`${idf * (K1 + 1)}::float8 * (1 - norm / (${most} + norm))`;
}

export function candidateConditions(words: QueryWords): RawBuilder<unknown> {
  return sql`and passage.search_vector @@ ${candidateQuery(words)}::tsquery ${operatorConditions(words)}`;
}

/** The rarest words that together stay within the bound; a passage that has none of them could hardly win. */
function candidateQuery({ terms }: QueryWords) {
  const chosen: Term[] = [];
  let sum = 0;
  for (const term of terms) {
    if (chosen.length > 0 && sum + term.passages > CANDIDATES) break;
    chosen.push(term);
    sum += term.passages;
  }
  const any = chosen.map((term) => `(${anyOf(lexemesOfTerm(term))})`).join(" | ");
  // Only common words: passages that have the two rarest of them.
  const second = terms[chosen.length];
  return sum > CANDIDATES && second ? `(${any}) & (${anyOf(lexemesOfTerm(second))})` : any;
}

function lexemesOfTerm({ lexemes, folded }: Term) {
  return [...lexemes, ...folded];
}

function operatorConditions({ phrases, without }: QueryWords) {
  return sql.join(
    [
      ...phrases.map((phrase) => sql`and passage.search_vector @@ ${phrase}::tsquery`),
      ...without.map((phrase) => sql`and not passage.search_vector @@ ${phrase}::tsquery`),
    ],
    sql` `,
  );
}

/** The passages themselves, in the order of the ranking, with its score (a number without a unit). */
export async function readPassages(
  database: Queryable,
  userId: string,
  ranked: Ranked[],
): Promise<(FoundPassage & { score: number })[]> {
  if (ranked.length === 0) return [];
  const { rows } = await sql<Omit<FoundPassage, "source"> & SourceColumns & { score: number }>`
    select passage.id, passage.text, passage.heading, passage.page, passage.start_seconds, passage.end_seconds,
      passage.start_offset, passage.end_offset,
      passage.transcription_id, coalesce(recording.id, material.id) as source_id,
        coalesce(recording.title, material.title) as source_title,
      coalesce(recording.subject, material.subject) as subject,
        coalesce(recording.created_at, material.created_at) as created_at,
      passage.language, ranked.score
    from unnest(${ranked.map(({ id }) => id)}::uuid[], ${ranked.map(({ score }) => score)}::float8[])
      with ordinality as ranked (id, score, place)
      join passages as passage on passage.user_id = ${userId} and passage.id = ranked.id
      ${SOURCES}
    order by ranked.place`.execute(database);
  return rows.map(({ source_id, source_title, transcription_id, ...row }) => ({
    ...row,
    source: {
      kind: (transcription_id ? "recording" : "study_material") as SourceKind,
      id: source_id,
      title: source_title,
      ...(transcription_id ? { transcription_id } : {}),
    },
  }));
}

interface SourceColumns {
  transcription_id: string | null;
  source_id: string;
  source_title: string;
}
