import type { Command } from "commander";
import { clock } from "#server/clock.ts";
import type { SearchAnswer, SearchHit } from "#server/features/search/shapes.ts";
import { openClient, print } from "./client.ts";

export function addSearchCommand(program: Command) {
  program
    .command("search")
    .description("find passages in your recordings and materials")
    .argument("<words...>")
    .option("--kind <kind>", "recording or study_material")
    .option("--subject <subject>")
    .option("--limit <n>", "how many", "10")
    .action(async (words: string[], options: Record<string, string>, command: Command) => {
      const client = await openClient(command);
      const query = new URLSearchParams({ ...options, q: words.join(" ") });
      const found = await client.get<SearchAnswer>(`/search?${query}`);
      print(command, found, ({ items }) =>
        items.length === 0 ? "Nothing found." : items.map(sayHit).join("\n\n"),
      );
    });
}

function sayHit({ text, source, page, start_seconds }: SearchHit) {
  const place =
    start_seconds !== undefined && start_seconds !== null
      ? `, ${clock(start_seconds)}`
      : page
        ? `, page ${page}`
        : "";
  return `${source.title}${place}\n  ${text.replace(/\s+/g, " ")}`;
}
