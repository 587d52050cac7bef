import { sql, type RawBuilder } from "kysely";
import type { Queryable } from "#server/context.ts";
import {
  filterConditions,
  isFiltered,
  SOURCES,
  type PassageFilter,
  type SourceKind,
} from "./filters.ts";
import { rarity, type QueryWords, type Term } from "./query-words.ts";
import { anyOf } from "./search-vector.ts";

export interface Ranked {
  id: string;
  score: number;
}

export interface RankedByWords extends Ranked {
  /** The transcription or study material that the passage is a part of, and its number in it. */
  part_of: string;
  number: number;
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

/** BM25 over the student's passages, computed where they are. */
export async function rankByWords(
  database: Queryable,
  userId: string,
  words: QueryWords,
  filter: PassageFilter,
  limit: number,
): Promise<RankedByWords[]> {
  if (words.terms.length === 0 || words.passages === 0) return [];
  const score = sql.join(
    words.terms.map((term) => weigh(term, words)),
    sql` + `,
  );
  const { rows } = await sql<RankedByWords>`
    with candidate as materialized (
      select passage.id, coalesce(passage.transcription_id, passage.study_material_id) as part_of,
        passage.number, passage.search_vector as vector,
          ${K1 * (1 - B)}::float8 + ${(K1 * B) / words.meanLength}::float8 * length(passage.search_vector) as norm
      from passages as passage ${isFiltered(filter) ? SOURCES : sql``}
      where passage.user_id = ${userId} ${candidateConditions(words)} ${filterConditions(filter)}
      limit ${CANDIDATES * 4}
    )
    select id, part_of, number, ${score} as score from candidate order by score desc, id limit ${limit}`.execute(
    database,
  );
  return rows;
}

/**
 * One term's share of the score. ts_rank of a single lexeme is 0.1 * (1 + 1/4 + … + 1/n²) / 1.645 for n occurrences,
 * which gives n back: 1 / (1.645 - sum) - 0.5, right to 5 % for every n.
 */
function weigh(term: Term, words: QueryWords) {
  const idf = term.weight * rarity(term.passages, words.passages);
  const count = (lexeme: string) => {
    const rank = sql`ts_rank(vector, ${anyOf([lexeme])}::tsquery) * 16.4493406685`;
    return sql`(case when vector @@ ${anyOf([lexeme])}::tsquery then 1 / (1.645 - ${rank}) - 0.5 else 0 end)`;
  };
  const counts = [
    ...term.lexemes.map(count),
    ...term.folded.map((lexeme) => sql`${FOLDED}::float8 * ${count(lexeme)}`),
  ];
  // The forms of one word stand at one place: the most of them, not the sum.
  const most = counts.length === 1 ? counts[0]! : sql`greatest(${sql.join(counts)})`;
  return sql`${idf}::float8 * ${most} * ${K1 + 1}::float8 / (${most} + norm)`;
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

/** The passages themselves, in the order of the ranking. */
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
