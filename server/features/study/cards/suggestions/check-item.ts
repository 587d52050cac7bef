/**
 * What a language model suggests is kept only when the source bears it out: the quote stands there letter by letter,
 * the answer is in the quote, the question speaks of nothing that is not near it, and of a choice's options exactly one
 * is right.
 */
import { escapePattern } from "#server/escape-pattern.ts";
import { locateQuote } from "#server/features/citations/citations.ts";
import { witnessAt } from "#server/features/citations/source-text.ts";
import { checkCard, fold } from "#server/features/study/cards/check-card.ts";
import { fillGaps, gapsOf } from "#server/features/study/cards/cloze.ts";
import type { Sentence } from "#server/features/study/overviews/analysed-source.ts";
import { contentKeys, keyOf, wordsOf } from "#server/features/study/overviews/words.ts";
import type { Suggestion } from "./by-rules.ts";
import type { Course } from "./course.ts";
import type { ModelItem } from "./read-items.ts";
import { isSupported } from "./wrong-options.ts";

/** Words of questions and instructions, which need not stand in the source. */
const ASKING = new Set(
  `what which who whom whose where when why how many much name define definition explain describe list complete fill
   blank true false term called mean meaning following correct statement sentence best answer role function purpose
   reason cause effect difference example result happen happens occur occurs process kind type part parts stage step
   according source text lecture material choose option phrase word was wer wie wo wann warum welche welcher welches
   wodurch nenne definiere erkläre beschreibe begriff bedeutung grund ursache que quoi quel quelle comment pourquoi où
   quand définir expliquer terme qué cuál cómo por dónde cuándo definir explicar término`
    .split(/\s+/)
    .map(keyOf),
);
const NEGATIONS =
  /\b(?:not|no|never|none|neither|nor|without|cannot|\w+n't|nicht|kein\w*|nie|ohne|ne|pas|jamais|sans|nunca|sin|ningún\w*)\b/giu;

export function checkItem(course: Course, item: ModelItem): Suggestion | undefined {
  const found = findQuote(course, item.quote);
  if (!found) return undefined;
  const { sentence, span } = found;
  const { source } = sentence;
  const witness = witnessAt(source, span);
  const quote = fold(witness.quote);
  const options = item.kind === "choice" ? (item.options ?? []) : null;
  const card = { kind: item.kind, front: item.front, back: item.back, options };
  if (checkCard(card).length > 0) return undefined;
  const made: Suggestion = { ...card, tags: ["model"], witness };
  const near = nearby(course, sentence, span, source.title);
  if (item.kind === "cloze") {
    const text = fold(fillGaps(item.front));
    const gaps = gapsOf(item.front).map(({ answer }) => fold(answer));
    // The whole text is the source's own, so that nothing around the gap can be invented.
    return quote.includes(text.replace(/[.!]$/, "")) && gaps.every((gap) => quote.includes(gap))
      ? made
      : undefined;
  }
  if (!answers(item.back, witness.quote, source.language)) return undefined;
  if (!speaksOf(item.front, near, source.language)) return undefined;
  // A question that already has its answer asks nothing.
  if (fold(item.front).includes(fold(item.back))) return undefined;
  if (negations(item.front) % 2 !== 0 && negations(witness.quote) === 0) return undefined;
  if (!options) return made;
  const stem = {
    text: item.front,
    right: item.back,
    witness: witness.quote,
    language: source.language,
  };
  const wrong = options.filter((option) => fold(option) !== fold(item.back));
  const borneOut = wrong.some((option) => {
    const keys = contentKeys(option, source.language);
    if (quote.includes(fold(option)) || keys.length === 0) return true;
    const inQuote = new Set(contentKeys(witness.quote, source.language));
    return keys.every((key) => inQuote.has(key)) || isSupported(course, keys, stem);
  });
  return borneOut || wrong.length < 2 ? undefined : made;
}

function findQuote(course: Course, claimed: string) {
  for (const source of new Set(course.sentences.map((sentence) => sentence.source))) {
    const span = locateQuote(source.text, claimed.replace(/^["“„«]|["”“»]$/gu, ""));
    if (!span) continue;
    const sentence = course.sentences.find(
      (one) => one.source === source && one.start < span.end && one.end > span.start,
    );
    // Some words of a sentence prove little; the sentence itself is the witness then.
    if (
      !sentence ||
      contentKeys(source.text.slice(span.start, span.end), source.language).length < 3
    )
      return undefined;
    return { sentence, span };
  }
  return undefined;
}

/** Literally, or by its words in any order with as many negations: a paraphrase of a clause, not of a fact. */
function answers(back: string, quote: string, language: string | null) {
  const said = fold(back).replace(/[.!]$/, "");
  if (
    said !== "" &&
    new RegExp(`(?<![\\p{L}\\p{N}])${escapePattern(said)}(?![\\p{L}\\p{N}])`, "u").test(fold(quote))
  )
    return true;
  const keys = contentKeys(back, language);
  if (keys.length < 3 || negations(back) !== negations(quote)) return false;
  const there = new Set(wordsOf(quote, language).map(({ key }) => key));
  // In the order of the quote: "A causes B" is not borne out by "B causes A".
  const order = wordsOf(quote, language).map(({ key }) => key);
  let at = -1;
  return keys.every((key) => {
    if (!there.has(key)) return false;
    at = order.indexOf(key, at + 1);
    return at >= 0;
  });
}

/** Every word of the question that says something stands near the quote, in its heading, or in the title. */
function speaksOf(front: string, near: Set<string>, language: string | null) {
  const asked = contentKeys(front.replace(/_{2,}/g, " "), language).filter(
    (key) => !ASKING.has(key),
  );
  return asked.length > 0 && asked.every((key) => near.has(key));
}

function nearby(
  course: Course,
  sentence: Sentence,
  span: { start: number; end: number },
  title: string,
) {
  const { source } = sentence;
  const at = course.sentences.indexOf(sentence);
  const around = [course.sentences[at - 1], sentence, course.sentences[at + 1]]
    .filter((one) => one?.source === source)
    .map((one) => one!.text);
  const text = [title, sentence.heading ?? "", ...around, source.text.slice(span.start, span.end)];
  return new Set(text.flatMap((part) => wordsOf(part, source.language).map(({ key }) => key)));
}

function negations(text: string) {
  return text.match(NEGATIONS)?.length ?? 0;
}
