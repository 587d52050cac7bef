import type { Command } from "commander";
import { clock } from "#server/clock.ts";
import type { Recording } from "#server/features/content/recordings/shapes.ts";
import type { Message } from "#server/features/interactions/shapes.ts";
import type { TranscriptionWithSegments } from "#server/features/transcription/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { sayAnswer } from "./ask.ts";
import { openClient, print, type Client } from "./client.ts";
import { findById, type Found } from "./find-by-id.ts";
import { sayTranscription } from "./transcribe.ts";

export function addShowCommand(program: Command) {
  program
    .command("show")
    .description(
      "show what has this id: a recording with its transcript, a material, a chat, a job",
    )
    .argument("<id>")
    .action(async (id: string, _options: object, command: Command) => {
      const client = await openClient(command);
      const found = await findById(client, id, [
        "recordings",
        "study-materials",
        "conversations",
        "transcriptions",
        "tts",
        "transcription-jobs",
        "jobs",
      ]);
      const shown = await withContent(client, found);
      print(command, shown, () => say(found, shown));
    });
}

type Shown = Found["item"] & {
  transcription?: TranscriptionWithSegments | null;
  messages?: Message[];
};

async function withContent(client: Client, { kind, item }: Found): Promise<Shown> {
  if (kind === "recordings") {
    const { transcription_id } = item;
    return {
      ...item,
      transcription: transcription_id
        ? await client.get<TranscriptionWithSegments>(`/transcriptions/${transcription_id}`)
        : null,
    };
  }
  if (kind !== "conversations") return item;
  const { items } = await client.get<Page<Message>>(`/conversations/${item.id}/messages?limit=200`);
  return { ...item, messages: items };
}

function say(found: Found, shown: Shown) {
  switch (found.kind) {
    case "recordings":
      return [
        `Recording ${found.item.id}: ${found.item.title}`,
        ...sayJob(found.item),
        ...(shown.transcription ? [sayTranscription(shown.transcription)] : []),
      ].join("\n");
    case "transcriptions":
      return sayTranscription(found.item);
    case "study-materials": {
      const { id, title, status, error_message, content } = found.item;
      const state = status === "ready" ? "" : ` (${error_message ?? status})`;
      return `Study material ${id}: ${title}${state}\n\n${content}`.trimEnd();
    }
    case "conversations":
      return [
        `Conversation ${found.item.id}: ${found.item.title}`,
        ...shown.messages!.map((message) =>
          message.role === "user" ? `> ${message.content}` : sayAnswer(message),
        ),
      ].join("\n\n");
    case "tts":
      return `Speech ${found.item.id} (${found.item.status}, voice ${found.item.voice}):\n\n${found.item.text}`;
    case "transcription-jobs":
    case "jobs": {
      const { id, status, error_message, place } = found.item;
      const waits = place ? `, number ${place} in line` : "";
      return `Job ${id}: ${status}${waits}${error_message ? `. ${error_message}` : ""}`;
    }
  }
}

function sayJob({ transcription_job: job, duration_seconds }: Recording) {
  const length = duration_seconds === null ? [] : [`Length: ${clock(duration_seconds)}`];
  if (!job) return length;
  const { status, error_message, progress_seconds } = job;
  const far = status === "processing" ? `, ${clock(progress_seconds)} heard` : "";
  return [
    ...length,
    `Transcription job ${job.id}: ${status}${far}${error_message ? `. ${error_message}` : ""}`,
  ];
}
