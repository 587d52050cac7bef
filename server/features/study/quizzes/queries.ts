import { sql } from "kysely";
import type { Queryable, Tx } from "#server/context.ts";
import {
  partWitness,
  toRow,
  WITNESS_COLUMNS,
  type Citation,
} from "#server/features/citations/citations.ts";
import { withoutBinned } from "#server/features/citations/without-binned.ts";
import type { Gradable } from "./grade-answer.ts";

export interface QuizRow {
  id: string;
  mode: "practice" | "exam";
  source_kind: "recording" | "study_material" | null;
  source_id: string | null;
  subject: string | null;
  seconds_allowed: number | null;
  created_at: Date;
  completed_at: Date | null;
}

export interface Question extends Gradable {
  id: string;
  number: number;
  front: string;
  card_id: string | null;
  answer: string | null;
  is_right: boolean | null;
  answered_at: Date | null;
  witness: Citation | null;
}

export type NewQuestion = Pick<
  Question,
  "kind" | "front" | "back" | "options" | "card_id" | "witness"
>;

const QUESTION_COLUMNS = [
  "id",
  "number",
  "kind",
  "front",
  "back",
  "options",
  "card_id",
  "answer",
  "is_right",
  "answered_at",
] as const;

const QUIZ = sql`id, mode, source_kind, source_id, subject, seconds_allowed, created_at, completed_at`;

export async function insertQuiz(
  tx: Tx,
  userId: string,
  quiz: Omit<QuizRow, "id" | "created_at" | "completed_at">,
  questions: NewQuestion[],
) {
  const { rows } = await sql<QuizRow>`
    insert into quizzes (user_id, mode, source_kind, source_id, subject, seconds_allowed)
    values (${userId}, ${quiz.mode}, ${quiz.source_kind}, ${quiz.source_id}, ${quiz.subject},
      ${quiz.seconds_allowed}) returning ${QUIZ}`.execute(tx);
  const { id } = rows[0]!;
  const items = questions.map(({ witness, ...question }, at) => {
    const {
      message_id: _m,
      number: _n,
      user_id: _u,
      ...columns
    } = witness ? toRow(userId, id, witness) : ({} as Partial<ReturnType<typeof toRow>>);
    return { ...columns, ...question, number: at + 1 };
  });
  await sql`
    insert into quiz_questions (user_id, quiz_id, number, kind, front, back, options, card_id, quote,
      recording_id, transcription_id,
      study_material_id, source_title, page, start_seconds, end_seconds, start_offset, end_offset, status)
    select ${userId}, ${id}, number, kind, front, back, case when jsonb_typeof(options) = 'array' then options
      end, card_id, quote,
      recording_id, transcription_id, study_material_id, source_title, page, start_seconds, end_seconds,
        start_offset, end_offset, coalesce(status, 'valid')
    from jsonb_to_recordset(${JSON.stringify(items)}::jsonb) as row
      (number smallint, kind text, front text, back text, options jsonb,
      card_id uuid, quote text, recording_id uuid, transcription_id uuid, study_material_id uuid,
        source_title text, page integer, start_seconds float8,
      end_seconds float8, start_offset integer, end_offset integer, status text)`.execute(tx);
  return rows[0]!;
}

export async function findQuiz(database: Queryable, userId: string, id: string, lock = false) {
  const { rows } = await sql<QuizRow>`
    select ${QUIZ} from quizzes where user_id = ${userId} and id = ${id} ${lock ? sql`for update` : sql``}`.execute(
    database,
  );
  return rows[0];
}

export async function listQuizzes(
  database: Queryable,
  userId: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
) {
  const { rows } = await sql<QuizRow & { right: number; of: number }>`
    select ${QUIZ},
      (select count(*)::integer from quiz_questions where quiz_questions.user_id = ${userId}
        and quiz_id = quizzes.id and is_right) as right,
      (select count(*)::integer from quiz_questions where quiz_questions.user_id = ${userId}
        and quiz_id = quizzes.id) as of
    from quizzes where user_id = ${userId} ${cursor ? sql`and id < ${cursor}` : sql``}
    order by id desc limit ${limit + 1}`.execute(database);
  return rows;
}

export async function readQuestions(database: Queryable, userId: string, quizId: string) {
  const rows = await database
    .selectFrom("quiz_questions")
    .select([...QUESTION_COLUMNS, ...WITNESS_COLUMNS])
    .where("user_id", "=", userId)
    .where("quiz_id", "=", quizId)
    .orderBy("number")
    .execute();
  return (await withoutBinned(database, userId, rows)).map((row): Question => {
    const { own, witness } = partWitness(row);
    return { ...own, witness };
  });
}

export async function writeAnswers(
  tx: Tx,
  userId: string,
  answers: { id: string; answer: string; is_right: boolean }[],
) {
  await sql`
    update quiz_questions as question set answer = row.answer, is_right = row.is_right, answered_at = now()
    from jsonb_to_recordset(${JSON.stringify(answers)}::jsonb) as row (id uuid, answer text, is_right boolean)
    where question.user_id = ${userId} and question.id = row.id and question.answered_at is null`.execute(
    tx,
  );
}
