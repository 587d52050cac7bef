/**
 * `lm settings`: what an administrator set in the page, and the way back from a setting that keeps everybody out of the
 * page. It asks the database, not the server.
 */
import type { Command } from "commander";
import { sql } from "kysely";
import { openDatabase } from "#database/open.ts";
import { SETTING_NAMES, settable, type SettingName } from "#server/stored-settings.ts";
import { print } from "./client.ts";
import { withDatabase } from "./with-database.ts";

export function addSettingsCommand(program: Command) {
  const settings = program
    .command("settings")
    .description("what was set in the page; what the environment sets comes before it")
    .action((_options: object, command: Command) =>
      withStored(async (stored) => {
        print(command, await stored.list(), (rows) =>
          rows.length === 0
            ? "Nothing was set in the page."
            : rows.map(({ name, value }) => `${name}=${value ?? "(secret)"}`).join("\n"),
        );
      }),
    );
  settings
    .command("unset")
    .description("take settings of the page away; running servers and workers hear of it at once")
    .argument("<names...>", "such as LM_PUBLIC_URL")
    .action((names: string[], _options: object, command: Command) => {
      for (const name of names)
        if (!(SETTING_NAMES as string[]).includes(name))
          throw new Error(
            `${name} cannot be set in the page. There are: ${SETTING_NAMES.join(", ")}`,
          );
      return withStored(async (stored) => {
        const unset = await stored.unset(names as SettingName[]);
        print(command, { unset }, () =>
          unset.length === 0 ? "None of them was set." : `Taken away: ${unset.join(", ")}`,
        );
      });
    });
}

interface Stored {
  list(): Promise<{ name: string; value: string | null }[]>;
  /** @returns those that were set. A key goes with the address that it is for. */
  unset(names: SettingName[]): Promise<string[]>;
}

function withStored(work: (stored: Stored) => Promise<void>) {
  return withDatabase(async (url) => {
    const database = openDatabase(url, { max: 1 });
    try {
      await work({
        list: () =>
          database
            .selectFrom("installation_settings")
            .select(["name", "value"])
            .orderBy("name")
            .execute(),
        async unset(names) {
          const targets = names.filter((name) => settable(name).isTarget);
          const units = new Set(targets.map((name) => settable(name).unit));
          const keys = SETTING_NAMES.filter(
            (name) => settable(name).isSecret && units.has(settable(name).unit),
          );
          const gone = await database
            .deleteFrom("installation_settings")
            .where("name", "in", [...names, ...keys])
            .returning("name")
            .execute();
          await sql`select pg_notify('lm_settings', '')`.execute(database);
          return gone.map(({ name }) => name).toSorted();
        },
      });
    } finally {
      await database.destroy();
    }
  });
}
