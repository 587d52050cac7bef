/** Everything that a student has about a subject, as suggestions see it. */
import { sql } from "kysely";
import type { Queryable } from "#server/context.ts";
import {
  lineFeedsFor,
  type SourceRow,
  type SourceText,
} from "#server/features/citations/source-text.ts";
import { analyse, type Sentence } from "#server/features/study/overviews/analysed-source.ts";
import { keyTerms, readRarity, type KeyTerm } from "#server/features/study/overviews/key-terms.ts";
import { lexRank } from "#server/features/study/overviews/lexrank.ts";
import { isStopWord } from "#server/features/study/overviews/words.ts";

export interface Course {
  /** Of the sources that were asked for. */
  sentences: Sentence[];
  /** How much a sentence matters in its source, 0 to 1. */
  weight: Map<Sentence, number>;
  terms: KeyTerm[];
  /** Of the whole subject: wrong options come from here, and are checked against it. */
  allSentences: Sentence[];
  allTerms: KeyTerm[];
  sentencesWith(key: string): Sentence[];
}

export type Scope =
  | { source: { kind: "recording" | "study_material"; id: string }; subject?: undefined }
  | { subject: string; source?: undefined };

/** A subject of more text than this (some twenty books) is read to here, newest first. */
const MOST_CHARACTERS = 8_000_000;
const MOST_TERMS = 80;

/** @returns undefined when there is nothing to read. */
export async function readCourse(
  database: Queryable,
  userId: string,
  scope: Scope,
): Promise<Course | undefined> {
  const sources = await readSources(database, userId, scope);
  const asked = sources.filter(({ id }) => !scope.source || id === scope.source.id);
  if (asked.length === 0) return undefined;
  const all = sources.map((source) => analyse(source));
  const sentences = all.filter((_, at) => asked.includes(sources[at]!));
  const weight = new Map<Sentence, number>();
  for (const own of sentences) {
    const scores = lexRank(own);
    const most = scores.reduce((highest, score) => Math.max(highest, score), 1e-9);
    for (const [at, sentence] of own.entries()) weight.set(sentence, scores[at]! / most);
  }
  const allSentences = all.flat();
  const rarity = await readRarity(database, userId, allSentences);
  const index = new Map<string, Sentence[]>();
  for (const sentence of allSentences)
    for (const key of sentence.keys) {
      const having = index.get(key);
      if (having) having.push(sentence);
      else index.set(key, [sentence]);
    }
  return {
    sentences: sentences.flat(),
    weight,
    terms: keyTerms(sentences.flat(), MOST_TERMS, rarity),
    allSentences,
    allTerms: keyTerms(allSentences, 2 * MOST_TERMS, rarity),
    sentencesWith: (key) => index.get(key) ?? [],
  };
}

async function readSources(database: Queryable, userId: string, scope: Scope) {
  const subject = scope.source
    ? sql`(select subject from recordings where user_id = ${userId} and id = ${scope.source.id}
        union all select subject from study_materials where user_id = ${userId} and id = ${scope.source.id} limit 1)`
    : sql`${scope.subject}`;
  const also = scope.source ? sql`or item.id = ${scope.source.id}` : sql``;
  const { rows } = await sql<SourceRow>`
    select * from (
      select 'recording' as kind, recording.id, recording.title, recording.subject, transcription.language,
        transcription.id as transcription_id, transcription.text, '[]'::jsonb as sections, null as material_kind
      from recordings as recording
        join transcriptions as transcription on transcription.user_id = recording.user_id
          and transcription.recording_id = recording.id
          and transcription.is_current
      where recording.user_id = ${userId}
      union all
      select 'study_material', id, title, subject, language, null, content, sections, kind
      from study_materials where user_id = ${userId} and status = 'ready'
    ) as item
    where (item.subject = ${subject} ${also}) and length(item.text) > 0
    order by ${scope.source ? sql`item.id = ${scope.source.id} desc,` : sql``} item.id desc limit 200`.execute(
    database,
  );
  let characters = 0;
  return rows.flatMap(({ material_kind, ...row }): SourceText[] => {
    characters += row.text.length;
    if (characters > MOST_CHARACTERS && characters > row.text.length) return [];
    return [{ ...row, lineFeeds: lineFeedsFor(material_kind) }];
  });
}

/** Is it more than words that say nothing? */
export function saysSomething(text: string, language: string | null) {
  return text.split(/\s+/).some((word) => !isStopWord(word, language));
}
