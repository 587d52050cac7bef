/**
 * U+0000, which no text of PostgreSQL can hold: wherever it stands in JSON, a query or a form, the sender learns in
 * which field. What is read from files is cleaned instead; their authors did not type it.
 */
import { fail } from "#server/failures.ts";

/**
 * @param where stands before the names of the fields.
 * @throws Failure `invalid-input` naming each field, as in "items.0.text", that holds one in its text or in its name.
 */
export function refuseNul(given: unknown, where = "") {
  const fields: string[] = [];
  collect(given, "", fields);
  if (fields.length > 0)
    fail("invalid-input", {
      errors: fields.slice(0, MOST_NAMED).map((field) => ({
        field: where + field,
        message: MESSAGE,
      })),
    });
}

const MESSAGE = "contains a character that cannot be shown";
const MOST_NAMED = 20;

/** As deep as JSON is let in (check-json.ts). */
function collect(value: unknown, path: string, fields: string[]) {
  if (typeof value === "string") {
    if (value.includes("\0")) fields.push(path || "json");
  } else if (typeof value === "object" && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      const name = key.replaceAll("\0", "");
      const place = path ? `${path}.${name}` : name;
      if (name !== key) fields.push(place);
      else collect(each, place, fields);
    }
  }
}
