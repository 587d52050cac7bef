import type { Command } from "commander";
import { describeDifference } from "#database/catalog.ts";
import { checkDatabase } from "#database/check.ts";
import { newMigration, resetDatabase } from "#database/develop.ts";
import { downgrade, readApplied, readMigrations, stamp, upgrade } from "#database/migrate.ts";
import { offlineScript } from "#database/offline-script.ts";
import { scrub } from "#database/scrub.ts";
import { readConfig } from "#server/config.ts";
import { print } from "./client.ts";
import { addBackupCommands } from "./db-backup.ts";
import { addSeedCommand } from "./db-seed.ts";
import { withDatabase } from "./with-database.ts";

export function addDatabaseCommands(program: Command) {
  const db = program.command("db").description("look after the database");

  addUpgrade(db);
  addDowngrade(db);
  addCurrent(db);
  addHistory(db);
  addStamp(db);
  addCheck(db);
  addScripts(db);
  addReset(db);
  addScrub(db);
  addBackupCommands(db);
  addSeedCommand(db);
}

function addUpgrade(db: Command) {
  db.command("upgrade")
    .description("apply migrations, up to a version or all")
    .argument("[to]", "version", Number)
    .action((to: number | undefined, _options, command: Command) =>
      withDatabase(async (url) => {
        const done = await upgrade(url, to === undefined ? {} : { to });
        print(
          command,
          done.map(({ name }) => name),
          (names) =>
            names.length ? names.map((name) => `applied ${name}`).join("\n") : "Nothing to do.",
        );
      }),
    );
}

function addScrub(db: Command) {
  db.command("scrub")
    .description(
      "write all tables anew, so that no byte of what was deleted stays in the files; tables are locked meanwhile",
    )
    .action((_options, command: Command) =>
      withDatabase(async (url) => {
        const done = await scrub(url);
        print(command, done, ({ tables, log }) =>
          log
            ? `${tables} tables are written anew, and the log of writes begins anew.`
            : `${tables} tables are written anew. The log of writes (WAL) is not ended: only a superuser may.`,
        );
      }),
    );
}

function addDowngrade(db: Command) {
  db.command("downgrade")
    .description("take migrations back, down to a version or one step")
    .argument("[to]", "version", Number)
    .action((to: number | undefined, _options, command: Command) =>
      withDatabase(async (url) => {
        const undone = await downgrade(url, to === undefined ? {} : { to });
        print(
          command,
          undone.map(({ name }) => name),
          (names) =>
            names.length ? names.map((name) => `took back ${name}`).join("\n") : "Nothing to do.",
        );
      }),
    );
}

function addCurrent(db: Command) {
  db.command("current")
    .description("the version of the database, and of this program")
    .action((_options, command: Command) =>
      withDatabase(async (url) => {
        const [applied, known] = await Promise.all([readApplied(url), readMigrations()]);
        print(
          command,
          { database: applied.length, program: known.length },
          ({ database, program: mine }) => `database ${database}, program ${mine}`,
        );
      }),
    );
}

function addHistory(db: Command) {
  db.command("history")
    .description("which migration was applied when")
    .action((_options, command: Command) =>
      withDatabase(async (url) => {
        print(command, await readApplied(url), (rows) =>
          rows.map(({ name, applied_at }) => `${applied_at.toISOString()}  ${name}`).join("\n"),
        );
      }),
    );
}

function addStamp(db: Command) {
  db.command("stamp")
    .description(
      "record migrations as applied without running them: for a database that psql deployed",
    )
    .argument("[to]", "version", Number)
    .action((to: number | undefined) =>
      withDatabase((url) => stamp(url, to === undefined ? {} : { to })),
    );
}

function addCheck(db: Command) {
  db.command("check")
    .description("compare schema files, migrations and the live database, object by object")
    .action((_options, command: Command) =>
      withDatabase(async (url) => {
        const result = await checkDatabase(url);
        const { version, migrations, database } = result;
        print(command, result, () =>
          [
            `database ${version.database}, program ${version.program}`,
            ...migrations.map(
              (one) => `migrations against schema files: ${describeDifference(one)}`,
            ),
            ...database.map((one) => `database: ${describeDifference(one)}`),
            ...(migrations.length + database.length === 0 ? ["No drift."] : []),
          ].join("\n"),
        );
        if (migrations.length + database.length > 0) process.exitCode = 1;
      }),
    );
}

function addScripts(db: Command) {
  db.command("sql")
    .description("print what upgrade or downgrade would run, for a database that only psql reaches")
    .argument("[to]", "version", Number)
    .option("--from <version>", "version that the database has", Number, 0)
    .action(async (to: number | undefined, { from }: { from: number }) =>
      console.log(await offlineScript(to === undefined ? { from } : { from, to })),
    );

  db.command("new")
    .description("begin the next migration")
    .argument("<name>", "like add_subjects")
    .action(async (name: string) => console.log(await newMigration(name)));
}

function addReset(db: Command) {
  db.command("reset")
    .description("empty a development database and migrate it again")
    .option("--yes", "really")
    .action(async ({ yes }: { yes?: boolean }) => {
      if (readConfig(process.env).production) throw new Error("reset is refused in production.");
      if (!yes) throw new Error("This deletes every row. Say so with --yes.");
      await withDatabase(async (url) => void (await resetDatabase(url)));
    });
}
