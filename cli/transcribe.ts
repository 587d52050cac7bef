import { setTimeout } from "node:timers/promises";
import { Option, type Command } from "commander";
import { clock } from "#server/clock.ts";
import type { Recording } from "#server/features/content/recordings/shapes.ts";
import type {
  TranscriptionJob,
  TranscriptionWithSegments as Transcription,
} from "#server/features/transcription/shapes.ts";
import { JOB_PRIORITIES } from "#server/vocabulary.ts";
import { ClientFailure, openClient, print, type Client } from "./client.ts";

export function addTranscribeCommand(program: Command) {
  program
    .command("transcribe")
    .description("transcribe a recording again, wait for it and print the transcript")
    .argument("<recording>", "id of the recording")
    .option("--engine <name>")
    .option("--model <name>")
    .option("--language <tag>")
    .addOption(priorityOption())
    .action(
      async (
        recording: string,
        options: { engine?: string; model?: string; language?: string; priority?: string },
        command: Command,
      ) => {
        const client = await openClient(command);
        const job = await client.post<TranscriptionJob>(
          `/recordings/${recording}/transcribe`,
          options,
        );
        await waitForTranscription(client, job.id, command);
        const { transcription_id } = await client.get<Recording>(`/recordings/${recording}`);
        const transcription = await client.get<Transcription>(
          `/transcriptions/${transcription_id}`,
        );
        print(command, transcription, sayTranscription);
      },
    );
}

/** How soon a transcript is wanted. */
export const priorityOption = () =>
  new Option(
    "--priority <priority>",
    "high: you wait for it; low: when nothing else waits",
  ).choices(Object.keys(JOB_PRIORITIES));

export function sayTranscription({ segments, engine, model, source }: Transcription) {
  const made =
    source === "supplied" ? "supplied captions" : [engine, model].filter(Boolean).join(" ");
  if (segments.length === 0) return `No speech found (${made}).`;
  return [
    `Made by: ${made}`,
    ...segments.map(({ start, text }) => `${clock(start)}  ${text}`),
  ].join("\n");
}

/**
 * Follows /api/events; the job itself is fetched after each change.
 * @throws with the server's sentence when it failed.
 */
export async function waitForTranscription(client: Client, id: string, command: Command) {
  const quiet = command.optsWithGlobals<{ json?: boolean }>().json || !process.stderr.isTTY;
  for await (const _change of changes(client)) {
    const job = await client.get<TranscriptionJob>(`/transcription-jobs/${id}`);
    if (!quiet && job.status === "pending" && job.place)
      process.stderr.write(`\rNumber ${job.place} in line `);
    if (!quiet && job.duration_seconds)
      process.stderr.write(`\r${clock(job.progress_seconds)} of ${clock(job.duration_seconds)} `);
    if (job.status === "completed") return job;
    if (job.status === "failed" || job.status === "cancelled")
      throw new Error(job.error_message ?? "The transcription was cancelled.");
  }
  throw new Error("The server ended the connection.");
}

const RECONNECT_MS = 1000;
const GIVE_UP_AFTER = 60;

/** One turn at once, and one after each change of anything of this student. A server that restarts is waited for. */
export async function* changes(client: Client) {
  for (let failed = 0; failed < GIVE_UP_AFTER; failed++) {
    const abort = new AbortController();
    try {
      const answer = await client.request("/events", { signal: abort.signal });
      let rest = "";
      for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
        const events = (rest + chunk).split("\n\n");
        rest = events.pop()!;
        failed = 0;
        if (events.some((event) => event.startsWith("event:"))) yield;
      }
    } catch (error) {
      // What the server says, such as "Please log in", does not get better by waiting.
      if (error instanceof ClientFailure) throw error;
    } finally {
      abort.abort();
    }
    await setTimeout(RECONNECT_MS);
  }
}
