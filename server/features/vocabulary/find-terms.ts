/**
 * The terms of a subject, of all that the student wrote or was given of it: it runs in the thread of study-aside.ts,
 * where nobody waits for it.
 */
import { sql } from "kysely";
import type { Context, Queryable } from "#server/context.ts";
import { lineFeedsFor, witnessAt, type SourceRow } from "#server/features/citations/source-text.ts";
import { analyse, type Sentence } from "#server/features/study/overviews/analysed-source.ts";
import { readRarity } from "#server/features/study/overviews/key-terms.ts";
import { wordsOf } from "#server/features/study/overviews/words.ts";
import { isCommon } from "./common-words.ts";
import { mineTerms } from "./mine-terms.ts";
import type { NewTermRow } from "./queries.ts";

/** Some five books, newest first: 3 s of work. */
const MOST_CHARACTERS = 2_000_000;
const MOST_SOURCES = 300;

/** What the student wrote into transcripts comes first: it is known to be misheard. */
export async function findTerms(
  { database }: Pick<Context, "database">,
  userId: string,
  subject: string | null,
): Promise<NewTermRow[]> {
  const found = new Map<string, NewTermRow>();
  const corrected = await correctedWords(database, userId, subject);
  for (const row of corrected) found.set(row.term.toLowerCase(), row);
  for (const row of await writtenTerms(database, userId, subject)) {
    const key = row.term.toLowerCase();
    if (!found.has(key)) found.set(key, row);
  }
  return [...found.values()];
}

async function writtenTerms(database: Queryable, userId: string, subject: string | null) {
  const sentences: Sentence[] = [];
  for (const row of await readMaterials(database, userId, subject)) {
    const { material_kind, ...source } = row;
    for (const sentence of analyse({ ...source, lineFeeds: lineFeedsFor(material_kind) }))
      sentences.push(sentence);
  }
  const rarity = await readRarity(database, userId, sentences);
  return mineTerms(sentences, rarity).map(({ term, count, sentence }): NewTermRow => {
    // A sentence of a slide may be a whole page.
    const at = sentence.text.toLowerCase().indexOf(term.toLowerCase());
    const start = sentence.text.length > 600 ? Math.max(0, at - 200) : 0;
    const end = Math.min(sentence.text.length, start + 600);
    const witness = witnessAt(sentence.source, {
      start: sentence.start + start,
      end: sentence.start + end,
    });
    return {
      term,
      origin: "materials",
      count,
      quote: witness.quote,
      study_material_id: sentence.source.id,
      transcription_id: null,
      page: witness.page ?? null,
      start_offset: witness.start_offset,
      end_offset: witness.end_offset,
    };
  });
}

export async function readMaterials(database: Queryable, userId: string, subject: string | null) {
  const { rows } = await sql<SourceRow>`
    select * from (
      select 'study_material' as kind, id, title, subject, language, null as transcription_id, content as text,
        sections, kind as material_kind, sum(length(content)) over (order by id desc) as before
      from study_materials
      where user_id = ${userId} and status = 'ready' and subject is not distinct from ${subject} and length(content) > 0
      order by id desc limit ${MOST_SOURCES}
    ) as item where before <= ${MOST_CHARACTERS} or before = length(text)`.execute(database);
  return rows;
}

/** Uncommon words that stand in a corrected part of a transcript and not in what the engine heard there. */
async function correctedWords(database: Queryable, userId: string, subject: string | null) {
  const { rows: versions } = await sql<{ id: string; language: string | null }>`
    select version.id, version.language from transcriptions as version
      join recordings as recording on recording.user_id = version.user_id and recording.id = version.recording_id
    where version.user_id = ${userId} and version.is_current and version.edited_at is not null
      and recording.subject is not distinct from ${subject}
    order by version.id desc limit 50`.execute(database);
  const found: NewTermRow[] = [];
  for (const { id, language } of versions) {
    const segments = await database
      .selectFrom("transcription_segments")
      .select(["text", "original"])
      .where("user_id", "=", userId)
      .where("transcription_id", "=", id)
      .orderBy("number")
      .execute();
    let offset = 0;
    for (const { text, original } of segments) {
      if (original) found.push(...newWords(id, language, text, original.text, offset));
      offset += text.length + 1;
    }
  }
  return found;
}

function newWords(
  transcription_id: string,
  language: string | null,
  text: string,
  original: string,
  start_offset: number,
) {
  const heard = new Set(wordsOf(original, language).map(({ key }) => key));
  return wordsOf(text, language).flatMap(({ text: word, key }): NewTermRow[] => {
    if (heard.has(key) || [...word].length < 4 || !/^\p{L}/u.test(word)) return [];
    if (isCommon(word, language)) return [];
    return [
      {
        term: word.replace(/['’]s$/, ""),
        origin: "correction",
        count: 1,
        quote: text,
        transcription_id,
        study_material_id: null,
        page: null,
        start_offset,
        end_offset: start_offset + text.length,
      },
    ];
  });
}
