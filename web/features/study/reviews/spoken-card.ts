/** A card as it is read aloud. Pure. */
import type { Shown } from "../cards/card-sides.tsx";
import { clozeQuestion, clozeWords, fillGaps } from "../cards/cloze.ts";
import { coveredParts, textOptions } from "../cards/options.ts";
import { plainText } from "../cards/plain-text.ts";

/** @param gap how a gap is said, such as "blank". */
export function spokenQuestion(card: Shown, gap: string) {
  if (card.kind === "cloze")
    return plainText(clozeQuestion(card.front, card.ordinal)).replaceAll("[…]", gap);
  const question = plainText(card.front).replaceAll(/_{3,}/g, gap);
  if (card.kind !== "choice") return question;
  return [question, ...textOptions(card).map(plainText)].join(". ");
}

export function spokenAnswer(card: Shown) {
  if (card.kind === "cloze")
    return plainText(clozeWords(card.front, card.ordinal) || fillGaps(card.front));
  if (card.kind === "occlusion")
    return plainText(coveredParts(card)[card.ordinal]?.label ?? card.back);
  return plainText(card.back);
}
