/**
 * The sentences of the passages that were found, rated by how well each answers the question, and how sure it is that
 * one does.
 */
import type { SearchHit } from "#server/features/search/search-passages.ts";
import type { Span } from "#server/features/search/sentences.ts";
import { stemmedLanguage } from "#server/features/search/word-forms.ts";
import { askedTerms, formsOf, trust, type AskedTerm } from "./asked-terms.ts";
import { abbreviationAsked, definingPattern, expansionIn } from "./definitions.ts";
import type { Evidence } from "./find-passages.ts";
import { leansOnBefore } from "./leaning-sentences.ts";
import type { QuestionKind } from "./question-words.ts";
import { KNOWING, RANKING, weigh, type SentenceFeatures } from "./rating-weights.ts";
import { readPassage, readTitle } from "./read-passage.ts";
import type { ReadQuestion } from "./read-question.ts";

export interface RatedSentence {
  passage: SearchHit;
  /** Within the passage. */
  span: Span;
  text: string;
  before?: Span | undefined;
  after?: Span | undefined;
  /** The first row of the table that it is a row of. */
  header?: Span | undefined;
  /** It goes on about what the sentence before it names. */
  leans: boolean;
  /** Greater is better; a number without a unit, comparable within one question. */
  score: number;
  features: SentenceFeatures;
  /** A set of bits: which of the asked words it has, those of the sentence before that it leans on included. */
  has: number;
  /** Share of the question's words that stand in the text of its passage, and not in it. */
  apart: number;
  /** Where it says the words of the letters that were asked for. */
  expansion: Span | undefined;
}

/** Of so many of the best sentences the one with most around it says whether anything is known. */
const LOOKED_AT = 8;
const SHORT_QUESTION = 3;
/** In a language that the question is not asked in: it is shown, and the answer says which language it is. */
const NAMED = 2;
/** Sentences one after the other that lean on the one before them. */
const MOST_LEANING = 3;
/** What a word counts that the sentence before names. */
const LENT = 0.9;
const UNKNOWN = 4;
const SCATTERED = 6;
// Not fitted: the articles define few of the things that are asked about.
/** "A nephron is …", asked what a nephron is. */
const DEFINES = 2.5;
/** "glomerular filtration rate (GFR)", asked what the letters stand for. */
const EXPANDS = 5;

export interface Rating {
  /** Best first. */
  sentences: RatedSentence[];
  /** Log odds that the materials say something of what was asked. */
  known: number;
}

export function rateSentences(evidence: Evidence): Rating {
  const asked = askedTerms(evidence);
  const rate = raterFor(evidence, asked);
  const sentences = evidence.passages.flatMap(rate);
  sentences.sort((a, b) => b.score - a.score);
  const known = howSure(evidence, asked, sentences);
  const [best] = sentences;
  const certain = best?.expansion !== undefined || isNamedElsewhere(evidence, best);
  return { sentences, known: certain ? Math.max(known, NAMED) : known };
}

