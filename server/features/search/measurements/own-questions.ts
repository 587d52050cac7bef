/** Questions that a student's own study asks, each with the places that answer it. */
import { sql } from "kysely";
import type { Queryable } from "#server/context.ts";

export interface Place {
  transcription_id: string | null;
  study_material_id: string | null;
  start_offset: number;
  end_offset: number;
}

export interface OwnQuestion {
  text: string;
  places: Place[];
}

/** Of each kind, chosen by their ids: the same ones at the next measurement. */
const MOST = 80;
/** Shorter ones ask nothing. */
const SHORTEST = 8;

/**
 * Cards and questions of quizzes by their witnesses, first questions to the tutor by what their answers quote, headings
 * by their parts.
 */
export async function ownQuestions(database: Queryable, userId: string): Promise<OwnQuestion[]> {
  const questions = [
    ...(await cardQuestions(database, userId)),
    ...(await quizQuestions(database, userId)),
    ...(await tutorQuestions(database, userId)),
    ...(await headings(database, userId)),
  ];
  const byText = new Map<string, OwnQuestion>();
  for (const { text, places } of questions) {
    const plain = plainText(text);
    if (plain.length < SHORTEST) continue;
    const known = byText.get(plain.toLowerCase());
    if (known) known.places.push(...places);
    else byText.set(plain.toLowerCase(), { text: plain, places });
  }
  return [...byText.values()];
}

interface Row extends Place {
  text: string;
}

const asQuestion = ({ text, ...place }: Row): OwnQuestion => ({ text, places: [place] });

async function cardQuestions(database: Queryable, userId: string) {
  const { rows } = await sql<Row & { kind: string; ordinal: number }>`
    select card.kind, card.ordinal, card.front as text, witness.transcription_id, witness.study_material_id,
      witness.start_offset, witness.end_offset
    from cards as card
      join card_witnesses as witness on witness.user_id = card.user_id and witness.card_id = card.id
      left join transcriptions as version on version.user_id = witness.user_id and version.id = witness.transcription_id
    where card.user_id = ${userId} and witness.status <> 'changed' and card.kind <> 'occlusion'
      and (witness.study_material_id is not null or version.is_current)
    order by md5(card.id::text) limit ${MOST}`.execute(database);
  return rows.map(({ kind, ordinal, ...row }) =>
    asQuestion({ ...row, text: kind === "cloze" ? withGap(row.text, ordinal) : row.text }),
  );
}

/** What is asked for is not in the question. */
function withGap(front: string, ordinal: number) {
  return front.replaceAll(
    /\{\{c(\d+)::((?:[^:}]|:(?!:)|\}(?!\}))*)(?:::(?:[^}]|\}(?!\}))*)?\}\}/g,
    (_gap, number: string, word: string) => (Number(number) === ordinal + 1 ? " " : word),
  );
}

async function quizQuestions(database: Queryable, userId: string) {
  const { rows } = await sql<Row & { kind: string }>`
    select question.kind, question.front as text, question.transcription_id, question.study_material_id,
      question.start_offset, question.end_offset
    from quiz_questions as question
      left join transcriptions as version on version.user_id = question.user_id
        and version.id = question.transcription_id
    where question.user_id = ${userId} and question.status <> 'changed' and question.quote is not null
      and (question.study_material_id is not null or version.is_current)
    order by md5(question.id::text) limit ${MOST}`.execute(database);
  return rows.map(({ kind, ...row }) =>
    asQuestion({ ...row, text: kind === "cloze" ? withGap(row.text, 0) : row.text }),
  );
}

/**
 * The first of a conversation: later ones lean on it. What was quoted then was found by the search, which is judged by
 * it.
 */
async function tutorQuestions(database: Queryable, userId: string): Promise<OwnQuestion[]> {
  const { rows } = await sql<Row & { id: string }>`
    select question.id, question.content as text, quoted.transcription_id, quoted.study_material_id,
      quoted.start_offset, quoted.end_offset
    from (
      select distinct on (conversation_id) id, conversation_id, content from messages
      where user_id = ${userId} and role = 'user' order by conversation_id, id
    ) as question
      join messages as answer on answer.user_id = ${userId} and answer.reply_to = question.id
        and answer.status = 'complete'
      join citations as quoted on quoted.user_id = ${userId} and quoted.message_id = answer.id
        and quoted.status <> 'changed'
      left join transcriptions as version on version.user_id = ${userId} and version.id = quoted.transcription_id
    where quoted.study_material_id is not null or version.is_current
    order by md5(question.id::text) limit ${MOST * 4}`.execute(database);
  return [...Map.groupBy(rows, ({ id }) => id).values()].slice(0, MOST).map((own) => ({
    text: own[0]!.text,
    places: own.map(({ id: _id, text: _text, ...place }) => place),
  }));
}

async function headings(database: Queryable, userId: string) {
  const { rows } = await sql<Row>`
    select section.heading as text, null as transcription_id, material.id as study_material_id,
      section.start_offset, section.end_offset
    from study_materials as material,
      jsonb_to_recordset(material.sections) as section (heading text, start_offset integer, end_offset integer)
    where material.user_id = ${userId} and material.status = 'ready' and section.heading is not null
      and section.end_offset > section.start_offset
    order by md5(material.id::text || section.start_offset) limit ${MOST}`.execute(database);
  return rows.map(asQuestion);
}

/** Markdown as it is read. */
function plainText(text: string) {
  return text
    .replaceAll(/!\[[^[\]]*\]\([^()]*\)/g, " ")
    .replaceAll(/\[([^[\]]*)\]\([^()]*\)/g, "$1")
    .replaceAll(/[*_`#>$]+/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, 1000);
}
