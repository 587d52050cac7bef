/**
 * What is wrong with each field of what was asked, in words of ours: the page has a sentence for each in
 * `web/locales/XX.fields.json`, by the English words here and in the shapes.
 */
import { z } from "@hono/zod-openapi";
import { fail, type FieldError } from "#server/failures.ts";

// Of everything that a shape gives no words of its own: https://zod.dev/error-customization#global-error-customization
z.config({ customError: wordsFor });

type Issue = Parameters<z.core.$ZodErrorMap>[0];

const TYPES: Partial<Record<string, string>> = {
  string: "is not text",
  number: "is not a number",
  int: "is not a whole number",
  boolean: "is neither true nor false",
  array: "is not a list",
  date: "is not a date",
};
const FORMATS: Partial<Record<string, string>> = {
  uuid: "is not an id",
  email: "is not an e-mail address",
  url: "is not an address of the web",
  date: "is not a date such as 2027-02-14",
  datetime: "is not a time such as 2027-02-14T09:30:00Z",
  safeint: "is not a whole number",
};

function wordsFor(issue: Issue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined) return "is missing";
      return TYPES[issue.expected] ?? "is of another kind than is wanted here";
    case "invalid_format":
      return FORMATS[issue.format] ?? "is not written as is wanted here";
    case "invalid_value":
      return `is not one of: ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return tooSmall(issue);
    case "too_big":
      return tooBig(issue);
    case "not_multiple_of":
      return `is no multiple of ${String(issue.divisor)}`;
    case "unrecognized_keys":
      return "is not known here";
    case "invalid_union":
    case "invalid_key":
    case "invalid_element":
      return "is of another kind than is wanted here";
    case "custom":
      return "is not right";
  }
}

function tooSmall({ origin, minimum, inclusive }: Extract<Issue, { code: "too_small" }>) {
  if (origin === "number" || origin === "int" || origin === "bigint")
    return inclusive ? `is less than ${minimum}` : `is not more than ${minimum}`;
  if (Number(minimum) === 1) return "is empty";
  return origin === "string"
    ? `needs at least ${minimum} characters`
    : `needs at least ${minimum} entries`;
}

function tooBig({ origin, maximum, inclusive }: Extract<Issue, { code: "too_big" }>) {
  if (origin === "number" || origin === "int" || origin === "bigint")
    return inclusive ? `is more than ${maximum}` : `is not less than ${maximum}`;
  return origin === "string"
    ? `is longer than ${maximum} characters`
    : `has more than ${maximum} entries`;
}

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

/** @throws Failure `invalid-input` with each wrong field. */
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
