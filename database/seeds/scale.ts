/**
 * `lm db seed --scale N`: made-up students with a thousand rows each in the large tables, for benchmarks and for the
 * plans of queries.
 */
import { connect } from "../connect.ts";

/** Rows of each large table for one student. */
const ROWS_EACH = 1000;

const STATEMENTS = [
  `create temporary table made on commit drop as with added as (
     insert into users (email) select format('scale-%s-%s@example.org', left(md5(random()::text), 12), n)
     from generate_series(1, $students) n returning id
   ) select id as user_id from added`,
  `insert into refresh_tokens (user_id, family_id, token_hash, expires_at)
     select user_id, new_id(), sha256((user_id || ' ' || n)::bytea), now() + interval '30 days'
     from made, generate_series(1, $rows) n`,
  `insert into jobs (user_id, job_type, payload, status, completed_at)
     select user_id, 'draw-waveform', jsonb_build_object('recording_id', new_id()),
       case when n % 100 = 0 then 'pending' else 'completed' end, case when n % 100 = 0 then null else now() end
         from made, generate_series(1, $rows) n`,
  `insert into recordings (user_id, title, subject, mime_type, size_bytes, sha256, storage_key)
     select user_id, 'Lecture ' || n, 'Subject ' || n % 10, 'audio/mpeg', 1000,
       sha256((user_id || ' ' || n)::bytea), user_id || '/recordings/' || n from made, generate_series(1, $rows) n`,
  `insert into transcription_jobs (user_id, recording_id, status) select user_id, id, 'completed'
    from recordings join made using (user_id)`,
  `insert into transcriptions (user_id, recording_id, transcription_job_id, engine, language)
     select user_id, recording_id, id, 'scale', 'en' from transcription_jobs join made using (user_id)`,
  `insert into transcription_segments (user_id, transcription_id, number, start_seconds, end_seconds, text)
     select user_id, id, 0, 0, 5, 'A sentence of the lecture.' from transcriptions join made using (user_id)`,
  `insert into study_materials (user_id, title, kind, content)
    select user_id, 'Note ' || n, 'note', 'Text ' || n from made, generate_series(1, $rows) n`,
  `insert into passages (user_id, transcription_id, number, text, start_offset, end_offset, search_vector)
     select user_id, id, 0, said, 0, 10, to_tsvector('simple', said)
     from (select user_id, id, format('lecture topic%s detail%s', (random() * 300)::int, (random() * 3000)::int)
       as said from transcriptions join made using (user_id)) as source`,
  `insert into conversations (user_id, title) select user_id, 'Question ' || n from made, generate_series(1, $rows) n`,
  `insert into messages (user_id, conversation_id, role, content) select user_id, id, 'user', 'why?'
    from conversations join made using (user_id)`,
  `insert into citations (user_id, message_id, number, quote, source_title, start_offset, end_offset)
     select user_id, id, 1, 'lecture', 'Lecture', 0, 7 from messages join made using (user_id)`,
];

/**
 * In one transaction: all students or none.
 * @param rowsEach of each student in each large table
 * @returns how many rows were made
 */
export async function seedScale(url: string, students: number, rowsEach = ROWS_EACH) {
  if (!Number.isInteger(students) || students < 1 || students > 100_000)
    throw new Error("--scale wants a number of students from 1 to 100000.");
  const client = await connect(url);
  try {
    await client.query("begin");
    let rows = 0;
    for (const statement of STATEMENTS) {
      const text = statement
        .replaceAll("$students", String(students))
        .replaceAll("$rows", String(rowsEach));
      rows += (await client.query(text)).rowCount ?? 0;
    }
    await client.query("commit");
    await client.query("analyze");
    return rows;
  } finally {
    await client.end();
  }
}
