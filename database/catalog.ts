/**
 * The catalog of a database as text, object by object, so that two ways of making it can be compared.
 * Objects of extensions are left out, the extension itself is listed; what belongs to pgvector is left out too. NOT
 * NULL is part of its column: PostgreSQL 18 lists it as a constraint too, 15 does not.
 */
import { connect } from "./connect.ts";
import { PGVECTOR_OBJECTS } from "./pgvector.ts";

/** Object ("index users_email_key") to its definition. */
export type Catalog = Map<string, string>;

export interface Difference {
  object: string;
  /** Undefined where it should not be there. */
  expected: string | undefined;
  /** Undefined where it is missing. */
  found: string | undefined;
}

/** Ours and not the schema's: what was applied when. */
const BOOKKEEPING = "schema_migrations";

const QUERY = `
with space as (select oid from pg_namespace where nspname = current_schema()),
owned as (select objid from pg_depend where deptype = 'e'),
tables as (
  select c.* from pg_class c
  where c.relnamespace = (select oid from space) and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
    and c.relname <> '${BOOKKEEPING}' and c.oid not in (select objid from owned)
)
select 'extension ' || extname as object, '' as definition from pg_extension where extname <> 'plpgsql'
union all
select 'table ' || relname, concat_ws(' ', relkind, array_to_string(reloptions, ',')) from tables
union all
select 'column ' || relname || '.' || attname,
  concat_ws(' ', format_type(atttypid, atttypmod), case when attnotnull then 'not null' end,
    case attgenerated when 's' then 'generated as' else case when d.oid is not null then 'default' end end,
    pg_get_expr(d.adbin, d.adrelid), nullif(attidentity, ''))
from tables join pg_attribute a on a.attrelid = tables.oid and attnum > 0 and not attisdropped
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
union all
select 'constraint ' || relname || ' ' || conname, pg_get_constraintdef(con.oid)
from tables join pg_constraint con on con.conrelid = tables.oid where contype <> 'n'
union all
select 'index ' || i.relname, pg_get_indexdef(i.oid) || case when indisvalid then '' else ' INVALID' end
from tables join pg_index on indrelid = tables.oid join pg_class i on i.oid = indexrelid
union all
select 'trigger ' || relname || ' ' || tgname, pg_get_triggerdef(t.oid) || case when tgenabled = 'O' then ''
  else ' DISABLED' end
from tables join pg_trigger t on tgrelid = tables.oid where not tgisinternal
union all
select 'function ' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', pg_get_functiondef(p.oid)
from pg_proc p where pronamespace = (select oid from space) and p.oid not in (select objid from owned)
  and prokind in ('f', 'p')
union all
select 'row security ' || relname, case when relforcerowsecurity then 'forced' else '' end from tables
where relrowsecurity
union all
select 'policy ' || relname || ' ' || polname,
  concat_ws(' ', polcmd, case when polpermissive then 'permissive' else 'restrictive' end,
  polroles::text, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
from tables join pg_policy on polrelid = tables.oid
union all
select 'type ' || typname, format_type(t.oid, null) from pg_type t
where typnamespace = (select oid from space) and typtype in ('e', 'd') and t.oid not in (select objid from owned)
union all
select 'comment on table ' || relname, obj_description(tables.oid, 'pg_class') from tables
where obj_description(tables.oid, 'pg_class') is not null
union all
select 'comment on column ' || relname || '.' || attname, col_description(tables.oid, attnum)
from tables join pg_attribute on attrelid = tables.oid and attnum > 0 and not attisdropped
where col_description(tables.oid, attnum) is not null
union all
select 'comment on function ' || proname, obj_description(p.oid, 'pg_proc')
from pg_proc p where pronamespace = (select oid from space) and p.oid not in (select objid from owned)
  and obj_description(p.oid, 'pg_proc') is not null
order by 1`;

export async function readCatalog(url: string): Promise<Catalog> {
  const client = await connect(url);
  try {
    const { rows } = await client.query<{ object: string; definition: string }>(QUERY);
    return new Map(
      rows
        .filter(({ object }) => !PGVECTOR_OBJECTS.has(object))
        .map(({ object, definition }) => [object, definition]),
    );
  } finally {
    await client.end();
  }
}

export function compareCatalogs(expected: Catalog, found: Catalog): Difference[] {
  const objects = [...new Set([...expected.keys(), ...found.keys()])].toSorted();
  return objects
    .map((object) => ({ object, expected: expected.get(object), found: found.get(object) }))
    .filter((one) => one.expected !== one.found);
}

/** One line an object, its definitions below it. */
export function describeDifference({ object, expected, found }: Difference) {
  if (found === undefined) return `missing: ${object}`;
  if (expected === undefined) return `not expected: ${object}`;
  return `different: ${object}\n  expected ${expected}\n  found    ${found}`;
}
