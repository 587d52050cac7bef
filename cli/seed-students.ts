import { openAsBlob } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type pg from "pg";
import { connect } from "#database/connect.ts";
import { readConfig } from "#server/config.ts";
import type { LoginAnswer } from "#server/features/authentication/shapes.ts";
import type { Recording, UploadedRecording } from "#server/features/content/recordings/shapes.ts";
/**
 * `lm db seed`: three students to look at, made as students make things, through the HTTP API of a server that runs for
 * so long. Only the jobs that a queue holds for a moment (waiting, running, failed, cancelled) are written as rows.
 */
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import type { Conversation } from "#server/features/interactions/shapes.ts";
import type { Card, MadeCard } from "#server/features/study/cards/shapes.ts";
import type { Suggestions } from "#server/features/study/cards/suggestions/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { startServer } from "#server/main.ts";
import { newId } from "#server/new-id.ts";
import { createClient, readProblem, type Client } from "./client.ts";
import { makeLecture, materialReady } from "./sample-lecture.ts";

/** Obeys the policy for passwords; it is printed, so it is for development only. */
export const DEMO_PASSWORD = "Demo-Student-1";

interface DemoStudent {
  email: string;
  full_name: string;
  lectures: {
    title: string;
    subject: string;
    language: string;
    text?: string;
    text_file?: string;
  }[];
  notes: { title: string; subject: string; language: string; content: string }[];
  documents: { title: string; subject: string; file: string }[];
  conversations: { title: string; questions: string[] }[];
}

const sample = (name: string) => fileURLToPath(new URL(`../samples/${name}`, import.meta.url));

/**
 * What is there already, by its title, stays as it is: running twice changes nothing.
 * @returns the e-mails, and whether anything was made.
 */
export async function seedStudents(url: string) {
  const students = JSON.parse(await readFile(sample("students.json"), "utf8")) as DemoStudent[];
  const database = await connect(url);
  try {
    const missing: { student: DemoStudent; there: Set<string> }[] = [];
    for (const student of students) {
      const there = await titlesOf(database, student.email);
      if (wanted(student).some((title) => !there.has(title))) missing.push({ student, there });
    }
    if (missing.length > 0) {
      await withServer(url, async (server, folder) => {
        for (const { student, there } of missing)
          await seedStudent(await enter(server, student), folder, student, there);
      });
    }
    const jobs = await seedJobs(database, students[0]!.email);
    return { emails: students.map(({ email }) => email), changed: missing.length > 0 || jobs > 0 };
  } finally {
    await database.end();
  }
}

function wanted({ lectures, notes, documents, conversations }: DemoStudent) {
  return [...lectures, ...notes, ...documents, ...conversations].map(({ title }) => title);
}

async function titlesOf(database: pg.Client, email: string) {
  const { rows } = await database.query<{ title: string }>(
    `select item.title from users
     join lateral (
       select user_id, title from recordings where exists (
         select from transcriptions where transcriptions.user_id = recordings.user_id and recording_id = recordings.id)
       union all select user_id, title from study_materials
       union all select user_id, title from conversations
     ) as item on item.user_id = users.id
     where users.email = $1`,
    [email],
  );
  return new Set(rows.map(({ title }) => title));
}

