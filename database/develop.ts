/** What is for development only: the next migration, and an empty database. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "./connect.ts";
import { MigrationError, MIGRATIONS_FOLDER, readMigrations, upgrade } from "./migrate.ts";

/** @returns the folder of the new migration. */
export async function newMigration(name: string, folder = MIGRATIONS_FOLDER) {
  if (!/^[a-z][a-z0-9_]{0,60}$/.test(name))
    throw new MigrationError(
      `A migration is named like "add_subjects": small letters, digits and _.`,
    );
  const number = (await readMigrations(folder)).length + 1;
  const path = join(folder, `${String(number).padStart(4, "0")}_${name}`);
  await mkdir(path);
  await writeFile(
    join(path, "up.sql"),
    `-- ${name}: what an older database needs to become what schemas/ says. Runs in a transaction.\n`,
  );
  await writeFile(join(path, "down.sql"), `-- The opposite of up.sql.\n`);
  return path;
}

/** Empties the database, whatever is in it, and migrates it again. */
export async function resetDatabase(url: string, options: { folder?: string } = {}) {
  const client = await connect(url);
  try {
    await client.query("begin; drop schema public cascade; create schema public; commit");
  } finally {
    await client.end();
  }
  return upgrade(url, options);
}
