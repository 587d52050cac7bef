/**
 * Why a statement counts as covered, missed or contradicted: for the page in parts, for everybody else as an English
 * sentence.
 */
import { z } from "@hono/zod-openapi";

const parts = z.object({
  kind: z.enum([
    "words",
    "meaning",
    "model",
    "lacking",
    "apart",
    "near",
    "near-but-denied",
    "near-but-figure",
    "opposite",
    "denied",
    "not-denied",
    "figure",
    "term",
  ]),
  percent: z.number().optional(),
  words: z.array(z.string()).optional(),
  /** What was said, and what the source says in its place. */
  theirs: z.string().optional(),
  ours: z.string().optional(),
});
export const why = parts.openapi("TeachBackReason");
export type Why = z.infer<typeof why>;

export function sentenceOf({ kind, percent, words, theirs, ours }: Why): string {
  switch (kind) {
    case "words":
      return `Has ${percent} % of what the statement says.`;
    case "meaning":
      return "Said in other words, going by its meaning; see whether you mean the same.";
    case "model":
      return "Said in other words, as the language model reads it.";
    case "lacking":
      return `Nothing was said of: ${words?.join(", ")}.`;
    case "apart":
      return "Its words come up, but never together.";
    case "near":
      return "What you said comes near it; see whether you mean the same.";
    case "near-but-denied":
      return "What you said comes near it, but only one of the two says “not”.";
    case "near-but-figure":
      return `What you said comes near it, with ${theirs} in the place of ${ours}.`;
    case "denied":
      return "Denies what the source says.";
    case "not-denied":
      return "Leaves out the “not” of the source.";
    case "opposite":
    case "figure":
    case "term":
      return `Says “${theirs}” where the source says “${ours}”.`;
  }
}
