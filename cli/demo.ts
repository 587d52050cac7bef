/**
 * `lm demo`: the main job with no hands. Everything goes through the HTTP API of a server of its own, in a folder of
 * its own; the lecture is made audible by the project's own text-to-speech. Any step that fails ends it non-zero.
 */
import { existsSync, openAsBlob } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { clock } from "#server/clock.ts";
import { readConfig } from "#server/config.ts";
import type { LoginAnswer } from "#server/features/authentication/shapes.ts";
import type { Recording, UploadedRecording } from "#server/features/content/recordings/shapes.ts";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import type { Conversation, Message } from "#server/features/interactions/shapes.ts";
import type { SearchAnswer } from "#server/features/search/shapes.ts";
import type {
  TranscriptionEngines,
  TranscriptionJob,
  TranscriptionWithSegments,
} from "#server/features/transcription/shapes.ts";
import { startServer } from "#server/main.ts";
import { sayAnswer } from "./ask.ts";
import { createClient, type Client } from "./client.ts";
import { makeLecture, materialReady } from "./sample-lecture.ts";
import { speak } from "./speak.ts";
import { changes } from "./transcribe.ts";

const sample = (name: string) => fileURLToPath(new URL(`../samples/${name}`, import.meta.url));

export function addDemoCommand(program: Command) {
  program
    .command("demo")
    .description("show the whole job on a sample lecture, in a temporary folder")
    .action(async () => {
      const folder = await mkdtemp(join(tmpdir(), "little-monster-demo-"));
      try {
        await demonstrate(folder);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
}

const step = (title: string) => console.log(`\n== ${title}`);
const found = (text: string) => console.log(text.replace(/^/gm, "   "));

async function demonstrate(folder: string) {
  step("Start: database, API and worker");
  const models = process.env["LM_MODELS_DIR"] ?? join(readConfig(process.env).dataDir, "models");
  const server = await startServer(
    readConfig({
      ...process.env,
      LM_DATA_DIR: folder,
      // A folder that is named and not there is a mistake in the settings; no model was ever pulled here.
      ...(existsSync(models) && { LM_MODELS_DIR: models }),
      PORT: "0",
      LM_LOG_LEVEL: "error",
      NODE_ENV: "development",
      LM_PUBLIC_URL: undefined,
    }),
  );
  try {
    found(`Ready at ${server.url}`);
    step("Register a student");
    const client = await register(server.url);
    found("demo@example.org");
    const misheard = await addLecture(client, folder);
    await addMaterials(client);
    await askQuestions(client, misheard);

    step("Search");
    const hits = await client.get<SearchAnswer>("/search?q=chlorophyll");
    found(`chlorophyll: ${hits.items.length} passages`);

    step("Listen to an answer");
    const spoken = await speak(client, {
      text: "The Calvin cycle takes place in the stroma.",
    });
    found(`${spoken.duration_seconds?.toFixed(1)} s of sound`);
    console.log("\nAll steps done.");
  } finally {
    await server.stop();
  }
}

/** @returns whether the words went through a recogniser, which may mishear them */
async function addLecture(client: Client, folder: string) {
  step("Make the sample lecture audible");
  const text = await readFile(sample("photosynthesis.txt"), "utf8");
  const lecture = await makeLecture(client, folder, { text });
  found(`${clock(lecture.durationSeconds)} of speech, ${lecture.words} timed words`);

  step("Upload it as a recording and transcribe it");
  const form = new FormData();
  form.set("title", "Photosynthesis");
  form.set("subject", "Biology");
  form.set("language", "en");
  form.set("file", lecture.audio, "photosynthesis.mp3");
  const { recording, transcription_job } = (await (
    await client.request("/recordings", { method: "POST", body: form })
  ).json()) as UploadedRecording;
  const job = await ended(client, transcription_job!.id);
  const trusted =
    job.status === "completed"
      ? await showEngine(client, job)
      : await showFailure(client, recording.id, job);
  if (!trusted) {
    step("Supply the lecture's captions instead");
    await client.request(`/recordings/${recording.id}/captions`, {
      method: "POST",
      headers: { "content-type": "text/vtt" },
      body: lecture.captions,
    });
    found("Supplied, and labelled as supplied");
  }
  await showTranscript(client, recording.id);
  return trusted;
}

/** @returns whether its words are reliable enough to be questioned */
async function showEngine(client: Client, job: TranscriptionJob) {
  const { items } = await client.get<TranscriptionEngines>("/transcription-engines");
  const engine = items.find(({ name }) => name === job.engine);
  found(`Recognised by ${engine?.label ?? job.engine}`);
  if (!engine?.rough) return true;
  found(
    "A rough recogniser: its words are not reliable enough to be questioned, and the page says so.",
  );
  return false;
}

async function showFailure(client: Client, recordingId: string, job: TranscriptionJob) {
  found(`No transcript: ${job.error_message}`);
  const kept = await client.request(`/recordings/${recordingId}/audio`, {
    headers: { range: "bytes=0-99" },
  });
  found(`The recording is kept: ${kept.headers.get("content-range")}`);
  await client.post(`/transcription-jobs/${job.id}/retry`);
  const again = await ended(client, job.id);
  found(`Tried again, as a student can at any time: ${again.status}`);
  return false;
}

async function showTranscript(client: Client, recordingId: string) {
  const { transcription_id } = await client.get<Recording>(`/recordings/${recordingId}`);
  const transcription = await client.get<TranscriptionWithSegments>(
    `/transcriptions/${transcription_id}`,
  );
  must(transcription.segments.length > 0, "the transcript has segments");
  for (const segment of transcription.segments.slice(0, 3))
    found(`${clock(segment.start)}  ${segment.text}`);
  found(`… ${transcription.segments.length} segments in all`);
}

async function addMaterials(client: Client) {
  step("Add a typed note and a PDF");
  await client.post("/study-materials", {
    title: "My note on exams",
    subject: "Biology",
    content:
      "The exam on photosynthesis is on the first Monday of June. Bring a ruler for the diagrams of the chloroplast.",
  });
  const pdf = new FormData();
  pdf.set("title", "Cellular respiration");
  pdf.set("subject", "Biology");
  pdf.set("file", await openAsBlob(sample("cellular-respiration.pdf")), "cellular-respiration.pdf");
  const material = (await (
    await client.request("/study-materials", { method: "POST", body: pdf })
  ).json()) as StudyMaterial;
  const parsed = await materialReady(client, material.id);
  found(`Cellular respiration: ${parsed.page_count} pages`);
}

/** @param misheard the lecture's words went through a recogniser: what is said of it is not checked word for word */
async function askQuestions(client: Client, misheard: boolean) {
  step("Ask questions");
  const conversation = await client.post<Conversation>("/conversations", { title: "Demo" });
  const questions: { question: string; says: RegExp; ofLecture?: boolean }[] = [
    {
      question: "What are the two stages of photosynthesis?",
      says: /stage/i,
      ofLecture: true,
    },
    { question: "When is the exam on photosynthesis?", says: /june/i },
    { question: "Where does glycolysis take place?", says: /cytoplasm/i },
  ];
  for (const { question, says, ofLecture = false } of questions) {
    const answer = await ask(client, conversation.id, question);
    found(`? ${question}\n${sayAnswer(answer)}`);
    must(answer.citations.length > 0, "the answer has citations");
    if (!ofLecture || !misheard) must(says.test(answer.content), `the answer says ${says}`);
  }
  const unknown = await ask(client, conversation.id, "Who won the chess tournament of Reykjavik?");
  found(`? Who won the chess tournament of Reykjavik?\n${sayAnswer(unknown)}`);
  must(unknown.citations.length === 0, "nothing is quoted where the materials do not know");
}

async function register(url: string): Promise<Client> {
  const answer = await fetch(`${url}/api/auth/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: "demo@example.org", password: `Demo-${crypto.randomUUID()}` }),
  });
  must(answer.status === 201, `registered (the server answered ${answer.status})`);
  const { access_token } = (await answer.json()) as LoginAnswer;
  return createClient(url, { token: () => access_token, renew: async () => false });
}

async function ended(client: Client, id: string) {
  for await (const _change of changes(client)) {
    const job = await client.get<TranscriptionJob>(`/transcription-jobs/${id}`);
    if (["completed", "failed", "cancelled"].includes(job.status)) return job;
  }
  throw new Error("The server ended the connection.");
}

async function ask(client: Client, conversation: string, content: string) {
  const answer = await client.request(`/conversations/${conversation}/messages`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ content }),
  });
  return (await answer.json()) as Message;
}

function must(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`The demo failed: ${what}.`);
}
