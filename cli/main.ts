/** `lm`: one verb per file; the verbs of a student talk to the HTTP API. */
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { addAccountCommands } from "./account.ts";
import { addAskCommand } from "./ask.ts";
import { addBinCommand } from "./bin.ts";
import { addCardsCommand } from "./cards.ts";
import { ClientFailure } from "./client.ts";
import { addExportCommand } from "./export.ts";
import { addJobCommands } from "./job-verbs.ts";
import { addListCommand } from "./list.ts";
import { addLoginCommand } from "./login.ts";
import { addMailsCommand } from "./mails.ts";
import { addReviewCommand } from "./review.ts";
import { addSearchCommand } from "./search.ts";
import { addShowCommand } from "./show.ts";
import { addSpeakCommand } from "./speak.ts";
import { addSpeakersCommand } from "./speakers.ts";
import { addTranscribeCommand } from "./transcribe.ts";
import { addUploadCommand } from "./upload.ts";
import { addVocabularyCommand } from "./vocabulary.ts";

const API_VERBS = new Set([
  "login",
  "upload",
  "transcribe",
  "speakers",
  "ask",
  "speak",
  "search",
  "list",
  "show",
  "export",
  "cancel",
  "retry",
  "account",
  "cards",
  "review",
  "vocabulary",
  "mails",
  "bin",
]);

export async function run(argv: string[]) {
  const { version } = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  ) as { version: string };
  const program = new Command("lm")
    .description(
      "Little Monster: lectures become transcripts, answers quote their exact second or page",
    )
    .version(version)
    .option("--json", "print JSON, for machines")
    .option(
      "--server <url>",
      "address of the server (LM_SERVER, or the one of the last login, or http://127.0.0.1:4600)",
    );
  // What only talks to the API starts in 0.2 s; with the code of the server it takes 1.4 s.
  const verb = argv.slice(2).find((word) => !word.startsWith("-"));
  if (!verb || !API_VERBS.has(verb)) await addServerCommands(program);
  addLoginCommand(program);
  addUploadCommand(program);
  addTranscribeCommand(program);
  addSpeakersCommand(program);
  addAskCommand(program);
  addSpeakCommand(program);
  addSearchCommand(program);
  addListCommand(program);
  addShowCommand(program);
  addBinCommand(program);
  addExportCommand(program);
  addJobCommands(program);
  addCardsCommand(program);
  addReviewCommand(program);
  addVocabularyCommand(program);
  addAccountCommands(program);
  addMailsCommand(program);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (program.opts<{ json?: boolean }>().json && error instanceof ClientFailure)
      console.log(JSON.stringify(error.problem));
    console.error(
      error instanceof Error
        ? process.env["LM_DEBUG"]
          ? error.stack
          : error.message
        : String(error),
    );
    process.exitCode = 1;
  }
}

async function addServerCommands(program: Command) {
  (await import("./start.ts")).addStartCommand(program);
  (await import("./worker.ts")).addWorkerCommand(program);
  (await import("./demo.ts")).addDemoCommand(program);
  (await import("./models.ts")).addModelsCommands(program);
  (await import("./settings.ts")).addSettingsCommand(program);
  (await import("./db.ts")).addDatabaseCommands(program);
}

if (import.meta.main) await run(process.argv);
