/**
 * A card's witness: words that stand literally in a source of the same student, checked before they are stored.
 * Afterwards the rules of citations hold: moved or flagged when the source changes.
 */
import type { Queryable } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { locateQuote, type Citation } from "#server/features/citations/citations.ts";
import { setExactSeconds } from "#server/features/citations/exact-seconds.ts";
import { nearestPlace } from "#server/features/citations/find-in-text.ts";
import { findSourceText, witnessAt } from "#server/features/citations/source-text.ts";
import type { NewWitness } from "./shapes.ts";

/** @throws Failure `invalid-input` when there is no such source, or the words do not stand in it. */
export async function makeWitness(
  database: Queryable,
  userId: string,
  given: NewWitness,
): Promise<Citation> {
  const source = await findSourceText(database, userId, given.source);
  if (!source) refuse("witness.source", "is not one of your sources, or has no text yet");
  const span = spanOf(source.text, given);
  const witness = witnessAt(source, span);
  await setExactSeconds(database, userId, [witness]);
  return witness;
}

function spanOf(text: string, { quote, start_offset, end_offset }: NewWitness) {
  if (start_offset !== undefined && end_offset !== undefined) {
    const there = text.slice(start_offset, end_offset);
    const fits = end_offset > start_offset && end_offset <= text.length && there.trim() !== "";
    if (!fits) refuse("witness.end_offset", "is not a span of the source's text");
    if (there.length > 10_000) refuse("witness.end_offset", "is more than 10,000 characters away");
    if (quote === undefined || sameWords(there, quote))
      return { start: start_offset, end: end_offset };
  }
  if (quote === undefined) refuse("witness.quote", "is missing, and so are the offsets");
  const exact = quote.trim() === "" ? undefined : nearestPlace(text, quote, start_offset ?? 0);
  if (exact !== undefined) return { start: exact, end: exact + quote.length };
  const found = locateQuote(text, quote);
  if (!found) refuse("witness.quote", "does not stand in the source, letter by letter");
  return found;
}

function sameWords(a: string, b: string) {
  return a.replace(/\s+/g, " ").trim() === b.normalize("NFC").replace(/\s+/g, " ").trim();
}

function refuse(field: string, message: string): never {
  fail("invalid-input", { errors: [{ field, message }] });
}
