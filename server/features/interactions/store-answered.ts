/** A question that is stored together with its answer (answer-at-once.ts). */
import { sql } from "kysely";
import { ONE_PLAN } from "#database/named-statements.ts";
import { columns } from "#server/columns-of.ts";
import type { Queryable } from "#server/context.ts";
import { CITATION_COLUMNS, type CitationRow } from "#server/features/citations/citations.ts";
import { tellSoon } from "#server/features/events/tell-soon.ts";
import { citationRows, MESSAGE, USED_AT, type Message } from "./queries.ts";

export interface OpenConversation {
  title: string;
  subject: string | null;
  source_kind: string | null;
  source_id: string | null;
  /** To the microsecond: every question changes it. */
  used_at: string;
  /** Id of its newest message. */
  newest: string | null;
  is_streaming: boolean;
}

export async function findOpenConversation(database: Queryable, userId: string, id: string) {
  const { rows } = await sql<OpenConversation>`${sql.raw(ONE_PLAN)}
    select title, subject, source_kind, source_id, ${USED_AT} as used_at,
      (select id from messages where user_id = ${userId} and conversation_id = ${id} order by id desc limit 1)
        as newest,
      exists (select from messages where user_id = ${userId} and conversation_id = ${id}
        and status = 'streaming') as is_streaming
    from conversations where user_id = ${userId} and id = ${id}`.execute(database);
  return rows[0];
}

export interface Answered {
  conversation: { id: string; used_at: string };
  /** Of the conversation, where the question gives it one. */
  title: string | undefined;
  question: Pick<Message, "reply_to" | "content" | "materials">;
  answer: { content: string; engine: string };
  /** Rows without `message_id`. */
  citations: object[];
}

interface AnsweredRow extends Message {
  used_at: string;
  question_id: string;
  question_created_at: Date;
  question_completed_at: Date;
  cited: Omit<CitationRow, "message_id">[];
}

/**
 * A question with its whole answer, told: one statement, so all or nothing.
 *
 * @returns undefined where the conversation is gone or was used since it was read
 */
export async function storeAnswered(
  database: Queryable,
  userId: string,
  { conversation, title, question, answer, citations }: Answered,
) {
  const { rows } = await sql<AnsweredRow>`${sql.raw(ONE_PLAN)}
    with conversation as (
      update conversations set updated_at = now(), title = coalesce(${title ?? null}::text, title)
      where user_id = ${userId} and id = ${conversation.id}
        and updated_at = 'epoch'::timestamptz + ${conversation.used_at}::bigint * interval '1 microsecond'
      returning id, ${USED_AT} as used_at
    ), ids as materialized (
      select id as conversation_id, new_id() as question, new_id() as answer from conversation
    ), message as (
      insert into messages (user_id, id, conversation_id, reply_to, role, content, materials, engine, completed_at)
      select ${userId}, own.id, conversation_id, own.reply_to, role, own.content, materials, engine, clock_timestamp()
      from ids cross join lateral (values
        (question, ${question.reply_to}::uuid, 'user', ${question.content}, ${question.materials}, null),
        (answer, question, 'assistant', ${answer.content}, 'first', ${answer.engine})
      ) as own (id, reply_to, role, content, materials, engine)
      returning ${columns(MESSAGE)}
    ), answer as (
      select * from message where role = 'assistant'
    ), question as (
      select * from message where role = 'user'
    ), cited as (
      insert into citations (user_id, message_id, ${columns(CITATION_COLUMNS)})
      select ${userId}, answer.id, ${columns(CITATION_COLUMNS, "row.")} from answer, ${citationRows(citations)}
      returning ${columns(CITATION_COLUMNS)}
    )
    select answer.*, conversation.used_at, question.id as question_id, question.created_at as question_created_at,
      question.completed_at as question_completed_at,
      coalesce((select json_agg(cited order by number) from cited), '[]') as cited
    from conversation, question, answer`.execute(database);
  const [row] = rows;
  if (!row) return undefined;
  tellSoon(database, userId, [
    { kind: "conversation", id: conversation.id, change: "updated" },
    { kind: "message", id: row.id, change: "created" },
  ]);
  return parted(row, question);
}

function parted(row: AnsweredRow, { reply_to, content, materials }: Answered["question"]) {
  const { used_at, question_id, question_created_at, question_completed_at, cited, ...answer } =
    row;
  const question: Message = {
    ...answer,
    id: question_id,
    reply_to,
    role: "user",
    content,
    materials,
    engine: null,
    created_at: question_created_at,
    completed_at: question_completed_at,
  };
  return { used_at, question, answer, cited };
}
