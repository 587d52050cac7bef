import type { z } from "@hono/zod-openapi";
import { sql } from "kysely";

/**
 * The columns that a query takes for an answer of this shape: what the shape shows is selected, written once.
 * @param made fields of the shape that are no columns of the table
 */
export function columnsOf<Shape extends z.ZodRawShape, Made extends keyof Shape = never>(
  { shape }: z.ZodObject<Shape>,
  ...made: Made[]
) {
  const names = Object.keys(shape).filter((name) => !made.some((other) => other === name));
  return names as Exclude<keyof Shape & string, Made>[];
}

/**
 * Columns in the text of a statement.
 * @param of what stands before each name: `message.`
 */
export function columns(names: readonly string[], of = "") {
  return sql.raw(names.map((name) => `${of}"${name}"`).join(", "));
}
