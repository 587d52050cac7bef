import { Argument, type Command } from "commander";
import { openClient, print } from "./client.ts";

const PATHS: Record<string, string> = {
  recordings: "/recordings",
  materials: "/study-materials",
  transcriptions: "/transcriptions",
  conversations: "/conversations",
  jobs: "/jobs",
  speech: "/tts",
};

interface Item {
  id: string;
  title?: string;
  status?: string;
  job_type?: string;
  text?: string;
  engine?: string;
}

export function addListCommand(program: Command) {
  program
    .command("list")
    .description("list what is yours, newest first")
    .addArgument(new Argument("[what]").choices(Object.keys(PATHS)).default("recordings"))
    .option("--limit <n>", "how many", "50")
    .action(async (what: string, options: { limit: string }, command: Command) => {
      const client = await openClient(command);
      const page = await client.get<{ items: Item[] }>(
        `${PATHS[what]}?limit=${encodeURIComponent(options.limit)}`,
      );
      print(command, page, ({ items }) =>
        items.length === 0
          ? "Nothing yet."
          : items
              .map((item) =>
                [item.id, item.status, item.job_type ?? item.title ?? item.text?.slice(0, 60)]
                  .filter(Boolean)
                  .join("  "),
              )
              .join("\n"),
      );
    });
}
