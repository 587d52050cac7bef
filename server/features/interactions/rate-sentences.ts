/**
 * The sentences of the passages that were found, rated by how well each answers the question, and how sure it is that
 * one does.
 */
import type { SearchHit } from "#server/features/search/search-passages.ts";
import { askedLexemesOf } from "#server/features/search/search-vector.ts";
import type { Span } from "#server/features/search/sentences.ts";
import { stemmedLanguage } from "#server/features/search/word-forms.ts";
import { wordsOf } from "#server/features/search/words.ts";
import type { Evidence } from "./find-passages.ts";
import { leansOnBefore } from "./leaning-sentences.ts";
import type { QuestionKind } from "./question-words.ts";
import { KNOWING, RANKING, weigh, type SentenceFeatures } from "./rating-weights.ts";
import { readPassage, readTitle } from "./read-passage.ts";
import type { ReadQuestion } from "./read-question.ts";
import { trustIn } from "./trust-words.ts";

export interface RatedSentence {
  passage: SearchHit;
  /** Within the passage. */
  span: Span;
  text: string;
  before?: Span | undefined;
  after?: Span | undefined;
  /** It goes on about what the sentence before it names. */
  leans: boolean;
  /** Greater is better; a number without a unit, comparable within one question. */
  score: number;
  features: SentenceFeatures;
}

/** Of so many of the best sentences the one with most around it says whether anything is known. */
const LOOKED_AT = 8;
const SHORT_QUESTION = 3;
/** In a language that the question is not asked in: it is shown, and the answer says which language it is. */
const NAMED = 2;
/** What a word counts that the sentence before names. */
const LENT = 0.9;
const UNKNOWN = 4;
/** A word is as rare as among the student's passages and these: on the first day nothing is known of what is common. */
const PRIOR_PASSAGES = 30;

export interface Rating {
  /** Best first. */
  sentences: RatedSentence[];
  /** Log odds that the materials say something of what was asked. */
  known: number;
}

/** Weight of a word that `having` of `all` passages have, in nats. */
function weightOf(having: number, all: number) {
  return Math.log(1 + (all + PRIOR_PASSAGES - having + 0.5) / (having + 0.5));
}

