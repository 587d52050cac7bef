/** `lm db check`: do the schema files, the migrations and the live database say the same? Said object by object. */
import { compareCatalogs, readCatalog, type Difference } from "./catalog.ts";
import { readApplied, readMigrations } from "./migrate.ts";
import { catalogOfFiles, catalogOfMigrations } from "./shadow.ts";

export interface CheckResult {
  /** Version of the live database, and of this program. */
  version: { database: number; program: number };
  /** Expected: the schema files; found: what the migrations make. Not empty means that a migration is missing. */
  migrations: Difference[];
  /** Expected: what the migrations make up to the database's own version; found: the live database. */
  database: Difference[];
}

export async function checkDatabase(
  url: string,
  options: { folder?: string } = {},
): Promise<CheckResult> {
  const [applied, known] = [await readApplied(url), await readMigrations(options.folder)];
  const [files, migrated, live] = [
    await catalogOfFiles(url),
    await catalogOfMigrations(url, options),
    await readCatalog(url),
  ];
  // A database without a history is one that psql deployed, or an empty one: it is held against the newest version.
  const expected =
    applied.length === 0 || applied.length === known.length
      ? migrated
      : await catalogOfMigrations(url, { ...options, to: applied.length });
  return {
    version: { database: applied.length, program: known.length },
    migrations: compareCatalogs(files, migrated),
    database: compareCatalogs(expected, live),
  };
}
