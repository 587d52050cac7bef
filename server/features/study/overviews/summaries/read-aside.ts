/**
 * What of a summary reads all the words of its source: it runs in the thread of study-aside.ts, where nobody waits for
 * it.
 */
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { Citation } from "#server/features/citations/citations.ts";
import { findSourceText } from "#server/features/citations/source-text.ts";
import { lexemesIn } from "#server/features/search/search-vector.ts";
import type { Span } from "#server/features/search/sentences.ts";
import { analyse } from "#server/features/study/overviews/analysed-source.ts";
import { evenly } from "../../evenly.ts";
import type { Claim } from "./ask-for-summary.ts";
import { checkSentence } from "./check-sentence.ts";
import type { SourceOfSummary } from "./queries.ts";

/** What is read at once; small models lose the thread of more. */
const PART = 6000;
const LONGEST_PART = 12_000;
const MOST_PARTS = 10;

/**
 * Parts of whole sentences; evenly over the text where it has more of them than are read.
 * @throws Failure `not-found`.
 */
export async function cutSource(
  { database }: Pick<Context, "database">,
  userId: string,
  source: SourceOfSummary,
): Promise<{ parts: Span[]; of: number }> {
  const sentences = analyse((await findSourceText(database, userId, source)) ?? fail("not-found"));
  const length = sentences.at(-1)?.end ?? 0;
  const most = Math.min(LONGEST_PART, Math.max(PART, Math.ceil(length / MOST_PARTS)));
  const all: Span[] = [];
  for (const { start, end } of sentences) {
    const open = all.at(-1);
    if (open && end - open.start <= most) open.end = end;
    // A text without a full stop is cut.
    else all.push({ start, end: Math.min(end, start + LONGEST_PART) });
  }
  return { parts: evenly(all, MOST_PARTS), of: all.length };
}

/**
 * The witness of each sentence; null where the source does not bear it out.
 * @throws Failure `not-found`.
 */
export async function checkSentences(
  { database }: Pick<Context, "database">,
  userId: string,
  { source: asked, claims }: { source: SourceOfSummary; claims: Claim[] },
): Promise<(Citation | null)[]> {
  const source = (await findSourceText(database, userId, asked)) ?? fail("not-found");
  const lexemes = lexemesIn(source.text, source.language);
  const words = { source, sentences: analyse(source), lexemes };
  return claims.map(({ text, quoted }) => (quoted && checkSentence(words, text, quoted)) ?? null);
}