export function rateSentences(evidence: Evidence): Rating {
  const { question, passages, words, closeness } = evidence;
  const asked = askedTerms(evidence);
  const whole = asked.reduce((sum, { weight }) => sum + weight, 0) || 1;
  const content = question.content.flatMap((word) => formsOf(word, words.languages));
  const light = question.light.flatMap((word) => formsOf(word, words.languages));
  const names = question.names.flatMap((word) => formsOf(word, words.languages));
  const wanted = new Set([asked.map(({ forms }) => forms), content, light, names].flat(2));
  const top = Math.max(...passages.map(({ score }) => score), Number.MIN_VALUE);
  const sentences = passages.flatMap((passage, place) => {
    const { sentences: own, everything } = findForms(passage, wanted);
    const terms = asked.map((term) => ({
      ...term,
      worth: term.weight * trust(term, everything, asked.length),
    }));
    return own.map(({ span, at, offered: offeredFor }, i): RatedSentence => {
      const text = passage.text.slice(span.start, span.end);
      const beside = [own[i - 1]?.at, at, own[i + 1]?.at];
      const leans = leansOnBefore(text, passage.language, question.light);
      const share = { own: 0, lent: 0, near: 0, around: 0 };
      let missing = 0;
      let count = 0;
      for (const { forms, weight, worth } of terms) {
        const inSentence = forms.some((form) => at.has(form));
        const around = inSentence || forms.some((form) => everything.has(form));
        if (inSentence) {
          share.own += worth;
          if (worth >= weight / 2) count += 1;
        } else if (leans && forms.some((form) => beside[0]?.has(form))) share.lent += worth;
        if (forms.some((form) => beside.some((sentence) => sentence?.has(form))))
          share.near += worth;
        if (around) share.around += worth;
        else missing = Math.max(missing, weight);
      }
      const offered = TELLING.has(question.kind) ? offeredFor(question.kind) : undefined;
      const lightly = shareOf(light, (form) => at.has(form));
      const features: SentenceFeatures = {
        // "It occurs in the leaves.", asked where: what "it" is stands in the sentence before.
        own: (share.own + (lightly > 0 ? LENT * share.lent : 0)) / whole,
        near: share.near / whole,
        around: share.around / whole,
        rank: passage.score / top,
        first: place === 0 ? 1 : 0,
        offers: offered ?? 0,
        lacks: offered === 0 ? 1 : 0,
        asks: /[?？]["'”’)]*$/u.test(text) ? 1 : 0,
        fragment: text.startsWith("#") || !/[.!?:;。！？：；…]["'”’»)\]]*$/u.test(text) ? 1 : 0,
        heading: isHeading(text) ? 1 : 0,
        long: Math.min(text.length, 400) / 400,
        order: orderOf(content, at),
        light: lightly,
        count: Math.min(count, 5) / 5,
        missing: missing / 6,
        strange: shareOf(names, (form) => everything.has(form), false),
        meaning: closeness?.get(passage.id) ?? 0,
      };
      return {
        passage,
        span,
        text,
        before: own[i - 1]?.span,
        after: own[i + 1]?.span,
        leans,
        score: weigh(RANKING, features),
        features,
      };
    });
  });
  sentences.sort((a, b) => b.score - a.score);
  const known = howSure(evidence, asked, sentences);
  return {
    sentences,
    known: isNamedElsewhere(evidence, sentences[0]) ? Math.max(known, NAMED) : known,
  };
}

/** "Who painted De Nachtwacht?", and a Dutch note has that name: its other words are Dutch. */
function isNamedElsewhere({ question }: Evidence, best: RatedSentence | undefined) {
  const spoken = stemmedLanguage(best?.passage.language);
  if (!best || !question.language || !spoken || spoken === question.language) return false;
  const { strange, lacks, count } = best.features;
  return question.names.length > 0 && strange === 0 && lacks === 0 && count > 0;
}

/** Log odds that one of the sentences, best first, says something of what was asked. */
function howSure({ closeness }: Evidence, asked: AskedTerm[], sentences: RatedSentence[]): number {
  const best = sentences[0];
  if (!best || best.features.around === 0) return -Infinity;
  const measured = closeness !== undefined && closeness.has(best.passage.id);
  const unknown = asked.filter(({ found }) => !found).length / Math.max(1, asked.length);
  const known = weigh(KNOWING[measured ? "meaning" : "words"], {
    ...best.features,
    score: best.score,
    unknown,
    notFull: best.features.around >= 0.999 ? 0 : 1,
    bestMeaning: Math.max(0, ...sentences.map(({ features }) => features.meaning)),
    bestAround: Math.max(...sentences.slice(0, LOOKED_AT).map(({ features }) => features.around)),
  });
  // Not fitted: of two or three words the one that the materials do not have is what was asked about.
  const short = asked.length <= SHORT_QUESTION && best.features.around < 1 ? unknown * UNKNOWN : 0;
  return known - short;
}

/** A line of Markdown that is one, or a few words without an end; an item of a list is none. */
function isHeading(text: string) {
  if (/^#{1,6}\s/.test(text)) return true;
  return (
    text.length <= 60 &&
    !/[.!?:;,。！？：；…]["'”’»)\]]*$/u.test(text) &&
    !/^\s*(?:[-*•–]|\d+[.)])\s/.test(text) &&
    text.split(/\s+/).length <= 6
  );
}

/** Kinds whose answer can be told by the sentence's look. */
const TELLING = new Set<ReadQuestion["kind"]>([
  "person",
  "time",
  "place",
  "number",
  "reason",
  "manner",
  "definition",
  "comparison",
  "list",
]);

interface AskedTerm {
  forms: string[];
  weight: number;
  found: boolean;
  /** As it was asked; undefined for a word of an earlier question. */
  word: string | undefined;
  corrected: boolean;
}

function trust(
  { forms, word, corrected }: AskedTerm,
  everything: Map<string, Set<string>>,
  asked: number,
) {
  if (!word) return 1;
  const written = forms.flatMap((form) => [...(everything.get(form) ?? [])]);
  return trustIn(word, written, corrected, asked);
}

function askedTerms({ question, words, context }: Evidence): AskedTerm[] {
  const { terms, unknown, passages, languages } = words;
  const written = new Map(
    question.content.flatMap((word) =>
      wordsOf(word).flatMap((each) => {
        const { exact, folded } = askedLexemesOf(each, languages);
        return [...exact, ...folded].map((form) => [form, each.text] as const);
      }),
    ),
  );
  const known = terms
    .filter(({ fromContext }) => !fromContext || context.length > 0)
    .map((term) => ({
      forms: [...term.lexemes, ...term.folded],
      weight: term.weight * weightOf(term.passages, passages),
      found: true,
      word: term.corrected_from ?? term.lexemes.map((form) => written.get(form)).find(Boolean),
      corrected: term.corrected_from !== undefined,
    }));
  // A word that no passage has may stand in a title.
  const missing = unknown.map((word) => ({
    forms: formsOf(word, languages).flat(),
    weight: weightOf(0, passages),
    found: false,
    word: undefined,
    corrected: false,
  }));
  return question.content.length === 0 ? known : [...known, ...missing];
}

/** Of each word in the text, every form that the index may have of it. */
function formsOf(text: string, languages: string[]) {
  return wordsOf(text)
    .filter(({ kind, minor }) => kind !== "letter" && !minor)
    .map((word) => {
      const { exact, folded } = askedLexemesOf(word, languages);
      return [...exact, ...folded];
    });
}

/**
 * Where each form that is wanted stands in each sentence, and how it is written anywhere in the passage, its heading
 * and its source's title.
 */
function findForms(passage: SearchHit, wanted: ReadonlySet<string>) {
  const { spans, inText, around, offered } = readPassage(passage);
  const title = readTitle(passage);
  const sentences = spans.map((span, i) => ({
    span,
    at: new Map() as Places,
    offered: (kind: QuestionKind) => offered(kind, i),
  }));
  const everything = new Map<string, Set<string>>();
  for (const form of wanted) {
    const here = inText.get(form);
    const written = [...(around.get(form) ?? []), ...(title.get(form) ?? [])];
    if (!here && written.length === 0) continue;
    for (const { sentence, position, text } of here ?? []) {
      written.push(text);
      const at = sentences[sentence]?.at;
      const places = at?.get(form);
      if (places) places.push(position);
      else at?.set(form, [position]);
    }
    everything.set(form, new Set(written));
  }
  return { sentences, everything };
}

/** Of words, each by its forms, those that stand (or do not stand) somewhere; 0 where there are none. */
function shareOf(words: string[][], has: (form: string) => boolean, stand = true) {
  const counted = words.filter((forms) => forms.some(has) === stand).length;
  return words.length === 0 ? 0 : counted / words.length;
}

const NEAR_WORDS = 3;
type Places = Map<string, number[]>;

function orderOf(content: string[][], at: Places) {
  if (content.length < 2) return 0;
  let together = 0;
  for (let i = 0; i + 1 < content.length; i += 1) {
    const first = content[i]!.flatMap((form) => at.get(form) ?? []);
    const second = content[i + 1]!.flatMap((form) => at.get(form) ?? []);
    if (first.some((a) => second.some((b) => a !== b && Math.abs(a - b) <= NEAR_WORDS)))
      together += 1;
  }
  return together / (content.length - 1);
}
