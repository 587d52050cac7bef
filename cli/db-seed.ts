import type { Command } from "commander";
import { seedScale } from "#database/seeds/scale.ts";
import { readConfig } from "#server/config.ts";
import { print } from "./client.ts";
import { withDatabase } from "./db.ts";

export function addSeedCommand(db: Command) {
  db.command("seed")
    .description("made-up students with a thousand rows each in the large tables, for benchmarks")
    .requiredOption("--scale <students>", "how many students", Number)
    .action(({ scale }: { scale: number }, command: Command) => {
      if (readConfig(process.env).production) throw new Error("seed is refused in production.");
      return withDatabase(async (url) => {
        const rows = await seedScale(url, scale);
        print(command, { students: scale, rows }, () => `${scale} students, ${rows} rows`);
      });
    });
}
