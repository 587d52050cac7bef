/** Does a sentence say the opposite of another one, or another figure? By words: a "not", an opposite, a number. */
import { numberPhrases } from "#server/features/study/cards/suggestions/wrong-options.ts";
import { keyOf } from "./words.ts";

const NEGATION =
  /\b(?:not|no|never|none|neither|nor|without|cannot|\w+n't|nicht|kein\w*|nie|niemals|ohne|ne|pas|jamais|sans|nunca|sin)\b/giu;
const OPPOSITES = [
  "increase decrease",
  "increases decreases",
  "rise fall",
  "rises falls",
  "high low",
  "higher lower",
  "more less",
  "more fewer",
  "absorb reflect",
  "absorbs reflects",
  "absorb release",
  "absorbs releases",
  "large small",
  "fast slow",
  "faster slower",
  "before after",
  "always never",
  "with without",
  "positive negative",
  "hot cold",
  "strong weak",
  "steigt sinkt",
  "hoch niedrig",
  "mehr weniger",
  "schnell langsam",
].map((pair) => pair.split(" ").map(keyOf) as [string, string]);

interface Words {
  text: string;
  keys: Set<string>;
}

/** The word of `said` that is the opposite of one in `source`, where `source` does not say it itself. */
export function oppositeOf(source: Words, said: Words) {
  for (const [a, b] of OPPOSITES)
    for (const [ours, theirs] of [
      [a, b],
      [b, a],
    ] as const)
      if (has(source, ours) && !has(said, ours) && has(said, theirs) && !has(source, theirs))
        return { ours, theirs };
  return undefined;
}

/** Whether there is an odd number of negations: two take each other back. */
export function isNegated(text: string) {
  return (text.match(NEGATION)?.length ?? 0) % 2 === 1;
}

/** The first figure of each, where they are not the same and `said` has the source's nowhere. */
export function otherFigure(source: Words, said: Words) {
  const [ours] = numberPhrases(source);
  const [theirs] = numberPhrases(said);
  return ours && theirs && ours !== theirs && !said.text.includes(ours)
    ? { ours, theirs }
    : undefined;
}

function has({ keys }: Words, key: string) {
  return keys.has(key);
}
