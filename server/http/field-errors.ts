import type { z } from "@hono/zod-openapi";
import { fail, type FieldError } from "#server/failures.ts";

interface Naming {
  /** The field of what is wrong with the whole. */
  whole?: string;
  /** Before each field, such as `Upload-Metadata `. */
  prefix?: string;
}

export function fieldErrors(
  { issues }: z.core.$ZodError,
  { whole = "", prefix = "" }: Naming = {},
): FieldError[] {
  return issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
          field: prefix + [...issue.path, key].join("."),
          message: "is not known here",
        }))
      : [{ field: prefix + (issue.path.join(".") || whole), message: issue.message }],
  );
}

/** @throws invalid-input with each wrong field */
export function mustParse<T extends z.ZodType>(
  shape: T,
  given: unknown,
  naming?: Naming,
): z.output<T> {
  const parsed = shape.safeParse(given);
  return parsed.success
    ? parsed.data
    : fail("invalid-input", { errors: fieldErrors(parsed.error, naming) });
}
