/** `lm`: one verb per file; every verb but `start`, `worker` and `db` talks to the HTTP API. */
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { addAskCommand } from "./ask.ts";
import { ClientFailure } from "./client.ts";
import { addDatabaseCommands } from "./db.ts";
import { addDemoCommand } from "./demo.ts";
import { addListCommand } from "./list.ts";
import { addLoginCommand } from "./login.ts";
import { addModelsCommands } from "./models.ts";
import { addSearchCommand } from "./search.ts";
import { addSpeakCommand } from "./speak.ts";
import { addStartCommand } from "./start.ts";
import { addTranscribeCommand } from "./transcribe.ts";
import { addUploadCommand } from "./upload.ts";
import { addWorkerCommand } from "./worker.ts";

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
  addStartCommand(program);
  addWorkerCommand(program);
  addDemoCommand(program);
  addLoginCommand(program);
  addUploadCommand(program);
  addTranscribeCommand(program);
  addAskCommand(program);
  addSpeakCommand(program);
  addSearchCommand(program);
  addListCommand(program);
  addModelsCommands(program);
  addDatabaseCommands(program);
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

if (import.meta.main) await run(process.argv);
