/**
 * Every operation of the OpenAPI document with another student's ids: the answer is that of ids that do not exist,
 * nothing of the other student is in it, and nothing of theirs has changed. New operations and tables are covered by
 * themselves.
 *
 * - **Victim**: has a row in as many tables as the operations can make, and a marker in the texts.
 * - **Intruder**: knows every id of the victim.
 * - **Twin**: the same request with ids of nobody, made by the same seed.
 */
import { randomUUID } from "node:crypto";
import { sql, type Kysely } from "kysely";
import type { Database } from "#database/types.ts";
import { PASSWORD, type Student } from "#tests/support/app.ts";
import { makeWav } from "#tests/support/make-wav.ts";
import { makeRequest, type Operation, type Request } from "#tests/support/openapi-requests.ts";
import { createRandom, Known } from "#tests/support/openapi-values.ts";

/** They end the intruder's own session or account, tell of changes for ever, or are not about students. */
const LEFT_OUT =
  /^((POST|DELETE|PATCH) \/(auth\/(logout|sessions|ways-in|password\/|email\/|totp|login|register|refresh|passkeys\/login|me)|account)$|GET \/events|\S+ \/(auth\/oauth|admin|engines)\b|(POST|DELETE) \/auth\/(password|email|login|passkeys\/login)|GET \/(docs|openapi\.json|health))/;

export interface Finding {
  request: string;
  why: string;
}

export interface Prey {
  student: Student;
  marker: string;
  known: Known;
  nobody: Known;
  ids: Set<string>;
}

function isTried({ name }: Operation) {
  return !LEFT_OUT.test(name);
}

/** One student with something of everything. */
export async function fillAccount(
  student: Student,
  operations: Operation[],
  everybody: Kysely<Database>,
): Promise<Prey> {
  const marker = `marker${randomUUID().slice(0, 8)}`;
  const captions = `WEBVTT\n\n00:00:00.000 --> 00:00:04.000\nThe ${marker} takes place in the stroma.\n`;
  const note = await student.post("/study-materials", {
    title: `Note ${marker}`,
    content: `# Plants\n\nThe ${marker} is the powerhouse of the cell.`,
    subject: marker,
  });
  const talk = await student.post("/conversations", { title: marker });
  await student.post(`/conversations/${talk.body.id}/messages`, {
    content: `What is the ${marker}?`,
  });
  await student.post("/auth/api-keys", { name: marker, password: PASSWORD });
  await student.post("/cards", { kind: "basic", front: marker, back: marker, subject: marker });
  await student.post("/marks", {
    source: { kind: "study_material", id: note.body.id },
    page: 1,
    note: marker,
  });
  await student.upload("/study-materials", {
    blob: new Blob([`The ${marker} is in a file.`]),
    name: "a.txt",
  });
  await student.upload(
    "/recordings",
    { blob: new Blob([new Uint8Array(makeWav(Buffer.alloc(32_000)))]), name: "a.wav" },
    { title: marker, captions: new Blob([captions]), transcribe: "false" },
  );
  // What the document alone can make: a row in tables that no test names yet.
  const random = createRandom(7);
  const known = await knownOf(student.id, everybody);
  for (const operation of operations) {
    if (!["POST", "PUT"].includes(operation.method) || !isTried(operation)) continue;
    await send(student, makeRequest(operation, { random, known: known.theirs, wild: 0 }));
  }
  const { theirs, nobody, ids } = await knownOf(student.id, everybody);
  return { student, marker, known: theirs, nobody, ids };
}

/** Every id of one student by collection, and as many of nobody in the same order. */
async function knownOf(userId: string, everybody: Kysely<Database>) {
  const [theirs, nobody, ids] = [new Known(), new Known(), new Set<string>()];
  for (const name of await ownedTables(everybody)) {
    const { rows: columns } = await sql`
      select from information_schema.columns where table_name = ${name} and column_name = 'id'`.execute(
      everybody,
    );
    if (columns.length === 0) continue;
    const { rows } = await sql<{ id: string }>`
      select id from ${sql.table(name)} where user_id = ${userId} order by id limit 3`.execute(
      everybody,
    );
    for (const { id } of rows) {
      ids.add(id);
      const missing = randomUUID();
      for (const collection of collectionsOf(name)) {
        theirs.add(collection, id);
        nobody.add(collection, missing);
      }
    }
  }
  return { theirs, nobody, ids };
}

/** Where a row of a table is found; the rest is met as "of any". */
function collectionsOf(table: string) {
  const path = `/${table.replaceAll("_", "-")}`;
  return [path, `/auth${path}`, ...(table === "tts_audio_files" ? ["/tts"] : [])];
}

export async function ownedTables(everybody: Kysely<Database>) {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = 'user_id' order by 1`.execute(everybody);
  return rows.map(({ name }) => name);
}

/** All that a student has, table by table, as hashes. */
export async function stockOf(userId: string, everybody: Kysely<Database>) {
  const stock: Record<string, string> = {};
  for (const name of await ownedTables(everybody)) {
    const { rows } = await sql<{ hash: string }>`
      select count(*) || ' ' || coalesce(md5(string_agg(md5(whole::text), '' order by md5(whole::text))), '') as hash
      from ${sql.table(name)} as whole where user_id = ${userId}`.execute(everybody);
    stock[name] = rows[0]!.hash;
  }
  return stock;
}

export interface Cell {
  operation: Operation;
  seed: number;
}

export function cellsOf(operations: Operation[], rounds: number): Cell[] {
  return operations
    .filter(isTried)
    .flatMap((operation) =>
      Array.from({ length: rounds }, (_, round) => ({ operation, seed: round * 7919 + 11 })),
    );
}

/** @returns undefined where the intruder learns nothing. */
export async function tryCell(
  intruder: Student,
  prey: Prey,
  { operation, seed }: Cell,
): Promise<Finding | undefined> {
  const make = (known: Known) =>
    makeRequest(operation, { random: createRandom(seed), known, wild: 0 });
  const request = make(prey.known);
  const got = await send(intruder, request);
  const sent = `${request.path} ${request.body?.toString("latin1") ?? ""}`;
  const shown = `${request.method} ${request.path}`;
  if (got.text.includes(prey.marker)) return { request: shown, why: `shows the marker` };
  for (const id of prey.ids)
    if (got.text.includes(id) && !sent.includes(id))
      return { request: shown, why: `shows the id ${id}` };
  if (!operation.path.includes("{")) return undefined;
  const twin = await send(intruder, make(prey.nobody));
  if (got.status !== twin.status || got.code !== twin.code)
    return {
      request: shown,
      why: `${got.status} ${got.code} for another's, ${twin.status} ${twin.code} for what is missing`,
    };
  return undefined;
}

export async function send(student: Student, request: Request) {
  const answer = await student.request(request.path, {
    method: request.method,
    headers: { accept: "application/json", ...request.headers },
    redirect: "manual",
    ...(request.body === undefined ? {} : { body: new Uint8Array(request.body) }),
  });
  const text = await answer.text();
  const code = /"code":\s*"([a-z-]+)"/.exec(text)?.[1] ?? "";
  return { status: answer.status, code, text };
}
