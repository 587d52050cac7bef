import { Argument, type Command } from "commander";
import type { Recording } from "#server/features/content/recordings/shapes.ts";
import type { SpeechSummary } from "#server/features/content/speech/shapes.ts";
import type { StudyMaterialSummary } from "#server/features/content/study-materials/shapes.ts";
import type { Conversation } from "#server/features/interactions/shapes.ts";
import type { Job } from "#server/features/jobs/shapes.ts";
import type { Card } from "#server/features/study/cards/shapes.ts";
import type { TranscriptionSummary } from "#server/features/transcription/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { openClient, print, wholeNumber } from "./client.ts";

const PATHS: Record<string, string> = {
  recordings: "/recordings",
  materials: "/study-materials",
  conversations: "/conversations",
  speech: "/tts",
  cards: "/cards",
  transcriptions: "/transcriptions",
  jobs: "/jobs",
};
/** What the student made; transcriptions and jobs follow from it. */
const OWN = ["recordings", "materials", "conversations", "speech", "cards"];

type Listed =
  | Recording
  | StudyMaterialSummary
  | TranscriptionSummary
  | Conversation
  | Job
  | SpeechSummary
  | Card;

export function addListCommand(program: Command) {
  program
    .command("list")
    .description("list what is yours, newest first; without a kind, all of it")
    .addArgument(new Argument("[what]").choices(Object.keys(PATHS)))
    .option("--limit <n>", "how many of each kind", wholeNumber, 50)
    .action(async (what: string | undefined, { limit }: { limit: number }, command: Command) => {
      const client = await openClient(command);
      const pages = await Promise.all(
        (what ? [what] : OWN).map(async (kind) => ({
          kind,
          page: await client.get<Page<Listed>>(`${PATHS[kind]}?limit=${limit}`),
        })),
      );
      const value = what
        ? pages[0]!.page
        : Object.fromEntries(pages.map(({ kind, page }) => [kind, page]));
      print(command, value, () => {
        const there = pages.filter(({ page }) => page.items.length > 0);
        if (there.length === 0) return what ? `No ${what} yet.` : "Nothing yet.";
        return there
          .map(({ kind, page }) =>
            [
              ...(what ? [] : [`${kind}:`]),
              ...page.items.map(sayItem),
              ...(page.next_cursor ? [`… and more: lm list ${kind} --limit 200`] : []),
            ].join("\n"),
          )
          .join("\n\n");
      });
    });
}

function sayItem(item: Listed) {
  const waits = "place" in item && item.place ? `number ${item.place} in line` : "";
  return [item.id, "status" in item && item.status, waits, nameOf(item)].filter(Boolean).join("  ");
}

function nameOf(item: Listed) {
  if ("title" in item) return item.title;
  if ("front" in item) return item.front.slice(0, 60);
  return "job_type" in item ? item.job_type : item.excerpt.slice(0, 60);
}
