/** What a question is about when it leans on the ones before it ("its two stages", "and the second one?"). */
import type { ChatMessage } from "#server/providers/llm/contract.ts";

// Words that point back, in the languages whose students were thought of first; others still have the rule of few words.
const POINTING = new RegExp(
  `(?:^|[^\\p{L}])(?:${[
    "it|its|itself|they|them|their|theirs|this|that|these|those|he|him|his|she|her|hers|there|then|former|latter|same|one|ones|second|first|third|other|another|more|why|and",
    "er|sie|es|ihr|ihre|ihren|ihrer|sein|seine|seiner|dies|diese|dieser|dieses|davon|dazu|dabei|darin|dort|warum|und",
    "il|elle|ils|elles|son|sa|ses|leur|leurs|cela|ça|ce|cette|ces|pourquoi|et",
    "él|ella|ellos|ellas|su|sus|esto|eso|ese|esa|esos|esas|este|esta|por qué|y",
    "esso|essa|loro|suo|sua|suoi|sue|questo|questa|questi|perché|e",
    "ele|ela|eles|elas|seu|sua|seus|suas|isso|isto|esse|essa|por que",
  ].join("|")})(?:[^\\p{L}]|$)`,
  "iu",
);
const MOST_STEPS = 3;

/** The earlier questions that this one needs, newest first; empty when it stands by itself. */
export function contextOf(question: string, history: ChatMessage[]): string[] {
  const earlier = history
    .filter(({ role }) => role === "user")
    .map(({ content }) => content)
    .toReversed();
  const context: string[] = [];
  let current = question;
  for (const before of earlier.slice(0, MOST_STEPS)) {
    if (!leansBack(current)) break;
    context.push(before);
    current = before;
  }
  return context;
}

/** Words that only point: they need not be in the materials. */
export function pointsBack(word: string) {
  return POINTING.test(word);
}

function leansBack(question: string) {
  const words = question.match(/[\p{L}\p{N}]+/gu) ?? [];
  const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Thai}]/u.test(question);
  return (!unspaced && words.length <= 3) || (words.length <= 14 && POINTING.test(question));
}
