/** The answer without a language model: the sentences of the materials that answer best, each with its citation. */
import type { Context } from "#server/context.ts";
import { citePassage, type Citation } from "#server/features/citations/citations.ts";
import { stemmedLanguage } from "#server/features/search/word-forms.ts";
import type { ChatMessage } from "#server/providers/llm/contract.ts";
import { attributeAskedFor } from "./attributes.ts";
import { findEvidence, type Evidence, type Scope } from "./find-passages.ts";
import { hasSubject } from "./follow-up.ts";
import { inMarks } from "./in-marks.ts";
import { LONGEST_QUOTE, quoteWhole } from "./quote-whole.ts";
import { rateSentences, type RatedSentence } from "./rate-sentences.ts";
import { readQuestions, type ReadQuestion } from "./read-question.ts";
import { disagree, findShortAnswer, markSpans } from "./short-answer.ts";
import { summariseSource, type QuoteAnswer } from "./summarise-source.ts";
import { languageNames, tutorSays } from "./tutor-sentences.ts";

const MOST_QUOTES = 4;
/** Of each of several questions in one. */
const QUOTES_OF_PART = 2;
/** Log odds below which the materials are about something else; see docs/answers.md for what each side of it costs. */
const KNOWS = { meaning: 1.3, words: 1.5 };
/** For a question that asks further about what was found before. */
const GOES_ON = -0.5;
/** A sentence that is this much worse than the best one is not shown. */
const WORST = 3.5;

export async function answerByQuotes(
  context: Context,
  userId: string,
  scope: Scope,
  question: string,
  history: () => Promise<ChatMessage[]> = async () => [],
): Promise<QuoteAnswer> {
  const parts = readQuestions(question);
  const [first] = parts;
  const { kind, language } = first!;
  if (kind === "greeting" || kind === "thanks" || kind === "help")
    return { content: tutorSays(kind, language), citations: [] };
  if (kind === "summary") {
    const summary = await summariseSource(context.database, userId, scope, first!);
    if (summary) return summary;
  }
  const answers: PartAnswer[] = [];
  const citations: Citation[] = [];
  for (const part of parts) {
    const evidence = await findEvidence(context, userId, scope, part, history);
    const most = parts.length > 1 ? QUOTES_OF_PART : MOST_QUOTES;
    answers.push(answerPart(evidence, most, citations.length));
    citations.push(...answers.at(-1)!.citations);
  }
  const content =
    parts.length === 1
      ? answers[0]!.content
      : parts.map(({ text }, i) => `**${text}**\n\n${answers[i]!.content}`).join("\n\n");
  return { content, citations };
}

interface PartAnswer {
  content: string;
  citations: Citation[];
}

function answerPart(evidence: Evidence, most: number, cited: number): PartAnswer {
  const { question, context } = evidence;
  if (question.content.length === 0 && context.length === 0)
    return { content: nothingFound(evidence), citations: [] };
  const rated = rateSentences(evidence);
  const threshold =
    context.length > 0 && !hasSubject(question)
      ? GOES_ON
      : KNOWS[evidence.closeness ? "meaning" : "words"];
  const sentences = thatSpeakOfIt(evidence, rated.sentences);
  if (rated.known < threshold || !sentences[0])
    return { content: nothingFound(evidence), citations: [] };

  const conflict = disagree(question, sentences);
  const quotes = chooseQuotes(question, sentences, conflict ?? [], most);
  const short = conflict ? undefined : findShortAnswer(question, sentences, quotes[0]!);
  const citations = quotes.map(({ passage, span }, i) => citePassage(passage, span, cited + i + 1));
  const lines = quotes.map(
    (quote, i) => `${inMarks(markSpans(quote.text, question, short))} [${cited + i + 1}]`,
  );
  const heading = conflict
    ? [tutorSays("disagree", question.language)]
    : short
      ? [`**${short.text}** [${cited + 1}]`]
      : [];
  return {
    content: [...inOtherLanguage(question, quotes), ...heading, ...lines].join("\n\n"),
    citations,
  };
}

/** Of a question for a measure or an attribute only those that have it, or speak of it. */
function thatSpeakOfIt({ question, context }: Evidence, sentences: RatedSentence[]) {
  const [best] = sentences;
  // "How fast is sound?", "and light?"
  const speaks = [question.text, ...context].map(attributeAskedFor).find(Boolean);
  if (!speaks || !best) return sentences;
  return sentences.filter((one) => {
    if (one.score < best.score - WORST) return false;
    const { before, leans, passage, header } = one;
    const around = [header, leans ? before : undefined, one.span];
    return speaks(around.map((span) => passage.text.slice(span?.start, span?.end ?? 0)).join(" "));
  });
}

/** The best ones in order; none that another one contains, and those that contradict each other first. */
function chooseQuotes(
  question: ReadQuestion,
  sentences: RatedSentence[],
  conflict: RatedSentence[],
  most: number,
): RatedSentence[] {
  const chosen: RatedSentence[] = [];
  const candidates = [...conflict, ...spread(question, sentences)];
  for (const candidate of candidates) {
    if (chosen.length >= most) break;
    if (candidate.score < sentences[0]!.score - WORST) continue;
    const quote = quoteWhole(candidate, chosen.length === 0, question.kind);
    const said = chosen.some(({ text }) => text.includes(candidate.text));
    const beside = chosen.findIndex((other) => overlap(other, quote));
    if (beside >= 0 && !said) chosen[beside] = joined(chosen[beside]!, quote);
    else if (!said) chosen.push(quote);
  }
  return chosen;
}

function overlap(a: RatedSentence, b: RatedSentence) {
  return a.passage.id === b.passage.id && a.span.start < b.span.end && b.span.start < a.span.end;
}

/** "It occurs in the leaves." after the sentence that is quoted already. */
function joined(a: RatedSentence, b: RatedSentence): RatedSentence {
  const span = {
    start: Math.min(a.span.start, b.span.start),
    end: Math.max(a.span.end, b.span.end),
  };
  if (span.end - span.start > LONGEST_QUOTE) return a;
  return { ...a, span, text: a.passage.text.slice(span.start, span.end) };
}

/** Both sides of a comparison: the best sentence, and the best for each word of the question that it does not have. */
function spread({ kind, content }: ReadQuestion, sentences: RatedSentence[]) {
  if (kind !== "comparison" || content.length < 2) return sentences;
  const has = ({ text }: RatedSentence, word: string) =>
    text.toLowerCase().includes(word.toLowerCase().slice(0, Math.max(4, word.length - 2)));
  const first = sentences[0]!;
  const others = content
    .filter((word) => !has(first, word))
    .flatMap((word) => sentences.find((sentence) => has(sentence, word)) ?? []);
  return [...new Set([first, ...others, ...sentences])];
}

function inOtherLanguage({ language, content }: ReadQuestion, quotes: RatedSentence[]) {
  if (!language || content.length === 0) return [];
  const written = [
    ...new Set(quotes.flatMap(({ passage }) => stemmedLanguage(passage.language) ?? [])),
  ];
  return written.length === 0 || written.includes(language)
    ? []
    : [tutorSays("otherLanguage", language, { languages: languageNames(written, language) })];
}

export function nothingFound({ question: { language }, words }: Evidence) {
  if (words.passages === 0) return tutorSays("empty", language);
  const nothing = tutorSays("nothing", language);
  return language && words.languages.length > 0 && !words.languages.includes(language)
    ? `${nothing} ${tutorSays("writtenIn", language, { languages: languageNames(words.languages, language) })}`
    : nothing;
}
