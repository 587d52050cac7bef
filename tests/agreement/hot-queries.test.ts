/**
 * The product's own queries on the rows of a hundred students: none of them reads a large table from end to end. At
 * 25,000 rows a table reading it all is worth more to the planner than at the 100,000 of `lm db seed --scale 100`: what
 * uses an index here uses it there, and four fifths of the time are saved.
 */
import { sql, type Kysely } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "#database/open.ts";
import { asOwner } from "#database/principal.ts";
import { raiseRoles } from "#database/roles.ts";
import { seedScale } from "#database/seeds/scale.ts";
import type { Database } from "#database/types.ts";
import { findRefreshToken, refreshTokenExists } from "#server/features/authentication/queries.ts";
import { listRecordings } from "#server/features/content/recordings/queries.ts";
import { listConversations, listMessageLinks } from "#server/features/interactions/queries.ts";
import { listJobs } from "#server/features/jobs/queries.ts";
import { rankByWords } from "#server/features/search/queries.ts";
import { readQuery } from "#server/features/search/query-words.ts";
import { listSegments } from "#server/features/transcription/queries.ts";
import { createTestDatabase } from "#tests/support/database.ts";

const STUDENTS = 100;
const ROWS_EACH = 250;
let database: Kysely<Database>;
let userId: string;
let one: { conversation: string; message: string; transcription: string; hash: Buffer };

beforeAll(async () => {
  const { url } = await createTestDatabase();
  await seedScale(url, STUDENTS, ROWS_EACH);
  const everybody = openDatabase(url, { max: 1 });
  // As the application serves: behind row-level security, which must not cost an index.
  const { serverUrl } = await raiseRoles({ url, directUrl: url });
  database = openDatabase(serverUrl, { max: 1 });
  const { rows } = await sql<typeof one & { user_id: string }>`
    select message.user_id, message.conversation_id as conversation, message.id as message,
      (select id from transcriptions where user_id = message.user_id limit 1) as transcription,
      (select token_hash from refresh_tokens where user_id = message.user_id limit 1) as hash
    from messages as message limit 1`.execute(everybody);
  // Else these scans are counted a moment later, when their connection has ended.
  await sql`select pg_stat_force_next_flush()`.execute(everybody);
  await everybody.destroy();
  ({ user_id: userId, ...one } = rows[0]!);
}, 300_000);
afterAll(() => database?.destroy());

async function sequentialScans() {
  await sql`select pg_stat_force_next_flush()`.execute(database);
  const { rows } = await sql<{ name: string; scans: number }>`
    select relname as name, seq_scan as scans from pg_stat_user_tables where n_live_tup >= ${(STUDENTS * ROWS_EACH) / 2} order by 1`.execute(
    database,
  );
  return rows;
}

const QUERIES: [string, () => Promise<unknown>][] = [
  [
    "claim of the queue",
    () =>
      sql`select * from claim_jobs('host:1', 'host', '{draw-waveform}', '{2}', '{null}', 2)`.execute(
        database,
      ),
  ],
  ["jobs, newest first", () => listJobs(database, userId, { limit: 20 })],
  ["recordings, newest first", () => listRecordings(database, userId, { limit: 20 })],
  [
    "conversations, last used first",
    () => listConversations(database, userId, { limit: 20 }).then(({ items }) => items),
  ],
  ["messages of a conversation", () => listMessageLinks(database, userId, one.conversation)],
  ["segments", () => listSegments(database, userId, one.transcription)],
  [
    "citations of a message",
    () =>
      database
        .selectFrom("citations")
        .select("quote")
        .where("user_id", "=", userId)
        .where("message_id", "in", [one.message])
        .execute(),
  ],
  ["refresh of a session", () => findRefreshToken(database, one.hash).then((row) => [row])],
  ["check of a session", () => refreshTokenExists(database, userId, one.hash).then((row) => [row])],
  [
    "search",
    async () =>
      rankByWords(database, userId, await readQuery(database, userId, "lecture topic7"), {}, 20),
  ],
];

test.each(QUERIES)("%s", async (_name, run) => {
  const before = await sequentialScans();
  expect(before.map(({ name }) => name)).toContain("messages");
  const answer = await asOwner(userId, run);
  const rows = Array.isArray(answer) ? answer : (answer as { rows: unknown[] }).rows;
  expect(rows.length).toBeGreaterThan(0);
  expect(rows[0]).toBeDefined();
  expect(await sequentialScans()).toEqual(before);
});

test("a scan would be noticed", async () => {
  const before = await sequentialScans();
  await asOwner(userId, () =>
    sql`select count(*) from messages where content = 'nobody wrote this'`.execute(database),
  );
  expect(await sequentialScans()).not.toEqual(before);
});
