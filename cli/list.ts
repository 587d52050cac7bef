import { Argument, type Command } from "commander";
import type { Recording } from "#server/features/content/recordings/shapes.ts";
import type { SpeechSummary } from "#server/features/content/speech/shapes.ts";
import type { StudyMaterialSummary } from "#server/features/content/study-materials/shapes.ts";
import type { Conversation } from "#server/features/interactions/shapes.ts";
import type { Job } from "#server/features/jobs/shapes.ts";
import type { TranscriptionSummary } from "#server/features/transcription/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { openClient, print } from "./client.ts";

const PATHS: Record<string, string> = {
  recordings: "/recordings",
  materials: "/study-materials",
  transcriptions: "/transcriptions",
  conversations: "/conversations",
  jobs: "/jobs",
  speech: "/tts",
};

type Listed =
  | Recording
  | StudyMaterialSummary
  | TranscriptionSummary
  | Conversation
  | Job
  | SpeechSummary;

export function addListCommand(program: Command) {
  program
    .command("list")
    .description("list what is yours, newest first")
    .addArgument(new Argument("[what]").choices(Object.keys(PATHS)).default("recordings"))
    .option("--limit <n>", "how many", "50")
    .action(async (what: string, options: { limit: string }, command: Command) => {
      const client = await openClient(command);
      const page = await client.get<Page<Listed>>(
        `${PATHS[what]}?limit=${encodeURIComponent(options.limit)}`,
      );
      print(command, page, ({ items }) =>
        items.length === 0
          ? "Nothing yet."
          : items
              .map((item) =>
                [item.id, "status" in item && item.status, nameOf(item)].filter(Boolean).join("  "),
              )
              .join("\n"),
      );
    });
}

function nameOf(item: Listed) {
  if ("title" in item) return item.title;
  return "job_type" in item ? item.job_type : item.excerpt.slice(0, 60);
}
