/** Sentences that say no subject of their own. */
import { baseLanguage } from "#server/features/search/word-forms.ts";

const LEANING =
  /^(?:this|that|these|those|it|its|they|their|them|he|she|his|her|such|here|both|another|however,? (?:it|this|they)|dies|diese[rs]?|er|sie|es|ihre?|seine?|dabei|dadurch|cela|ce|cet|cette|ces|il|elle|ils|elles|leur|esto|esta|este|estos|estas|ello|su|questo|questa|questi|queste|esso|essa|suo|sua|dit|deze|dat|hij|zij|het|isso|isto|ele|ela|seu|sua)(?![\p{L}])/iu;
/** Their verbs stand first where the subject is known. */
const WITHOUT_PRONOUN = new Set(["es", "it", "pt"]);

/**
 * "It has two stages.", "Ocurre en las hojas."
 * @param light words of the question that most answers have: the verb that was asked with.
 */
export function leansOnBefore(text: string, language: string | null, light: string[]): boolean {
  if (LEANING.test(text)) return true;
  if (!WITHOUT_PRONOUN.has(baseLanguage(language) ?? "")) return false;
  const [first] = /^\p{L}+/u.exec(text) ?? [];
  return first !== undefined && light.some((word) => word.toLowerCase() === first.toLowerCase());
}
