import { sql, type Insertable, type Selectable, type Updateable } from "kysely";
import type { Database } from "#database/types.ts";
import { telling } from "#server/changes.ts";
import { columns, columnsOf } from "#server/columns-of.ts";
import type { Queryable, Tx } from "#server/context.ts";
import { CITATION_COLUMNS, type CitationRow } from "#server/features/citations/citations.ts";
import { withoutBinned } from "#server/features/citations/without-binned.ts";
import { conversation, message } from "./shapes.ts";

const CONVERSATION = columnsOf(conversation);
export const MESSAGE = columnsOf(
  message,
  "sentences",
  "sentences_with_witness",
  "sentences_without_witness",
  "claims_without_witness",
  "from_materials",
  "citations",
  "siblings",
);

export type Message = Pick<Selectable<Database["messages"]>, (typeof MESSAGE)[number]>;

/** An answer that has been "streaming" for longer than any answer may take was lost with its server. */
const LONGEST_ANSWER_MINUTES = 10;

/** To the microsecond, as the column has it: two conversations of one millisecond keep their order. */
export const USED_AT = sql<string>`(extract(epoch from updated_at) * 1000000)::bigint::text`;

/**
 * Last used first. A cursor names a time of use and an id: what is used meanwhile moves to the top and is not told
 * twice.
 */
export async function listConversations(
  database: Queryable,
  userId: string,
  page: {
    limit: number;
    cursor?: string | undefined;
    q?: string | undefined;
    subject?: string | undefined;
  },
) {
  const [usedAt, id] = page.cursor?.split("_") ?? [];
  const like = page.q === undefined ? undefined : `%${page.q.replace(/[\\%_]/g, "\\$&")}%`;
  const rows = await database
    .selectFrom("conversations")
    .select(CONVERSATION)
    .select(USED_AT.as("used_at"))
    .where("user_id", "=", userId)
    .$if(page.cursor !== undefined, (query) =>
      query.where(
        sql<boolean>`(updated_at, id) < ('epoch'::timestamptz + ${usedAt}::bigint * interval '1 microsecond',
          ${id}::uuid)`,
      ),
    )
    .$if(page.subject !== undefined, (query) => query.where("subject", "=", page.subject!))
    .$if(like !== undefined, (query) =>
      query.where((eb) =>
        eb.or([
          eb("title", "ilike", like!),
          eb.exists(
            eb
              .selectFrom("messages")
              .select(sql`1`.as("one"))
              .where("messages.user_id", "=", userId)
              .whereRef("messages.conversation_id", "=", "conversations.id")
              .where("messages.content", "ilike", like!),
          ),
        ]),
      ),
    )
    .orderBy("updated_at", "desc")
    .orderBy("id", "desc")
    .limit(page.limit + 1)
    .execute();
  const last = rows.length > page.limit ? rows[page.limit - 1] : undefined;
  return {
    items: rows.slice(0, page.limit).map((row) => {
      const { used_at: _usedAt, ...conversation } = row;
      return conversation;
    }),
    next_cursor: last ? `${last.used_at}_${last.id}` : null,
  };
}

export function findConversation(database: Queryable, userId: string, id: string) {
  return database
    .selectFrom("conversations")
    .select(CONVERSATION)
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .executeTakeFirst();
}

/** Two questions at once take turns. */
export function lockConversation(tx: Tx, userId: string, id: string) {
  return tx
    .selectFrom("conversations")
    .select(CONVERSATION)
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
}

export function insertConversation(
  database: Queryable,
  values: Insertable<Database["conversations"]>,
) {
  return database
    .insertInto("conversations")
    .values(values)
    .returning(CONVERSATION)
    .executeTakeFirstOrThrow();
}

export function updateConversation(
  database: Queryable,
  userId: string,
  id: string,
  values: Updateable<Database["conversations"]>,
) {
  return database
    .updateTable("conversations")
    .set(values)
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .returning(CONVERSATION)
    .executeTakeFirst();
}

export function deleteConversation(database: Queryable, userId: string, id: string) {
  return database
    .deleteFrom("conversations")
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .returning("id")
    .executeTakeFirst();
}

export interface NewMessages {
  userId: string;
  conversationId: string;
  /** Undefined where another answer to one that is there was asked for. */
  question: { reply_to: string | null; content: string; materials: string } | { id: string };
  engine: string;
  model: string | null;
  /** Of the conversation, where the question gives it one. */
  title: string | undefined;
}

/** The question, its answer that is still empty, and the time of use of their conversation: one statement. */
export async function insertMessages(
  tx: Tx,
  { userId, conversationId, question, engine, model, title }: NewMessages,
) {
  const asked =
    "id" in question
      ? sql`select ${question.id}::uuid as id`
      : sql`
        insert into messages (user_id, conversation_id, reply_to, role, content, materials, completed_at)
        values (${userId}, ${conversationId}, ${question.reply_to}, 'user', ${question.content},
          ${question.materials}, clock_timestamp())
        returning id`;
  const { rows } = await sql<{ question_id: string; answer_id: string }>`
    with question as (${asked}),
    answer as (
      insert into messages (user_id, conversation_id, reply_to, role, status, engine, model)
      select ${userId}, ${conversationId}, id, 'assistant', 'streaming', ${engine}, ${model} from question
      returning id
    ),
    conversation as (
      update conversations set updated_at = now(), title = coalesce(${title ?? null}::text, title)
      where user_id = ${userId} and id = ${conversationId}
      returning id
    )
    select question.id as question_id, answer.id as answer_id,
      ${telling(userId, { kind: "conversation", id: conversationId, change: "updated" })}
    from question, answer, conversation`.execute(tx);
  return rows[0]!;
}

