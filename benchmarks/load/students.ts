/**
 * Students who are logged in and have a course: written into the database, as many as are wanted from one that was
 * indexed.
 */
import { sql, type Kysely } from "kysely";
import type { Database } from "#database/types.ts";
import { signToken } from "#server/features/authentication/access-tokens.ts";
import { embedMissing } from "#server/features/search/embed-passages.ts";
import { indexSource } from "#server/features/search/index-source.ts";
import type { Embeddings } from "#server/providers/embeddings/contract.ts";
import type { Secrets } from "#server/secrets.ts";
import { readFactbook, readQuestions } from "../search/factbook.ts";

export interface LoadStudent {
  token: string;
  conversationId: string;
}

/** The beginnings of so many countries are a student's course: some 150 passages, 30 pages. */
const COUNTRIES = 10;
const CHARACTERS = 6000;
/** Questions of each student, in the same conversation. */
const ASKED_BEFORE = 10;

function course() {
  return readFactbook()
    .slice(0, COUNTRIES)
    .map(({ name, text }) => ({ name, text: text.slice(0, CHARACTERS) }));
}

/** What a student asks: of what is in the course, and of what is not, for it stands further down. */
export function questionsAsked() {
  const names = new Set(course().map(({ name }) => name));
  return readQuestions(readFactbook(), () => true)
    .filter(({ country }) => names.has(country))
    .map(({ q }) => q);
}

export async function addStudents(
  database: Kysely<Database>,
  secrets: Secrets,
  many: number,
  engine: Embeddings | undefined,
): Promise<LoadStudent[]> {
  const { rows: users } = await sql<{ id: string }>`
    insert into users (email) select 'load-' || n || '@example.org' from generate_series(1, ${many}) as n
    returning id`.execute(database);
  const ids = users.map(({ id }) => id);
  await indexCourse(database, ids[0]!);
  for (let at = 1; at < ids.length; at += 100)
    await copyCourse(database, ids[0]!, ids.slice(at, at + 100));
  if (engine) await embedCourse(database, engine, ids[0]!);
  await sql`
    insert into refresh_tokens (user_id, family_id, token_hash, expires_at)
    select id, new_id(), sha256(id::text::bytea), now() + interval '1 day' from users`.execute(
    database,
  );
  await sql`insert into conversations (user_id, title) select id, 'Course' from users`.execute(
    database,
  );
  await askBefore(database);
  // As a course stands that came over weeks: what adding a thousand of them at once leaves behind is done before.
  await sql`vacuum analyze`.execute(database);
  await sql`checkpoint`.execute(database);
  const { rows } = await sql<{ user_id: string; family_id: string; conversation_id: string }>`
    select token.user_id, token.family_id, conversation.id as conversation_id
    from refresh_tokens as token join conversations as conversation on conversation.user_id = token.user_id`.execute(
    database,
  );
  return Promise.all(
    rows.map(async ({ user_id, family_id, conversation_id }) => ({
      conversationId: conversation_id,
      token: await signToken({ secrets }, "api", { userId: user_id, sessionId: family_id }),
    })),
  );
}

async function indexCourse(database: Kysely<Database>, userId: string) {
  for (const { name, text } of course())
    await database.transaction().execute(async (tx) => {
      const { id } = await tx
        .insertInto("study_materials")
        .values({ user_id: userId, title: name, kind: "md", content: text, language: "en" })
        .returning("id")
        .executeTakeFirstOrThrow();
      await indexSource(
        { embeddings: undefined },
        tx,
        userId,
        { study_material_id: id },
        { text, language: "en", lineFeeds: "wrapped" },
      );
    });
}

/**
 * What was asked in the weeks before. Of empty tables PostgreSQL would know that they are empty: it keeps the plan of
 * reading them from end to end for each check of a foreign key until it looks at them again, a minute later, and ten
 * thousand messages were read so for each question.
 */
async function askBefore(database: Kysely<Database>) {
  for (let turn = 0; turn < ASKED_BEFORE; turn += 1)
    await sql`
      with question as (
        insert into messages (user_id, conversation_id, reply_to, role, content, completed_at)
        select user_id, id, (select id from messages as message where message.user_id = conversation.user_id
            and message.conversation_id = conversation.id order by id desc limit 1),
          'user', 'What is the land use of the country?', now()
        from conversations as conversation returning user_id, conversation_id, id
      ), answer as (
        insert into messages (user_id, conversation_id, reply_to, role, content, engine, completed_at)
        select user_id, conversation_id, id, 'assistant', repeat('“Arable land, permanent crops and other.” ', 10),
          'quotes', now()
        from question returning user_id, id
      )
      insert into citations (user_id, message_id, number, quote, study_material_id, source_title, start_offset,
        end_offset)
      select answer.user_id, answer.id, material.number, repeat('Arable land and permanent crops. ', 5), material.id,
        material.title, 0, 160
      from answer cross join lateral (select id, title, row_number() over (order by id) as number
        from study_materials where user_id = answer.user_id order by id limit 3) as material`.execute(
      database,
    );
}

/** The same passages for others: the triggers count their words as if each had been indexed. */
async function copyCourse(database: Kysely<Database>, from: string, to: string[]) {
  await sql`
    with course as materialized (
      select material.id, material.title, material.content, person.id as user_id, new_id() as copy
      from study_materials as material cross join unnest(${to}::uuid[]) as person (id)
      where material.user_id = ${from}
    ), made as (
      insert into study_materials (user_id, id, title, kind, content, language)
      select user_id, copy, title, 'md', content, 'en' from course returning id
    )
    insert into passages (user_id, study_material_id, number, text, heading, start_offset, end_offset, language,
      search_vector, words_version)
    select course.user_id, course.copy, passage.number, passage.text, passage.heading, passage.start_offset,
      passage.end_offset, passage.language, passage.search_vector, passage.words_version
    from course join passages as passage on passage.user_id = ${from} and passage.study_material_id = course.id
    where exists (select from made)`.execute(database);
}

/** The engine reads the passages of the first student, and the others, who have the same, get the same vectors. */
async function embedCourse(database: Kysely<Database>, engine: Embeddings, first: string) {
  await embedMissing({ database }, first, engine, undefined, {
    signal: new AbortController().signal,
    progress: () => {},
    write: (work) => database.transaction().execute(work),
  });
  await sql`
    insert into passage_embeddings (user_id, passage_id, model, signature, vector)
    select passage.user_id, passage.id, made.model, made.signature, made.vector
    from passage_embeddings as made
      join passages as embedded on embedded.user_id = ${first} and embedded.id = made.passage_id
      join study_materials as material on material.user_id = ${first} and material.id = embedded.study_material_id
      join study_materials as copy on copy.user_id <> ${first} and copy.title = material.title
      join passages as passage on passage.user_id = copy.user_id and passage.study_material_id = copy.id
        and passage.number = embedded.number
    where made.user_id = ${first}`.execute(database);
}
