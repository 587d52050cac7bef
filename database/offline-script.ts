/** `lm db sql`: what upgrade or downgrade would run, as a script for a database that only psql reaches. */
import {
  BOOKKEEPING,
  KEEP_APART,
  LOCK,
  MigrationError,
  readMigrations,
  type Migration,
} from "./migrate.ts";

/** @param range.from version the database has; @param range.to version it shall have, below `from` to go back. */
export async function offlineScript(range: { from?: number; to?: number; folder?: string } = {}) {
  const migrations = await readMigrations(range.folder);
  const { from = 0, to = migrations.length } = range;
  for (const version of [from, to]) {
    if (!Number.isInteger(version) || version < 0 || version > migrations.length)
      throw new MigrationError(
        `There is no version ${version}; the newest is ${migrations.length}.`,
      );
  }
  const steps =
    to >= from
      ? migrations.slice(from, to).map((migration) => script(migration, "up"))
      : migrations
          .slice(to, from)
          .toReversed()
          .map((migration) => script(migration, "down"));
  return `-- From version ${from} to ${to}. Run with: psql -v ON_ERROR_STOP=1 -f\n${steps.join("")}`;
}

function script({ version, name, hash, up, down }: Migration, direction: "up" | "down") {
  // The first statement fails where the database is at another version: nothing of the step is then done.
  const [expected, record] =
    direction === "up"
      ? [
          version - 1,
          `insert into schema_migrations (version, name, hash) values (${version}, '${name}', '${hash}');`,
        ]
      : [version, `delete from schema_migrations where version = ${version};`];
  return `
begin;
select pg_advisory_xact_lock(${LOCK});
${BOOKKEEPING.trim()};
do $$
begin
  if (select coalesce(max(version), 0) from schema_migrations) <> ${expected} then
    raise exception 'this step of ${name} wants a database at version ${expected}';
  end if;
end
$$;
select set_config('lm.purpose', 'upkeep', true);
${
  direction === "up"
    ? `${up}
${KEEP_APART.trim()};`
    : down
}
${record}
commit;
`;
}