/** How the messages hang together, without their text. */
export function listMessageLinks(database: Queryable, userId: string, conversationId: string) {
  return database
    .selectFrom("messages")
    .select(["id", "reply_to", "role", "status"])
    .where("user_id", "=", userId)
    .where("conversation_id", "=", conversationId)
    .orderBy("id")
    .execute();
}

export type MessageLink = Awaited<ReturnType<typeof listMessageLinks>>[number];

export function readMessages(database: Queryable, userId: string, ids: string[]) {
  if (ids.length === 0) return Promise.resolve([]);
  return database
    .selectFrom("messages")
    .select(MESSAGE)
    .where("user_id", "=", userId)
    .where("id", "in", ids)
    .orderBy("id")
    .execute();
}

/** A way through a conversation as a language model needs it. */
export function readPath(database: Queryable, userId: string, ids: string[]) {
  if (ids.length === 0) return Promise.resolve([]);
  return database
    .selectFrom("messages")
    .select(["role", "content", "history_summary", "summarised_messages"])
    .where("user_id", "=", userId)
    .where("id", "in", ids)
    .orderBy("id")
    .execute();
}

export function findMessage(
  database: Queryable,
  userId: string,
  conversationId: string,
  id: string,
) {
  return database
    .selectFrom("messages")
    .select(MESSAGE)
    .where("user_id", "=", userId)
    .where("conversation_id", "=", conversationId)
    .where("id", "=", id)
    .executeTakeFirst();
}

const LOST_ANSWER = {
  status: "failed" as const,
  error_code: "model-failed",
  error_message: "The server stopped before this answer was complete. Please try again.",
  completed_at: sql<Date>`now()`,
};
const LOST_BEFORE = sql<Date>`now() - make_interval(mins => ${LONGEST_ANSWER_MINUTES})`;

export async function failLostAnswers(database: Queryable, userId: string, conversationId: string) {
  await database
    .updateTable("messages")
    .set(LOST_ANSWER)
    .where("user_id", "=", userId)
    .where("conversation_id", "=", conversationId)
    .where("status", "=", "streaming")
    .where("created_at", "<", LOST_BEFORE)
    .execute();
}

/** Of everybody: upkeep. */
export function failAllLostAnswers(tx: Tx) {
  return tx
    .updateTable("messages")
    .set(LOST_ANSWER)
    .where("status", "=", "streaming")
    .where("created_at", "<", LOST_BEFORE)
    .returning(["user_id", "conversation_id"])
    .execute();
}

/** While it is still streaming: true. A stop that another server took is learnt here. */
export async function keepAnswer(database: Queryable, userId: string, id: string, content: string) {
  const kept = await database
    .updateTable("messages")
    .set({ content })
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .where("status", "=", "streaming")
    .returning("id")
    .executeTakeFirst();
  return kept !== undefined;
}

export function stopAnswers(database: Queryable, userId: string, conversationId: string) {
  return database
    .updateTable("messages")
    .set({ status: "stopped", completed_at: sql`now()` })
    .where("user_id", "=", userId)
    .where("conversation_id", "=", conversationId)
    .where("status", "=", "streaming")
    .returning("id")
    .execute();
}

export interface WrittenAnswer extends Pick<
  Selectable<Database["messages"]>,
  | "content"
  | "error_code"
  | "error_message"
  | "history_summary"
  | "summarised_messages"
  | "dropped_citations"
> {
  status: "complete" | "stopped" | "failed";
}

/**
 * Stores an answer with its citations, and tells it: one statement, so all or nothing.
 *
 * @param citations rows without `message_id`
 * @returns the message as it is stored; undefined where the conversation was deleted meanwhile
 */
export async function storeAnswer(
  database: Queryable,
  userId: string,
  id: string,
  answer: WrittenAnswer,
  citations: object[],
) {
  const { rows } = await sql<Message & { cited: Omit<CitationRow, "message_id">[]; pg_notify: "" }>`
    with answer as (
      update messages set content = ${answer.content}, error_code = ${answer.error_code},
        error_message = ${answer.error_message},
        history_summary = ${answer.history_summary}, summarised_messages = ${answer.summarised_messages},
        dropped_citations = ${answer.dropped_citations}, completed_at = now(),
        -- Stopped stays stopped, whoever finishes later.
        status = case status when 'streaming' then ${answer.status} else status end
      where user_id = ${userId} and id = ${id}
      returning ${columns(MESSAGE)}
    ),
    cited as (
      insert into citations (user_id, message_id, ${columns(CITATION_COLUMNS)})
      select ${userId}, answer.id, ${columns(CITATION_COLUMNS, "row.")}
      from answer, ${citationRows(citations)}
      returning ${columns(CITATION_COLUMNS)}
    )
    select answer.*, coalesce((select jsonb_agg(cited order by number) from cited), '[]') as cited,
      ${telling(userId, { kind: "message", id, change: "created" })}
    from answer`.execute(database);
  return rows[0];
}

/** Rows without their owner and their message. */
export function citationRows(rows: object[]) {
  return sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
        number integer, quote text, source_title text, page integer, start_seconds float8, end_seconds float8,
        start_offset integer, end_offset integer, status text, transcription_id uuid, study_material_id uuid,
        recording_id uuid)`;
}

export async function readCitations(database: Queryable, userId: string, messageIds: string[]) {
  if (messageIds.length === 0) return [];
  const { rows } = await sql<CitationRow>`
    select citation.message_id, ${columns(CITATION_COLUMNS, "citation.")}
    from citations as citation
    where citation.user_id = ${userId} and citation.message_id = any(${messageIds}::uuid[])
    order by citation.message_id, citation.number`.execute(database);
  return withoutBinned(database, userId, rows);
}
