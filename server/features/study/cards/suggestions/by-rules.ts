/**
 * Cards made of sentences as they stand, without a language model: what a thing is, lists, numbers and years, reasons,
 * headings, and the key terms in the sentences that say most. Every card's witness is the sentence (with the one
 * before, where it leans on it).
 */
import { escapePattern } from "#server/escape-pattern.ts";
import type { Citation } from "#server/features/citations/citations.ts";
import { witnessAt } from "#server/features/citations/source-text.ts";
import type { CardKind } from "#server/features/study/cards/shapes.ts";
import type { Sentence } from "#server/features/study/overviews/analysed-source.ts";
import { contentKeys, isStopWord } from "#server/features/study/overviews/words.ts";
import { saysSomething, type Course } from "./course.ts";
import { patternsFor } from "./patterns.ts";
import { numberPhrases, wrongOptions } from "./wrong-options.ts";

export interface Suggestion {
  kind: Exclude<CardKind, "occlusion">;
  front: string;
  back: string;
  options: string[] | null;
  tags: string[];
  witness: Citation;
}

/** What kind of fact it is; the choice takes turns among them. */
type Fact = "definition" | "list" | "number" | "cause" | "term" | "heading";

interface Candidate {
  fact: Fact;
  score: number;
  sentence: Sentence;
  /** Offsets in the source's text. */
  span: { start: number; end: number };
  /** Either a question with its answer, or a span of the sentence to be asked for. */
  front?: string;
  back?: string;
  gap?: string;
}

/** Points at what was seen or said, not at what is written. */
const POINTS =
  /\b(?:this|these|those|here|over there|what's|right now|that's|that is)\b|\b(?:it|there|that|this|things?|stuff|yet|so|one|ones|actually|too|way)[.!]$/iu;
const OPENING =
  /^(?:(?:And|So|But|Now|Well|Yeah|Okay|OK|Basically|Whereas|Having said that|Also|In fact|Of course|And so|Und|Aber|Also|Et|Mais|Y|Pero|Then|Or),?\s+)+/iu;

const BONUS: Record<Fact, number> = {
  definition: 1,
  cause: 0.8,
  list: 0.8,
  number: 0.5,
  term: 0.4,
  heading: 0.1,
};

export function suggestByRules(course: Course, count: number, kinds: CardKind[]): Suggestion[] {
  const ordered = (["strict", "lenient"] as const).flatMap((reading) =>
    takeTurns([
      ...course.sentences.flatMap((sentence, at) =>
        factsOf(course, sentence, course.sentences[at - 1], reading),
      ),
      ...termFacts(course, reading),
      ...headingFacts(course),
    ]),
  );
  const made: Suggestion[] = [];
  const asked = new Set<string>();
  const used = new Set<string>();
  for (const [round, candidate] of ordered.entries()) {
    if (made.length >= count) break;
    const place = `${candidate.sentence.source.id}:${candidate.sentence.start}`;
    if (used.has(place)) continue;
    const suggestion = shape(course, candidate, kinds, round);
    if (!suggestion) continue;
    // The same term is asked for once.
    const about = `${suggestion.kind === "basic" ? suggestion.front : suggestion.back || candidate.gap}`;
    const key = contentKeys(about, candidate.sentence.source.language).join(" ");
    if (key === "" || asked.has(key)) continue;
    asked.add(key);
    used.add(place);
    made.push(suggestion);
  }
  return made;
}

/** The best of each kind of fact in turn, so that a deck of ten is not ten years. What is defined is asked as that. */
function takeTurns(all: Candidate[]) {
  const about = ({ front, gap, sentence }: Candidate) =>
    contentKeys(front ?? gap ?? "", sentence.source.language).join(" ");
  const defined = new Set(all.filter(({ fact }) => fact === "definition").map(about));
  const candidates = all.filter((one) => one.fact !== "term" || !defined.has(about(one)));
  const lines = (["definition", "term", "cause", "list", "number", "term", "heading"] as const).map(
    (fact, turn, facts) => {
      const own = candidates
        .filter((candidate) => candidate.fact === fact)
        .sort((a, b) => b.score - a.score);
      // Key terms come twice a turn.
      const shared = facts.filter((other) => other === fact).length;
      const first = facts.indexOf(fact) === turn ? 0 : 1;
      return shared === 1 ? own : own.filter((_, at) => at % shared === first);
    },
  );
  const ordered: Candidate[] = [];
  for (let at = 0; lines.some((line) => at < line.length); at += 1)
    ordered.push(...lines.flatMap((line) => line.slice(at, at + 1)));
  return ordered;
}

/** Lenient: where a talk has too few sentences that are not between people, those may do. */
type Reading = "strict" | "lenient";

