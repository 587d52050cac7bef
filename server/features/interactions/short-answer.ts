/**
 * The answer in a word or a number, where the kind of question and the sentence leave no doubt; and where sources
 * contradict each other.
 */
import { escapePattern } from "#server/escape-pattern.ts";
import type { Span } from "#server/features/search/sentences.ts";
import { wordsOf } from "#server/features/search/words.ts";
import { QUESTION_LANGUAGES } from "./question-languages/by-code.ts";
import type { QuestionKind } from "./question-words.ts";
import type { RatedSentence } from "./rate-sentences.ts";
import type { ReadQuestion } from "./read-question.ts";
import { spansFor } from "./sentence-offers.ts";

export interface ShortAnswer {
  text: string;
}

const SHORT_KINDS = new Set<QuestionKind>(["time", "number", "person"]);
/** Share of the question's words that the sentence has to have. */
const CERTAIN = 0.65;
/** A sentence without an end (a transcript's) may say anything. */
const LONGEST = 320;
/** A sentence that is this much worse than the best one says nothing against it. */
const NEARLY = 3.5;
/** More marks than these in a quotation show nothing. */
const MOST_MARKS = 3;

/**
 * Undefined where another sentence nearly as good would say something else, or where the sentence offers several
 * answers.
 */
export function findShortAnswer(
  question: ReadQuestion,
  sentences: RatedSentence[],
  quote: RatedSentence,
): ShortAnswer | undefined {
  const best = sentences[0]!;
  if (best.expansion && best.passage === quote.passage)
    return { text: best.text.slice(best.expansion.start, best.expansion.end).replace(/\s+/g, " ") };
  if (
    !SHORT_KINDS.has(question.kind) ||
    best.features.own < CERTAIN ||
    best.passage !== quote.passage ||
    best.text.length > LONGEST ||
    // Another sentence has a word of the question that this one does not have.
    sentences.some(({ has, score }) => (has & ~best.has) !== 0 && score > best.score - NEARLY)
  )
    return undefined;
  const spans = answersIn(question, best.text);
  const texts = new Set(spans.map(({ start, end }) => best.text.slice(start, end)));
  if (texts.size !== 1) return undefined;
  return { text: [...texts][0]!.replace(/\s+/g, " ") };
}

/**
 * The best sentences of two sources that answer the same question with different dates or numbers; undefined where they
 * agree.
 */
export function disagree(
  question: ReadQuestion,
  sentences: RatedSentence[],
): RatedSentence[] | undefined {
  if (question.kind !== "time" && question.kind !== "number") return undefined;
  const best = sentences[0]!;
  if (best.features.own < CERTAIN) return undefined;
  const value = valueOf(question, best);
  if (value === undefined) return undefined;
  const other = sentences.find(
    (sentence) =>
      sentence.passage.source.id !== best.passage.source.id &&
      sentence.features.own >= best.features.own * 0.95 &&
      (valueOf(question, sentence) ?? value) !== value,
  );
  return other && [best, other];
}

/** The one value that the sentence offers, without its spelling. */
function valueOf(question: ReadQuestion, { text }: RatedSentence) {
  const values = new Set(
    answersIn(question, text).map(({ start, end }) =>
      text
        .slice(start, end)
        .toLowerCase()
        .replace(/(?<=\d)[,.’' ](?=\d{3})/g, "")
        .replace(/\s+/g, " "),
    ),
  );
  return values.size === 1 ? [...values][0] : undefined;
}

/** "When is the exam?" asks for no year of the past. */
const TO_COME =
  /(?<!\p{L})(?:when (?:is|are|do|does|will)|wann (?:ist|sind|wird|werden|beginnt))(?!\p{L})/iu;

/** Spans of the asked kind that are not words of the question itself. */
function answersIn(
  { kind, language, content, light, text: question }: ReadQuestion,
  text: string,
): Span[] {
  const asked = new Set(
    [...content, ...light].flatMap((word) => wordsOf(word).map((each) => each.text)),
  );
  const empty = QUESTION_LANGUAGES[language ?? ""]?.empty;
  // German writes every noun with a capital: none tells a name.
  if (kind === "person" && language === "de") return [];
  return spansFor(kind, text).flatMap((span) => {
    let { start } = span;
    const written = text.slice(start, span.end);
    if (kind === "time" && /^\d{3,4}\D?$/.test(written) && TO_COME.test(question)) return [];
    if ((kind === "person" || kind === "place") && opensSentence(text, start)) {
      // "In Paris": the first word has its capital anyway, and alone tells no name.
      const [first] = /^\p{L}+\s*/u.exec(written) ?? [written];
      if (first === written) return [];
      if (empty?.has(first.trim().toLowerCase())) start += first.length;
    }
    if (/^I(?:['’]\p{L}+)?$/u.test(written)) return [];
    const own = wordsOf(text.slice(start, span.end)).map((each) => each.text);
    return own.some((word) => asked.has(word)) ? [] : [{ start, end: span.end }];
  });
}

function opensSentence(text: string, start: number) {
  return /(?:^|[.!?:…]["'”’»)]*\s+|(?:^|\n)\s*(?:[-*•–|>]|\d+[.)])\s*)$/u.test(
    text.slice(0, start),
  );
}

/** The text with the answer's own words in bold. */
export function markSpans(
  text: string,
  question: ReadQuestion,
  short: ShortAnswer | undefined,
): string {
  const spans = short
    ? [...text.matchAll(new RegExp(escapePattern(short.text).replaceAll(" ", "\\s+"), "gu"))].map(
        (match) => ({ start: match.index, end: match.index + match[0].length }),
      )
    : answersIn(question, text);
  if (spans.length === 0 || spans.length > MOST_MARKS) return plain(text);
  let out = "";
  let at = 0;
  for (const { start, end } of spans) {
    if (start < at) continue;
    out += `${plain(text.slice(at, start))}**${plain(text.slice(start, end))}**`;
    at = end;
  }
  return out + plain(text.slice(at));
}

/** Without the marks of Markdown: they would end ours. */
function plain(text: string) {
  return text.replaceAll("**", "");
}
