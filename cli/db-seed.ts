import type { Command } from "commander";
import { upgrade } from "#database/migrate.ts";
import { seedScale } from "#database/seeds/scale.ts";
import { readConfig } from "#server/config.ts";
import { print } from "./client.ts";
import { DEMO_PASSWORD, seedStudents } from "./seed-students.ts";
import { withDatabase } from "./with-database.ts";

export function addSeedCommand(db: Command) {
  db.command("seed")
    .description("three students to look at; or with --scale many, for benchmarks")
    .option(
      "--scale <students>",
      "made-up students with a thousand rows in each large table",
      Number,
    )
    .action(({ scale }: { scale?: number }, command: Command) => {
      if (readConfig(process.env).production) throw new Error("seed is refused in production.");
      return withDatabase(async (url) => {
        await upgrade(url);
        if (scale !== undefined) {
          const rows = await seedScale(url, scale);
          print(command, { students: scale, rows }, () => `${scale} students, ${rows} rows`);
          return;
        }
        const seeded = await seedStudents(url);
        print(command, { ...seeded, password: DEMO_PASSWORD }, ({ emails, changed }) =>
          [
            changed ? "Three students:" : "Nothing to do; the students are there:",
            ...emails.map((email) => `  ${email}`),
            `Their password is ${DEMO_PASSWORD}`,
          ].join("\n"),
        );
      });
    });
}
