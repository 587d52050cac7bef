/** The columns of the suitcase's tables, from the catalog: a new column travels without anybody thinking of it. */
import { sql } from "kysely";
import type { Queryable } from "#server/context.ts";
import type { SuitcaseTable } from "./suitcase-tables.ts";

export interface Column {
  name: string;
  type: string;
  required: boolean;
}

/** Without the owner, what is generated, and what the table leaves out. In the table's order. */
export async function columnsOf(database: Queryable, table: SuitcaseTable): Promise<Column[]> {
  const { rows } = await sql<Column>`
    select attname as name, format_type(atttypid, null) as type, attnotnull as required
    from pg_attribute
    where attrelid = to_regclass(${table.name}) and attnum > 0 and not attisdropped and attgenerated = ''
    order by attnum`.execute(database);
  const left = new Set(["user_id", ...(table.omit ?? []), ...(table.file ? ["storage_key"] : [])]);
  return rows.filter(({ name }) => !left.has(name));
}

const JSON_TYPES: Record<string, object> = {
  boolean: { type: "boolean" },
  smallint: { type: "integer" },
  integer: { type: "integer" },
  bigint: { type: "integer" },
  real: { type: "number" },
  "double precision": { type: "number" },
  uuid: { type: "string", format: "uuid" },
  "timestamp with time zone": { type: "string", format: "date-time" },
  date: { type: "string", format: "date" },
  bytea: {
    type: "string",
    pattern: "^\\\\x[0-9a-f]*$",
    description: "Bytes, hexadecimal after \\x",
  },
  jsonb: {},
  "text[]": { type: "array", items: { type: "string" } },
  "double precision[]": { type: "array", items: { type: "number" } },
};

/** JSON Schema 2020-12 of one line. */
export function lineSchema(title: string, columns: Column[], withFile = false) {
  const properties: Record<string, object> = {};
  for (const { name, type, required } of columns) {
    const given = JSON_TYPES[type] ?? { type: "string" };
    properties[name] =
      required || !("type" in given) ? given : { anyOf: [given, { type: "null" }] };
  }
  if (withFile)
    properties.file = {
      anyOf: [
        { type: "string", pattern: "^[0-9a-f]{64}$", description: "Name of a file in data/files" },
        { type: "null" },
      ],
    };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title,
    type: "object",
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  };
}
