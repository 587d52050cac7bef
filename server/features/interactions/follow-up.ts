/** What a question is about when it leans on the ones before it ("its two stages", "and the second one?"). */
import type { ChatMessage } from "#server/providers/llm/contract.ts";
import { readQuestion, type ReadQuestion } from "./read-question.ts";

/** Words that point back, by language; others still have the rule of few words. */
const POINTING: Record<string, RegExp> = Object.fromEntries(
  Object.entries({
    en:
      "it|its|itself|they|them|their|theirs|this|(?:does|do|did|is|was|about|of|in|by|from|" +
      "after|before) that|these|those|he|him|his|she|her|hers|former|latter|one|ones|" +
      "the (?:word|term|name|thing|process|method|same)",
    de:
      "er|sie|es|ihr|ihre|ihren|ihrer|ihm|ihn|sein|seine|seiner|dies|diese|dieser|dieses|davon|" +
      "dazu|dabei|darin|daran|darauf|daraus|dafür|dagegen|dort|beide|das wort|der begriff|" +
      "das verfahren",
    fr: "il|elle|ils|elles|son|sa|ses|leur|leurs|cela|ça|ce|cette|ces|celui|celle|ceux|le mot|le terme",
    es: "él|ella|ellos|ellas|su|sus|esto|eso|ese|esa|esos|esas|este|esta|allí|la palabra|el término",
    it: "esso|essa|essi|loro|suo|sua|suoi|sue|questo|questa|questi|quello|quella|lì",
    nl: "hij|zij|ze|het|hem|haar|hun|dit|dat|deze|die|daar|daarvan|ervan|daarmee|het woord|de term",
    pt: "ele|ela|eles|elas|seu|sua|seus|suas|isso|isto|esse|essa|este|esta|lá",
  }).map(([language, words]) => [language, new RegExp(`(?<!\\p{L})(?:${words})(?!\\p{L})`, "iu")]),
);
/** "and the second one?", "why?": it goes on where the last question ended. */
const GOES_ON =
  /^[^\p{L}]*(?:and|und|et|y|e|en|what about|how about|was ist mit|wie ist es mit|et pour|qué pasa con|e per|hoe zit het met)(?!\p{L})/iu;
/** They say which one, not of what. */
const ORDINAL =
  /^(?:first|second|third|fourth|fifth|last|next|other|former|latter|erste|zweite|dritte|vierte|letzte|nächste|andere|premi(?:er|ère)|deuxième|seconde?|troisième|derni(?:er|ère)|autre|primer[oa]?|segund[oa]|tercer[oa]?|últim[oa]|otr[oa]|prim[oa]|second[oa]|terz[oa]|ultim[oa]|altr[oa]|eerste|tweede|derde|laatste|andere|primeir[oa]|terceir[oa]|outr[oa])[nrsm]?$/iu;
/** With more words of its own a question stands by itself, whatever it points to. */
const MOST_WORDS = 4;
const MOST_STEPS = 3;

/**
 * The earlier questions that this one needs, newest first; empty when it stands by itself.
 *
 * @param history read only where the question leans on it
 */
export async function contextOf(
  question: ReadQuestion,
  history: () => Promise<ChatMessage[]>,
): Promise<string[]> {
  if (!leansBack(question)) return [];
  const earlier = (await history())
    .filter(({ role }) => role === "user")
    .map(({ content }) => content)
    .toReversed();
  const context: string[] = [];
  let current: ReadQuestion = question;
  for (const before of earlier.slice(0, MOST_STEPS)) {
    if (!leansBack(current)) break;
    context.push(before);
    current = readQuestion(before, question.language);
  }
  return context;
}

/** "Why?" and "and the second one?" have none of their own. */
export function hasSubject({ content }: ReadQuestion) {
  return content.some((word) => !ORDINAL.test(word));
}

function leansBack({ text, language, content, kind }: ReadQuestion) {
  if (["greeting", "thanks", "help", "summary"].includes(kind)) return false;
  if (content.length === 0 || GOES_ON.test(text)) return true;
  return content.length <= MOST_WORDS && (POINTING[language ?? "en"]?.test(text) ?? false);
}