function raterFor({ question, passages, words, closeness }: Evidence, asked: AskedTerm[]) {
  const light = question.light.flatMap((word) => formsOf(word, words.languages));
  // What was misspelt stands there as its correction.
  const corrected = new Map(asked.flatMap((term) => (term.corrected ? [[term.word, term]] : [])));
  const asFound = (word: string) => {
    const instead = corrected.get(word.toLowerCase());
    return formsOf(word, words.languages).map((forms) => [...forms, ...(instead?.forms ?? [])]);
  };
  const content = question.content.flatMap(asFound);
  const names = question.names.flatMap(asFound);
  const wanted = new Set([asked.map(({ forms }) => forms), content, light, names].flat(2));
  const top = Math.max(...passages.map(({ score }) => score), Number.MIN_VALUE);
  const defining = definingPattern(question);
  const letters = abbreviationAsked(question);
  return (passage: SearchHit, place: number): RatedSentence[] => {
    const { sentences: own, everything } = findForms(passage, wanted);
    const terms = weighTerms(asked, everything, own);
    const whole = terms.reduce((sum, { weight }) => sum + weight, 0) || 1;
    const headers = headersOf(passage.text, own);
    /** "He was exiled. He died there.": the words of the sentences before, back to the one that names him. */
    const namedBefore = (i: number) => {
      const named: Places = new Map();
      for (let j = i - 1; j >= 0 && j >= i - MOST_LEANING; j -= 1) {
        for (const [form, places] of own[j]!.at) named.set(form, places);
        const { start, end } = own[j]!.span;
        if (!leansOnBefore(passage.text.slice(start, end), passage.language, [])) break;
      }
      return named;
    };
    return own.map(({ span, at, offered: offeredFor }, i): RatedSentence => {
      const text = passage.text.slice(span.start, span.end);
      const leans = leansOnBefore(text, passage.language, question.light);
      const header = own[headers[i] ?? -1];
      const before = header?.at ?? (leans ? namedBefore(i) : own[i - 1]?.at);
      const beside = [before, at, own[i + 1]?.at] as const;
      const share = shareOfTerms(terms, beside, leans || header !== undefined, everything);
      const offered = TELLING.has(question.kind) ? offeredFor(question.kind) : undefined;
      const features: SentenceFeatures = {
        own: share.own / whole,
        near: share.near / whole,
        around: share.around / whole,
        rank: passage.score / top,
        first: place === 0 ? 1 : 0,
        offers: offered ?? 0,
        lacks: offered === 0 ? 1 : 0,
        asks: /[?？]["'”’)]*$/u.test(text) ? 1 : 0,
        fragment: text.startsWith("#") || !/[.!?:;。！？：；…]["'”’»)\]]*$/u.test(text) ? 1 : 0,
        heading: isHeading(text) || headers[i] === i ? 1 : 0,
        long: Math.min(text.length, 400) / 400,
        order: orderOf(content, at),
        light: shareOf(light, (form) => at.has(form)),
        count: Math.min(share.count, 5) / 5,
        missing: share.missing / 6,
        strange: shareOf(names, (form) => everything.has(form), false),
        meaning: closeness?.get(passage.id) ?? 0,
      };
      const expansion = letters ? expansionIn(letters, text) : undefined;
      return {
        passage,
        span,
        text,
        before: own[i - 1]?.span,
        after: own[i + 1]?.span,
        header: header?.span,
        leans,
        score:
          weigh(RANKING, features) +
          (defining?.test(text) ? DEFINES : 0) +
          (expansion ? EXPANDS : 0),
        features,
        has: share.has,
        apart: share.apart / whole,
        expansion,
      };
    });
  };
}

const RULE = /^[\s:|-]+$/;

/** Of each sentence that is a row of a Markdown table, the number of its first row; of that one and its rule, too. */
function headersOf(text: string, sentences: { span: Span }[]) {
  const headers: (number | undefined)[] = [];
  if (!text.includes("|")) return headers;
  const isRow = (at: number) => text[sentences[at]?.span.start ?? -1] === "|";
  for (let i = 0; i < sentences.length; i += 1) {
    if (!isRow(i)) continue;
    const next = sentences[i + 1]?.span;
    const below = next ? text.slice(next.start, next.end) : "";
    if (below.includes("--") && RULE.test(below)) headers[i] = headers[i + 1] = i;
    headers[i] ??= headers[i - 1];
  }
  return headers;
}

/** What each asked word counts in a passage that has these. */
function weighTerms(
  asked: AskedTerm[],
  everything: Map<string, Set<string>>,
  sentences: { at: Places }[],
) {
  return asked
    .map((term, i) => ({
      ...term,
      worth: term.weight * trust(term, everything, asked.length),
      inText: term.forms.some((form) => sentences.some(({ at }) => at.has(form))),
      bit: term.word === undefined || term.sort ? 0 : 1 << (i % 31),
    }))
    .filter(({ sort, forms }) => !sort || forms.some((form) => everything.has(form)));
}

function shareOfTerms(
  terms: ReturnType<typeof weighTerms>,
  [before, at, after]: readonly [Places | undefined, Places, Places | undefined],
  leans: boolean,
  everything: Map<string, Set<string>>,
) {
  const share = { own: 0, near: 0, around: 0, apart: 0, missing: 0, count: 0, has: 0 };
  let lent = 0;
  let lentHas = 0;
  for (const { forms, weight, worth, bit, inText } of terms) {
    const inSentence = forms.some((form) => at.has(form));
    const inBefore = forms.some((form) => before?.has(form));
    if (inSentence) {
      share.own += worth;
      share.has |= bit;
      if (worth >= weight / 2) share.count += 1;
    } else if (leans && inBefore) {
      lent += worth;
      lentHas |= bit;
    } else if (inText) share.apart += worth;
    if (inSentence || inBefore || forms.some((form) => after?.has(form))) share.near += worth;
    if (inSentence || forms.some((form) => everything.has(form))) share.around += worth;
    else share.missing = Math.max(share.missing, weight);
  }
  // "It occurs in the leaves.", asked where: what "it" is stands in the sentence before.
  if (at.size > 0) {
    share.own += LENT * lent;
    share.has |= lentHas;
  }
  return share;
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
  const essential = asked.filter(({ sort }) => !sort);
  const unknown = essential.filter(({ found }) => !found).length / Math.max(1, essential.length);
  const known = weigh(KNOWING[measured ? "meaning" : "words"], {
    ...best.features,
    score: best.score,
    unknown,
    notFull: best.features.around >= 0.999 ? 0 : 1,
    bestMeaning: Math.max(0, ...sentences.map(({ features }) => features.meaning)),
    bestAround: Math.max(...sentences.slice(0, LOOKED_AT).map(({ features }) => features.around)),
  });
  // Not fitted: of two or three words the one that the materials do not have is what was asked about.
  const short =
    essential.length <= SHORT_QUESTION && best.features.around < 1 ? unknown * UNKNOWN : 0;
  return known - short - scattered(best, essential, sentences);
}

/**
 * Not fitted: "the dose of rivaroxaban", where one sentence has the dose of something else and another one
 * rivaroxaban.
 */
function scattered(best: RatedSentence, essential: AskedTerm[], sentences: RatedSentence[]) {
  if (essential.length < 2 || essential.length > SHORT_QUESTION || best.expansion) return 0;
  const asFull = sentences.filter(({ features }) => features.around >= best.features.around);
  return Math.min(...asFull.map(({ apart }) => apart)) * SCATTERED;
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
  "example",
]);

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