async function withServer(url: string, work: (server: string, folder: string) => Promise<void>) {
  const server = await startServer(
    readConfig({
      ...process.env,
      DATABASE_URL: url,
      DATABASE_DIRECT_URL: undefined,
      HOST: "127.0.0.1",
      PORT: "0",
      LM_LOG_LEVEL: "error",
      LM_RATE_LIMITS: "off",
      LM_REGISTRATION: "open",
      // A mail to an address that is nobody's is not sent.
      LM_SMTP_URL: undefined,
      // The answers are to be the same on every machine.
      LM_LLM_URL: undefined,
    }),
  );
  const folder = await mkdtemp(join(tmpdir(), "little-monster-seed-"));
  try {
    await work(server.url, folder);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function enter(server: string, { email, full_name }: DemoStudent): Promise<Client> {
  const ask = (path: string, body: object) =>
    fetch(`${server}/api/auth/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  let answer = await ask("register", { email, full_name, password: DEMO_PASSWORD });
  if (answer.status === 409) answer = await ask("login", { email, password: DEMO_PASSWORD });
  if (!answer.ok) throw new Error(`${email}: ${(await readProblem(answer)).detail}`);
  const { access_token } = (await answer.json()) as LoginAnswer;
  return createClient(server, { token: () => access_token, renew: async () => false });
}

async function seedStudent(
  client: Client,
  folder: string,
  student: DemoStudent,
  there: Set<string>,
) {
  const isMissing = ({ title }: { title: string }) => !there.has(title);
  for (const { title, subject, language, text, text_file } of student.lectures.filter(isMissing)) {
    const spoken = text ?? (await readFile(sample(text_file!), "utf8"));
    const lecture = await makeLecture(client, folder, { text: spoken, language });
    await upload(client, "/recordings", lecture.audio, `${title}.mp3`, {
      title,
      subject,
      language,
      captions: new Blob([lecture.captions], { type: "text/vtt" }),
    });
  }
  for (const note of student.notes.filter(isMissing)) await client.post("/study-materials", note);
  for (const { title, subject, file } of student.documents.filter(isMissing)) {
    const { id } = await upload<StudyMaterial>(
      client,
      "/study-materials",
      await openAsBlob(sample(file)),
      file,
      {
        title,
        subject,
      },
    );
    await materialReady(client, id);
  }
  await seedCards(client, [
    ...new Set(
      [...student.lectures, ...student.notes, ...student.documents].map(({ subject }) => subject),
    ),
  ]);
  for (const { title, questions } of student.conversations.filter(isMissing)) {
    const { id } = await client.post<Conversation>("/conversations", { title });
    for (const content of questions)
      await client.request(`/conversations/${id}/messages`, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify({ content }),
      });
  }
}

/** A living deck: cards suggested from each subject and kept, half of them reviewed over the last weeks. */
async function seedCards(client: Client, subjects: string[]) {
  const { items: there } = await client.get<Page<Card>>("/cards?limit=1");
  if (there.length > 0) return;
  const kept: string[] = [];
  for (const subject of subjects) {
    const { id } = await client.post<Suggestions>("/cards/suggestions", { subject, count: 6 });
    const { items } = await suggested(client, id);
    for (const { item } of items)
      kept.push((await client.post<MadeCard>("/cards", { suggestion_id: id, item })).id);
  }
  const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
  const reviews = kept
    .filter((_, at) => at % 2 === 0)
    .flatMap((card_id, at) =>
      [20, 12, 4].map((days, turn) => ({
        id: newId(),
        card_id,
        rating: (at + turn) % 5 === 0 ? 1 : 3,
        reviewed_at: ago(days),
        duration_ms: 6000,
      })),
    );
  if (reviews.length > 0) await client.post("/reviews", { items: reviews });
  await seedDays(client, subjects, ago(-40).slice(0, 10));
}

/** What Today shows besides cards: an exam to plan back from, and a lecture that was left in its middle. */
async function seedDays(client: Client, [subject]: string[], exam_on: string) {
  if (subject) await client.post("/study/exams", { title: `${subject}: exam`, subject, exam_on });
  const { items } = await client.get<Page<Recording>>("/recordings?limit=1");
  const [recording] = items;
  if (recording)
    await client.request("/study/places", {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ source: { kind: "recording", id: recording.id }, at_seconds: 60 }),
    });
}

async function suggested(client: Client, id: string) {
  for (;;) {
    const now = await client.get<Suggestions>(`/cards/suggestions/${id}`);
    if (now.status === "completed" || now.status === "failed") return now;
    await sleep(100);
  }
}

async function upload<T = UploadedRecording>(
  client: Client,
  path: string,
  file: Blob,
  name: string,
  fields: Record<string, string | Blob>,
) {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.set(field, value);
  form.set("file", file, name);
  const answer = await client.request(path, { method: "POST", body: form });
  return (await answer.json()) as T;
}

/**
 * One job in each state that does not last. No worker takes them: the waiting one begins in a hundred years, and the
 * lease of the running one ends then. @returns how many were made.
 */
async function seedJobs(database: pg.Client, email: string) {
  const { rowCount } = await database.query(
    `insert into jobs (user_id, job_type, payload, status, progress, attempts, error_code, error_message,
      run_at, locked_by, heartbeat_at, started_at, completed_at, idempotency_key)
     select users.id, 'draw-waveform', jsonb_build_object('recording_id', recording.id), state.status,
       state.progress, state.attempts, state.code, state.message,
       now() + state.starts, state.worker, now() + state.lease, now() - state.began, now() - state.ended,
         'demo-' || state.status
     from users, lateral (select id from recordings where user_id = users.id order by id limit 1) as recording, (values
       ('pending', 0, 0, null, null, interval '100 years', null, null::interval, null::interval, null::interval),
       ('processing', 0.4, 1, null, null, interval '0', 'demo', interval '100 years', interval '1 minute', null),
       ('failed', 0.2, 5, 'audio-unreadable',
         'No sound could be read from this file. It may be damaged, or not a recording.', interval '0', null,
           null, interval '10 minutes', interval '9 minutes'),
       ('cancelled', 0.1, 1, 'cancelled', 'This was cancelled.', interval '0', null, null,
         interval '20 minutes', interval '19 minutes')
     ) as state (status, progress, attempts, code, message, starts, worker, lease, began, ended)
     where users.email = $1 and not exists (
       select from jobs where jobs.user_id = users.id and jobs.idempotency_key = 'demo-' || state.status)`,
    [email],
  );
  return rowCount ?? 0;
}
