/**
 * What is in a source, without a language model: key terms, outline, and the sentences that matter most, each where it
 * stands.
 */
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { Citation } from "#server/features/citations/citations.ts";
import { setExactSeconds } from "#server/features/citations/exact-seconds.ts";
import { findSourceText, witnessAt } from "#server/features/citations/source-text.ts";
import { analyse, type Sentence } from "./analysed-source.ts";
import { keyTerms, readRarity } from "./key-terms.ts";
import { isSayable, lexRank } from "./lexrank.ts";
import { outlineOf } from "./outline.ts";

const MOST_TERMS = 20;
const MOST_SENTENCES = 8;

/** @throws Failure `not-found`; `conflict` when the source has no text yet. */
export async function makeOverview(
  { database }: Context,
  userId: string,
  given: { kind: "recording" | "study_material"; id: string },
) {
  const source = (await findSourceText(database, userId, given)) ?? fail("not-found");
  const sentences = analyse(source);
  if (sentences.length === 0)
    fail("conflict", {
      message: "This source has no text yet, so that there is nothing to sum up.",
    });
  const scores = lexRank(sentences);
  const witnesses: Citation[] = [];
  const cite = ({ start, end }: Sentence) => {
    const witness = witnessAt(source, { start, end });
    witness.number = witnesses.length + 1;
    witnesses.push(witness);
    return witness;
  };
  const best = (having: Sentence[]) =>
    having.reduce((a, b) => (scores[b.number]! > scores[a.number]! ? b : a));
  const terms = keyTerms(sentences, MOST_TERMS, await readRarity(database, userId, sentences)).map(
    ({ term, count, sentences: having }) => ({ term, count, witness: cite(best(having)) }),
  );
  const outline = outlineOf(sentences).map(({ title, page, sentence }) => ({
    title,
    ...(page === undefined ? {} : { page }),
    witness: cite(sentence),
  }));
  const chosen = chooseSentences(sentences, scores).map((sentence) => ({
    text: sentence.text.replace(/\s+/g, " "),
    witness: cite(sentence),
  }));
  await setExactSeconds(database, userId, witnesses);
  return {
    source: { kind: source.kind, id: source.id, title: source.title },
    terms,
    outline: outline.map((entry) => ({ ...entry, start_seconds: entry.witness.start_seconds })),
    sentences: chosen,
  };
}

/** The highest, none of which says what another says, in the order of the text. */
export function chooseSentences(
  sentences: Sentence[],
  scores: number[],
  most = MOST_SENTENCES,
): Sentence[] {
  const chosen: Sentence[] = [];
  const order = sentences.toSorted((a, b) => scores[b.number]! - scores[a.number]!);
  for (const sentence of order) {
    if (chosen.length >= most || scores[sentence.number] === 0) break;
    if (!isSayable(sentence) || chosen.some((other) => alike(other, sentence))) continue;
    chosen.push(sentence);
  }
  return chosen.sort((a, b) => a.start - b.start);
}

function alike(a: Sentence, b: Sentence) {
  const shared = [...a.keys].filter((key) => b.keys.has(key)).length;
  return shared / Math.min(a.keys.size, b.keys.size) > 0.6;
}
