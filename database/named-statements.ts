/**
 * Which statements a connection keeps parsed under a name (https://www.postgresql.org/docs/18/sql-prepare.html): those
 * that come again and again. Parsing and planning behind row-level security take longer than most of them run; after
 * five runs PostgreSQL may keep one plan for all values.
 *
 * Never through PgBouncer in transaction mode, whose connections do not keep what another one parsed.
 */

/** A statement is named when it comes for the so-manieth time. */
const OFTEN = 5;
/** Each takes some 30 kB of each connection of the server. */
const MOST_NAMED = 150;
const MOST_COUNTED = 3000;
/** Long ones are lists of rows, each of another length. */
const LONGEST = 6000;
/** Their best plan depends on the words that are looked for. */
const BY_VALUES = /@@|bit_count|<=>|\bilike\b/;
/**
 * At the beginning of a statement: its author says that one plan is right for all values. PostgreSQL, which cannot
 * know, would plan it anew for each where it expects fewer rows of some values.
 */
export const ONE_PLAN = "/* one plan */";

const counts = new Map<string, number>();
const names = new Map<string, string>();

/**
 * The name under which this text may be parsed, the same on every connection of the process; undefined for what comes
 * seldom.
 */
export function statementName(text: string): string | undefined {
  const known = names.get(text);
  if (known || names.size >= MOST_NAMED || text.length > LONGEST) return known;
  if (BY_VALUES.test(text) && !hasOnePlan(text)) return undefined;
  const count = (counts.get(text) ?? 0) + 1;
  if (counts.size >= MOST_COUNTED) counts.clear();
  counts.set(text, count);
  if (count < OFTEN) return undefined;
  counts.delete(text);
  const name = `lm_${names.size + 1}`;
  names.set(text, name);
  return name;
}

export function hasOnePlan(text: string) {
  return text.startsWith(ONE_PLAN);
}

/**
 * The server does not know the statement, or its table has changed since: an upgrade, a restart, a pooler in between.
 * It is right again without a name.
 * https://www.postgresql.org/docs/18/errcodes-appendix.html (26000, 42P05, "cached plan must not change result type")
 */
export function isNameless(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return (
    code === "26000" || code === "42P05" || (code === "0A000" && /cached plan/.test(message ?? ""))
  );
}
