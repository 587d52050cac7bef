import { sql } from "kysely";
import type { Tx } from "#server/context.ts";
import { takeTurns } from "#server/turns.ts";
import type { SourceRef } from "./citations.ts";
import { nearestPlace } from "./find-in-text.ts";

/** Every table whose rows quote a source: each has quote, offsets, status and the references to its source. */
export const QUOTING = [
  "citations",
  "card_witnesses",
  "suggested_cards",
  "quiz_questions",
  "summary_sentences",
  "marks",
  "vocabulary_terms",
];

interface Quoting {
  /** Where the row stands in its table. */
  place: string;
  quote: string;
  start_offset: number;
  /** Where it stood when it was cited; null while it stands there. */
  cited_offset: number | null;
  status: string;
}

/**
 * A source's text was edited: what quotes it stands where its words stand now, or says that its words are gone; never
 * anywhere else. Where it was cited, it is `valid` again: an edit and its undo leave nothing behind. Offsets count
 * UTF-16 code units.
 *
 * @param before the text that the stored offsets count in; null when there was none, and so no citation to move.
 */
export async function moveCitations(
  tx: Tx,
  userId: string,
  source: SourceRef,
  before: string | null,
  after: string,
) {
  if (before === null || before === after) return;
  const column = source.transcription_id ? "transcription_id" : "study_material_id";
  const edit = editBetween(before, after);
  const turns = takeTurns();
  for (const table of QUOTING) {
    // Locked rows stay where they are: ctid names a row of any of these tables until the transaction ends.
    const { rows } = await sql<Quoting>`
      select ctid::text as place, quote, start_offset, cited_offset, status from ${sql.table(table)}
      where user_id = ${userId} and ${sql.ref(column)} = ${source.transcription_id ?? source.study_material_id}
        and quote is not null
      for update`.execute(tx);
    const moved: Quoting[] = [];
    for (const row of rows) {
      const next = placeNow(row, after, edit);
      if (next.start_offset !== row.start_offset || next.status !== row.status) moved.push(next);
      if (turns.isOver()) await turns.next();
    }
    if (moved.length === 0) continue;
    await sql`
      update ${sql.table(table)} as quoting
      set status = row.status, start_offset = row.start_offset, cited_offset = row.cited_offset,
        end_offset = row.start_offset + quoting.end_offset - quoting.start_offset
      from jsonb_to_recordset(${JSON.stringify(moved)}::jsonb) as row
        (place text, status text, start_offset integer, cited_offset integer)
      where quoting.user_id = ${userId} and quoting.ctid = row.place::tid`.execute(tx);
  }
}

/**
 * What two texts do not share at their beginning and end: from `from` to `before` in the one, to `after` in the other.
 */
interface Edit {
  from: number;
  before: number;
  after: number;
}

/** Compared at once, then letter by letter: books are edited too. */
const BLOCK = 4096;

function editBetween(before: string, after: string): Edit {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (
    head + BLOCK <= shorter &&
    before.slice(head, head + BLOCK) === after.slice(head, head + BLOCK)
  )
    head += BLOCK;
  while (head < shorter && before[head] === after[head]) head += 1;
  const left = shorter - head;
  const block = (text: string, tail: number) =>
    text.slice(text.length - tail - BLOCK, text.length - tail);
  let tail = 0;
  while (tail + BLOCK <= left && block(before, tail) === block(after, tail)) tail += BLOCK;
  while (tail < left && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return { from: head, before: before.length - tail, after: after.length - tail };
}

/**
 * What stands behind the edit moves with it. What the edit took away is looked for in what it put there: the same words
 * elsewhere were said of something else.
 */
function placeNow(row: Quoting, after: string, edit: Edit): Quoting {
  // Moved before where it stood was written down, or carried over from another text: it has no place to return to.
  const cited = row.cited_offset ?? (row.status === "moved" ? null : row.start_offset);
  const shift = row.start_offset >= edit.before ? edit.after - edit.before : 0;
  const expected = Math.max(0, row.start_offset + shift);
  const at = after.startsWith(row.quote, expected)
    ? expected
    : placeInEdit(row.quote, after, edit, cited, expected);
  if (at === undefined)
    return { ...row, status: "changed", start_offset: expected, cited_offset: cited };
  if (at === cited) return { ...row, status: "valid", start_offset: at, cited_offset: null };
  return { ...row, status: "moved", start_offset: at, cited_offset: cited };
}

function placeInEdit(
  quote: string,
  after: string,
  edit: Edit,
  cited: number | null,
  expected: number,
) {
  const from = Math.max(0, edit.from - quote.length + 1);
  const to = edit.after + quote.length - 1;
  if (
    cited !== null &&
    cited >= from &&
    cited + quote.length <= to &&
    after.startsWith(quote, cited)
  )
    return cited;
  const found = nearestPlace(after.slice(from, to), quote, expected - from);
  return found === undefined ? undefined : from + found;
}
