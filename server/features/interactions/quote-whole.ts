/** How much of the text around a sentence is quoted with it. */
import type { QuestionKind } from "./question-words.ts";
import type { RatedSentence } from "./rate-sentences.ts";

/** A short best sentence ("It has two stages.") needs the one after it. */
const SHORT = 70;
/** No quotation is made longer than this. */
export const LONGEST_QUOTE = 900;
const ITEM = /^\s*(?:[-*•–▪◦]|\(?\d{1,2}[.)]|[a-z][.)])\s+/u;

/** "This is called fermentation." with the sentence before it; a list with all of its items. */
export function quoteWhole(
  sentence: RatedSentence,
  best: boolean,
  kind: QuestionKind,
): RatedSentence {
  const { passage, before, after } = sentence;
  let { start, end } = sentence.span;
  if (before && sentence.leans && end - before.start <= LONGEST_QUOTE) start = before.start;
  const list = listAround(passage.text, sentence.span, kind);
  if (list) {
    start = Math.min(start, list.start);
    end = Math.max(end, list.end);
  } else if (after && best && end - start < SHORT) end = after.end;
  return { ...sentence, span: { start, end }, text: passage.text.slice(start, end) };
}

/**
 * From the line that leads to the list (which ends with a colon) to its last item; undefined where the sentence is no
 * part of one.
 */
function listAround(text: string, span: { start: number; end: number }, kind: QuestionKind) {
  const lines = [...text.matchAll(/[^\n]+/g)].map((match) => ({
    start: match.index,
    end: match.index + match[0].trimEnd().length,
    item: ITEM.test(match[0]),
    leads: /[:：]\s*$/.test(match[0]),
  }));
  let first = lines.findIndex(({ end }) => end > span.start);
  let last = lines.findLastIndex(({ start }) => start < span.end);
  if (first < 0 || last < first) return undefined;
  const leads = lines[last]!.leads && lines[last + 1] !== undefined;
  const inside = lines[first]!.item;
  if (!leads && !(inside && kind === "list")) return undefined;
  const items = lines[last + 1]?.item ?? false;
  while (lines[last + 1] && (items || inside ? lines[last + 1]!.item : last < first + 1)) last += 1;
  if (inside) {
    while (lines[first - 1]?.item) first -= 1;
    if (lines[first - 1]?.leads) first -= 1;
  }
  const list = { start: lines[first]!.start, end: lines[last]!.end };
  return list.end - list.start <= LONGEST_QUOTE ? list : undefined;
}
