/** The schema as it stands in the files `schemas/NNN_name.sql`. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const SCHEMAS_FOLDER = fileURLToPath(new URL("schemas", import.meta.url));

export async function schemaFiles() {
  return (await readdir(SCHEMAS_FOLDER)).filter((name) => /^\d{3}_\w+\.sql$/.test(name)).toSorted();
}

/** The text of master-schema.sql. */
export async function masterSchema() {
  const names = await schemaFiles();
  const files = await Promise.all(
    names.map((name) => readFile(join(SCHEMAS_FOLDER, name), "utf8")),
  );
  return (
    `-- Generated from ${names[0]} to ${names.at(-1)} by "npm run database:generate". Do not ` +
    `edit.\n\n${files.join("\n")}`
  );
}
