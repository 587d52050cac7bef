/**
 * What of suggestions reads all the words of a subject: it runs in the thread of study-aside.ts, where nobody waits for
 * it.
 */
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { CardKind } from "#server/features/study/cards/shapes.ts";
import { evenly } from "../../evenly.ts";
import { suggestByRules, type Suggestion } from "./by-rules.ts";
import { checkItem } from "./check-item.ts";
import { readCourse, type Course, type Scope } from "./course.ts";
import type { ModelItem } from "./read-items.ts";

export type SuggestionOfSubject = Suggestion & { subject: string | null };

type Needed = Pick<Context, "database">;

/** What a language model reads at once; small ones lose the thread of more. */
const PIECE = 6000;

/** Of the job that asks piece by piece; a large subject takes seconds to read. */
let last: { of: string; course: Course } | undefined;

async function read({ database }: Needed, userId: string, scope: Scope) {
  const course =
    (await readCourse(database, userId, scope)) ??
    fail("invalid-input", {
      message: "There is no text to make cards of: the source or subject has none yet.",
    });
  last = { of: nameOf(userId, scope), course };
  return course;
}

const nameOf = (userId: string, scope: Scope) => `${userId} ${JSON.stringify(scope)}`;

/**
 * Pieces that are read at once, evenly over the text; `most` is their number.
 * @throws Failure `invalid-input`.
 */
export async function cutCourse(
  needed: Needed,
  userId: string,
  { scope, most }: { scope: Scope; most: number },
): Promise<string[]> {
  const course = await read(needed, userId, scope);
  const pieces: string[] = [];
  let open = "";
  for (const { text } of course.sentences) {
    if (open.length + text.length > PIECE) {
      pieces.push(open);
      open = "";
    }
    open += `${text.replace(/\s+/g, " ")}\n`;
  }
  if (open.trim() !== "") pieces.push(open);
  return evenly(pieces, most);
}

/** @throws Failure `invalid-input`. */
export async function suggestFromCourse(
  needed: Needed,
  userId: string,
  { scope, count, kinds }: { scope: Scope; count: number; kinds: CardKind[] },
): Promise<SuggestionOfSubject[]> {
  const course = await read(needed, userId, scope);
  return suggestByRules(course, count, kinds).map((one) => ofSubject(course, one));
}

/**
 * Null for what the source does not bear out.
 * @throws Failure `invalid-input`.
 */
export async function checkItems(
  needed: Needed,
  userId: string,
  { scope, items }: { scope: Scope; items: ModelItem[] },
): Promise<(SuggestionOfSubject | null)[]> {
  const course =
    last?.of === nameOf(userId, scope) ? last.course : await read(needed, userId, scope);
  return items.map((item) => {
    const checked = checkItem(course, item);
    return checked ? ofSubject(course, checked) : null;
  });
}

function ofSubject(course: Course, suggestion: Suggestion): SuggestionOfSubject {
  const { id } = suggestion.witness.source;
  const of = course.sentences.find(({ source }) => source.id === id);
  return { ...suggestion, subject: of?.source.subject ?? null };
}