/** A sentence that can be read alone, about the subject and not between people. */
export function standsAlone({ text, words, keys, source }: Sentence, reading: Reading = "strict") {
  const { leans, chat } = patternsFor(source.language);
  return (
    words.length >= 6 &&
    words.length <= 45 &&
    keys.size >= 3 &&
    /^[\p{Lu}\p{N}\p{Lo}]/u.test(text) &&
    /[.!。！]["”’)]*$/u.test(text) &&
    !/https?:|www\.|@|©|\.edu|\.com/i.test(text) &&
    !/[{}|]|::/.test(text) &&
    // Two sentences that were not told apart, or the second half of one.
    !/[.!?]\s+\p{Lu}/u.test(text) &&
    !/^\p{L}\./u.test(text) &&
    !/ -\p{L}/u.test(text) &&
    (reading === "lenient" || (!POINTS.test(text) && !chat.test(text))) &&
    !leans.test(text)
  );
}

/** Spoken language points and takes turns; what can be learnt by itself does so less. */
function talk(text: string) {
  const we = text.match(/\b(?:we|we've|our|us)\b/giu)?.length ?? 0;
  const pronouns = text.match(/\b(?:it|its|it's|they|them|he|she|his|her|that)\b/giu)?.length ?? 0;
  return Math.min(1.2, 0.4 * we + 0.15 * pronouns);
}

function factsOf(
  course: Course,
  sentence: Sentence,
  before: Sentence | undefined,
  reading: Reading,
): Candidate[] {
  const { source, text } = sentence;
  const patterns = patternsFor(source.language);
  const span = { start: sentence.start, end: sentence.end };
  const weight = course.weight.get(sentence) ?? 0;
  const candidates: Candidate[] = [];
  const add = (fact: Fact, rest: Partial<Candidate>) =>
    candidates.push({ fact, score: BONUS[fact] + weight - talk(text), sentence, span, ...rest });

  const named = patterns.naming.exec(text)?.groups?.["term"];
  const pair = before && leansOn(sentence, before);
  if (named && isTerm(named, source.language) && (standsAlone(sentence) || pair))
    add("definition", {
      gap: named,
      ...(pair && !standsAlone(sentence)
        ? { span: { start: before.start, end: sentence.end } }
        : {}),
    });
  if (!standsAlone(sentence, reading)) return candidates;

  for (const pattern of patterns.definitions) {
    const { term, meaning, verb } = pattern.exec(text)?.groups ?? {};
    if (!term || !meaning || !isTerm(term, source.language)) continue;
    if (contentKeys(meaning, source.language).length < 3) continue;
    const plural = /^(?:are|sind|sont|son)$/.test(verb ?? "");
    add("definition", {
      front: patterns.ask.whatIs(asInside(term, text), plural),
      back: sentenceOf(meaning),
    });
    break;
  }
  const list = patterns.list.exec(text)?.groups?.["list"];
  if (list && isList(list)) add("list", { gap: list });
  for (const pattern of patterns.causes) {
    const groups = pattern.exec(text)?.groups;
    const { cause } = groups ?? {};
    const effect = groups?.["effect"]?.replace(OPENING, "");
    if (!effect || !cause || patterns.leans.test(effect)) continue;
    // `What is important is, because …` was cut where nothing ends.
    if (/[,:;]$/.test(effect) || isStopWord(effect.split(/\s+/).at(-1)!, source.language)) continue;
    if (contentKeys(effect, source.language).length < 2) continue;
    if (contentKeys(cause, source.language).length < 2) continue;
    add("cause", { front: patterns.ask.why(capital(effect)), back: sentenceOf(cause) });
    break;
  }
  const [number] = numberPhrases(sentence);
  if (number) add("number", { gap: number });
  return candidates;
}

/** Three things or more, each a few words and none of them a clause. */
function isList(list: string) {
  const items = list.split(/,(?: (?:and|or|und|oder|et|ou|y|o) )?| (?:and|or|und|oder|et|ou|y|o) /);
  return (
    items.length >= 3 &&
    items.every(
      (item) =>
        item.trim() !== "" &&
        item.trim().split(/\s+/).length <= 6 &&
        !/\b(?:is|are|was|were|be|have|has|had|do|does|will|can|could|would|they|they're|we|it|he|she|that|which|who|not)\b|\b(?:ist|sind|wird|hat|est|sont|es|son)\b/iu.test(
          item,
        ),
    )
  );
}

/** `This splitting is called photolysis.` needs the sentence before, which must be about the subject itself. */
function leansOn(sentence: Sentence, before: Sentence) {
  const { leans, chat } = patternsFor(sentence.source.language);
  return (
    before.source === sentence.source &&
    before.heading === sentence.heading &&
    leans.test(sentence.text) &&
    !chat.test(sentence.text) &&
    /[.!]$/.test(sentence.text) &&
    !/[{}|]|::/.test(sentence.text + before.text) &&
    standsAlone(before)
  );
}

function termFacts(course: Course, reading: Reading): Candidate[] {
  const best = course.terms[0]?.score ?? 1;
  return course.terms.flatMap(({ term, score, sentences }) => {
    const fit = sentences.filter((sentence) => standsAlone(sentence, reading));
    const [sentence] = fit.toSorted(
      (a, b) =>
        (course.weight.get(b) ?? 0) - talk(b.text) - (course.weight.get(a) ?? 0) + talk(a.text),
    );
    if (!sentence) return [];
    return [
      {
        fact: "term" as const,
        score: BONUS.term + score / best - talk(sentence.text),
        sentence,
        span: { start: sentence.start, end: sentence.end },
        gap: term,
      },
    ];
  });
}

function headingFacts(course: Course): Candidate[] {
  const seen = new Set<string>();
  return course.sentences.flatMap((sentence) => {
    const { heading, source, text } = sentence;
    const place = `${source.id}:${heading}`;
    if (!heading || seen.has(place) || !standsAlone(sentence)) return [];
    seen.add(place);
    if (!saysSomething(heading, source.language) || text.includes(heading)) return [];
    return [
      {
        fact: "heading" as const,
        score: BONUS.heading + (course.weight.get(sentence) ?? 0),
        sentence,
        span: { start: sentence.start, end: sentence.end },
        front: patternsFor(source.language).ask.about(heading),
        back: text,
      },
    ];
  });
}

/** As one of the kinds that were asked for, in turn where several fit. */
function shape(
  course: Course,
  { fact, sentence, span, front, back, gap }: Candidate,
  kinds: CardKind[],
  round: number,
): Suggestion | undefined {
  const { source } = sentence;
  const witness = witnessAt(source, span);
  const whole = witness.quote.replace(/\s+/g, " ");
  const opening = OPENING.exec(whole)?.[0] ?? "";
  const plain = capital(whole.slice(opening.length));
  const card = { tags: [fact], witness, options: null };
  const may = (kind: CardKind) => kinds.length === 0 || kinds.includes(kind);
  if (front && back) {
    if (may("basic")) return { ...card, kind: "basic", front, back };
    return undefined;
  }
  const places = gap ? placesOf(plain, gap) : [];
  const [first] = places;
  if (!gap || !first) return undefined;
  const written = plain.slice(first.start, first.end);
  const blank = replaceAt(plain, places, () => "_____");
  if (contentKeys(blank, source.language).length < 3) return undefined;
  const short = fact !== "list" && written.split(/\s+/).length <= 5;
  const choices = (["choice", "typed", "cloze"] as const).filter(
    (kind) => may(kind) && (kind === "cloze" || short),
  );
  for (let turn = 0; turn < choices.length; turn += 1) {
    const kind = choices[(round + turn) % choices.length]!;
    if (kind === "cloze")
      return {
        ...card,
        kind,
        front: replaceAt(plain, places, (part) => `{{c1::${part}}}`),
        back: "",
      };
    if (kind === "typed") return { ...card, kind, front: blank, back: written };
    const wrong = wrongOptions(course, {
      text: blank.replaceAll("_____", " "),
      right: written,
      witness: plain,
      language: source.language,
    });
    if (wrong)
      return { ...card, kind, front: blank, back: written, options: mixed(written, wrong) };
  }
  return undefined;
}

/** Where the words stand as whole words, whatever their case. */
function placesOf(text: string, words: string) {
  const pattern = words.split(/\s+/).map(escapePattern).join("\\s+");
  const found = [
    ...text.matchAll(
      new RegExp(`(?<![\\p{L}\\p{N}-])${pattern}(?![\\p{L}\\p{N}]|\\s?-\\p{L})`, "giu"),
    ),
  ];
  return found.map((match) => ({ start: match.index, end: match.index + match[0].length }));
}

function replaceAt(
  text: string,
  places: { start: number; end: number }[],
  by: (part: string) => string,
) {
  let written = "";
  let done = 0;
  for (const { start, end } of places) {
    written += text.slice(done, start) + by(text.slice(start, end));
    done = end;
  }
  return written + text.slice(done);
}

/** In an order that says nothing and is the same each time: of the alphabet. */
function mixed(right: string, wrong: string[]) {
  return [right, ...wrong].sort((a, b) => a.localeCompare(b, "en", { sensitivity: "base" }));
}

function isTerm(term: string, language: string | null) {
  const words = term.split(/\s+/);
  return (
    !isStopWord(words[0]!, language) &&
    !isStopWord(words.at(-1)!, language) &&
    words.filter((word) => isStopWord(word, language)).length <= 1 &&
    words.length <= 5
  );
}

/** As it reads in the middle of a question: large only if it is a name or an abbreviation. */
function asInside(term: string, sentence: string) {
  const article = /^(?:The|An?) /.exec(sentence)?.[0].toLowerCase() ?? "";
  const first = term.split(/\s+/)[0]!;
  const small = sentence.startsWith(term) && first.slice(1) === first.slice(1).toLowerCase();
  return small && /^\p{Lu}\p{Ll}/u.test(term)
    ? term[0]!.toLowerCase() + term.slice(1)
    : article + term;
}

function sentenceOf(text: string) {
  return `${capital(text.trim().replace(/[.!]$/, ""))}.`;
}

function capital(text: string) {
  return text[0]!.toUpperCase() + text.slice(1);
}
