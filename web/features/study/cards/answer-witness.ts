/** Which quotation of an answer bears out what was marked in it. Pure. */
import type { Citation } from "#server/features/interactions/shapes.ts";

export function withoutCitations(text: string) {
  return text
    .replace(/\s?\[\d{1,3}\]/g, "")
    .replace(/[ \t]+/g, " ")
    .trim();
}

/**
 * The one that holds the words; else the one that is named at their end in the answer, or next after it; else the
 * first. Only sources that are still there count.
 */
export function citationFor(answer: string, marked: string, citations: Citation[]) {
  const there = citations.filter(({ source, status }) => source.id && status !== "changed");
  const words = fold(withoutCitations(marked));
  const holding = there.find(({ quote }) => words !== "" && fold(quote).includes(words));
  if (holding) return holding;
  const at = fold(answer).indexOf(fold(marked));
  if (at < 0) return there[0];
  const named = (text: string) =>
    [...text.matchAll(/\[(\d{1,3})\]/g)].flatMap(([, number]) => {
      const found = there.find((one) => one.number === Number(number));
      return found ? [found] : [];
    });
  const end = at + fold(marked).length;
  return (
    named(fold(answer).slice(at, end)).at(0) ?? named(fold(answer).slice(end)).at(0) ?? there[0]
  );
}

const fold = (text: string) => text.replace(/\s+/g, " ").trim().toLowerCase();
