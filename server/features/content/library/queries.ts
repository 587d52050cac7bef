import { sql, type RawBuilder } from "kysely";
import type { Queryable } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { recordingsById } from "../recordings/queries.ts";
import { materialsById } from "../study-materials/queries.ts";
import { firstLines } from "./first-lines.ts";
import type { LibraryFilters, LibraryItem, LibrarySort } from "./shapes.ts";

/** To the microsecond, and by letters alone the order of time. */
const inOrder = (time: string) =>
  sql`to_char(${sql.ref(time)} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US')`;

/** Without accents (Ärzte before Atome), and numbers by what they count (Lecture 2 before Lecture 10). */
const byName = (title: RawBuilder<unknown>) => sql`
  regexp_replace(regexp_replace(
    regexp_replace(normalize(lower(${title}), nfd), '[\\u0300-\\u036f]', '', 'g'),
    '(\\d+)', '00000000\\1', 'g'), '\\d*(\\d{8})', '\\1', 'g')`;

/** What they are sorted by, as text: a cursor names it. */
const SORTS: Record<LibrarySort, { key: RawBuilder<unknown>; descending: boolean }> = {
  newest: { key: inOrder("thing.created_at"), descending: true },
  oldest: { key: inOrder("thing.created_at"), descending: false },
  title: { key: byName(sql`thing.title`), descending: false },
  // What was never opened comes last, newest first.
  opened: {
    key: sql`case when place.seen_at is null then '0' || ${inOrder("thing.created_at")}
      else '1' || ${inOrder("place.seen_at")} end`,
    descending: true,
  },
};

const RECORDINGS = sql`
  select 'recording' as kind, recording.id, title, subject, tags, recording.created_at, case
    when job.status in ('pending', 'processing') then 'working'
    when job.status = 'failed' then 'failed'
    when exists (select from transcriptions where user_id = recording.user_id and recording_id = recording.id
      and is_current) then 'ready'
    else 'no_text' end as state
  from recordings as recording left join lateral (
    select status from transcription_jobs where user_id = recording.user_id and recording_id = recording.id
    order by id desc limit 1
  ) as job on true`;
const MATERIALS = sql`
  select 'study_material' as kind, id, title, subject, tags, created_at,
    case status when 'ready' then 'ready' when 'failed' then 'failed' else 'working' end as state
  from study_materials`;

/** @throws Failure `invalid-input` for a cursor that is none. */
export async function listLibrary(
  database: Queryable,
  userId: string,
  filters: LibraryFilters & { limit: number; cursor?: string | undefined },
) {
  const { key, descending } = SORTS[filters.sort];
  const lists: RawBuilder<unknown>[] = [];
  if (filters.kind !== "study_material")
    lists.push(sql`(${RECORDINGS} where recording.user_id = ${userId} and binned_at is null)`);
  if (filters.kind !== "recording")
    lists.push(sql`(${MATERIALS} where user_id = ${userId} and binned_at is null)`);
  const conditions = [sql`true`];
  for (const column of ["subject", "state"] as const)
    if (filters[column] !== undefined)
      conditions.push(sql`thing.${sql.ref(column)} = ${filters[column]}`);
  if (filters.tag !== undefined) conditions.push(sql`${filters.tag} = any(thing.tags)`);
  const [after, id] = filters.cursor === undefined ? [] : readCursor(filters.cursor);
  if (after !== undefined)
    conditions.push(
      sql`(${key} collate "C", thing.id) ${sql.raw(descending ? "<" : ">")} (${after}, ${id}::uuid)`,
    );
  const order = sql.raw(descending ? "desc" : "asc");
  const { rows } = await sql<{ kind: LibraryItem["kind"]; id: string; key: string }>`
    select thing.kind, thing.id, ${key} as key
    from (${sql.join(lists, sql` union all `)}) as thing
      left join study_places as place on place.user_id = ${userId} and place.source_kind = thing.kind
        and place.source_id = thing.id
    where ${sql.join(conditions, sql` and `)}
    order by ${key} collate "C" ${order}, thing.id ${order} limit ${filters.limit + 1}`.execute(
    database,
  );
  const page = rows.slice(0, filters.limit);
  const last = page.at(-1);
  return {
    items: await itemsOf(database, userId, page),
    next_cursor: rows.length > page.length && last ? writeCursor(last.key, last.id) : null,
  };
}

/** In the order of `page`; what was deleted in between is left out. */
async function itemsOf(
  database: Queryable,
  userId: string,
  page: { kind: LibraryItem["kind"]; id: string }[],
) {
  const idsOf = (wanted: LibraryItem["kind"]) =>
    page.flatMap(({ kind, id }) => (kind === wanted ? [id] : []));
  const ids = { recordings: idsOf("recording"), materials: idsOf("study_material") };
  const [recordings, materials, lines] = await Promise.all([
    recordingsById(database, userId, ids.recordings),
    materialsById(database, userId, ids.materials),
    firstLines(database, userId, ids),
  ]);
  const lineOf = (id: string) => ({ first_line: lines.get(id) ?? null });
  const all = [
    ...recordings.map((item) => ({ kind: "recording" as const, item, ...lineOf(item.id) })),
    ...materials.map((item) => ({ kind: "study_material" as const, item, ...lineOf(item.id) })),
  ];
  const found = new Map(all.map((one) => [one.item.id, one]));
  return page.flatMap(({ id }) => found.get(id) ?? []);
}

const writeCursor = (key: string, id: string) =>
  Buffer.from(JSON.stringify([key, id])).toString("base64url");

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function readCursor(cursor: string): [string, string] {
  try {
    const [key, id] = JSON.parse(Buffer.from(cursor, "base64url").toString()) as unknown[];
    if (typeof key === "string" && !key.includes("\0") && typeof id === "string" && UUID.test(id))
      return [key, id];
  } catch {
    // Said below.
  }
  return fail("invalid-input", {
    errors: [{ field: "cursor", message: "is not a cursor of this list" }],
  });
}

export async function listTags(database: Queryable, userId: string) {
  const { rows } = await sql<{ tag: string; things: number }>`
    select tag, count(*)::integer as things from (
      select unnest(tags) as tag from recordings where user_id = ${userId} and binned_at is null
      union all select unnest(tags) from study_materials where user_id = ${userId} and binned_at is null
    ) as tagged group by tag order by tag limit 500`.execute(database);
  return rows;
}
