/**
 * The best passages of a ranking by words, looked at closely: how many of the question's words stand together and how
 * near, the small words between them, words of the same family, the source's title and the neighbours. Weights were
 * chosen on the tuning half of `benchmarks/answers`; what each of them gives stands in docs/answers.md.
 */
import { wordsOfPassage, type PassageWords } from "./passage-words.ts";
import { K1, type FoundPassage } from "./queries.ts";
import { rarity, type OrderedWord, type QueryWords, type Term } from "./query-words.ts";
import { GAP } from "./search-vector.ts";
import { wordsOfTitle } from "./titles.ts";

export type Passage = Pick<FoundPassage, "id" | "text" | "heading" | "language" | "source">;

/** The sum over all occurrences (BM25) says little beside what stands together. */
const BY_WORDS = 0.25;
/**
 * What the words of the question weigh that the passage has; that stand within so many words of each other, about a
 * clause and a sentence.
 */
const COVERED = 0.2;
const WINDOWS = [
  { words: 12, weight: 0.7 },
  { words: 30, weight: 0.45 },
];
/**
 * Two words of the question that follow each other, within so many words: the rarer one's weight by the square root of
 * the distance.
 */
const NEAR = 0.4;
const FARTHEST = 12;
/** Two neighbours of the question that are neighbours here. */
const ADJACENT = 1.75;
const SMALL = 0.65;
/** A word of the passage that begins like one of the question it does not have. */
const FAMILY = 0.67;
const FAMILY_LETTERS = 5;
const IN_TITLE = 0.6;
/** A word that no passage has and the title does. */
const IN_TITLE_ONLY = 0.5;
/** The words that a document has and a sentence about it does not repeat stand before or after it. */
const NEIGHBOUR = 0.1;

/** Of a passage by its words alone, by the ranking in the database, and by the closer look. */
export function closerScore(passage: Passage, byWords: number, words: QueryWords): number {
  const cut = wordsOfPassage(passage);
  const positions = positionsOf(cut, words);
  const weigh = ({ passages }: { passages: number }) => rarity(passages, words.passages);
  return (
    BY_WORDS * byWords +
    coverScore(positions, words.terms, weigh) +
    orderScore(positions, words.order, weigh) +
    familyScore(cut, positions, words, weigh) +
    titleScore(passage, words, weigh)
  );
}

/** Where the words of the question stand, heading first, as in the index. */
function positionsOf({ heading, text }: PassageWords, { order, terms }: QueryWords) {
  const positions = new Map<string, number[]>();
  for (const { lexemes } of [...order, ...terms])
    for (const lexeme of lexemes) positions.set(lexeme, []);
  for (const { folded } of terms) for (const lexeme of folded) positions.set(lexeme, []);
  const add = (lexeme: string, position: number) => {
    const at = positions.get(lexeme);
    if (at && at.at(-1) !== position) at.push(position);
  };
  const after = heading.length > 0 ? heading.at(-1)!.position + GAP : 0;
  for (const [words, first] of [
    [heading, 0],
    [text, after],
  ] as const)
    for (const { forms, position } of words) {
      for (const lexeme of forms.exact) add(lexeme, first + position);
      for (const lexeme of forms.folded) add(lexeme, first + position);
    }
  return positions;
}

type Weigh = (word: { passages: number }) => number;

/** The words of the question that stand anywhere, and the most of them that one window holds. */
function coverScore(positions: Map<string, number[]>, terms: Term[], weigh: Weigh) {
  const weights = terms.map((term) => term.weight * weigh(term));
  const places: { at: number; term: number }[] = [];
  let covered = 0;
  for (const [term, { lexemes, folded }] of terms.entries()) {
    const before = places.length;
    for (const lexeme of [...lexemes, ...folded])
      for (const at of positions.get(lexeme) ?? []) places.push({ at, term });
    if (places.length > before) covered += weights[term]!;
  }
  places.sort((a, b) => a.at - b.at);
  return WINDOWS.reduce(
    (sum, { words, weight }) => sum + weight * fullestWindow(places, weights, words),
    COVERED * covered,
  );
}

function fullestWindow(places: { at: number; term: number }[], weights: number[], words: number) {
  const inside = weights.map(() => 0);
  let first = 0;
  let weight = 0;
  let most = 0;
  for (const { at, term } of places) {
    if (inside[term]! === 0) weight += weights[term]!;
    inside[term]! += 1;
    for (; at - places[first]!.at >= words; first += 1) {
      const left = places[first]!.term;
      inside[left]! -= 1;
      if (inside[left] === 0) weight -= weights[left]!;
    }
    most = Math.max(most, weight);
  }
  return most;
}

function orderScore(positions: Map<string, number[]>, order: OrderedWord[], weigh: Weigh) {
  const at = order.map(({ lexemes }) => lexemes.flatMap((lexeme) => positions.get(lexeme) ?? []));
  let score = 0;
  let before = -1;
  for (const [i, word] of order.entries()) {
    const here = at[i]!;
    if (i > 0 && here.length > 0 && at[i - 1]!.some((place) => here.includes(place + 1)))
      score += ADJACENT;
    if (word.small) {
      if (here.length > 0)
        score += (SMALL * weigh(word) * here.length * (K1 + 1)) / (here.length + K1);
      continue;
    }
    if (before >= 0 && here.length > 0) {
      const distance = leastDistance(at[before]!, here);
      if (distance > 0 && distance <= FARTHEST)
        score += (NEAR * Math.min(weigh(order[before]!), weigh(word))) / Math.sqrt(distance);
    }
    before = i;
  }
  return score;
}

function leastDistance(a: number[], b: number[]) {
  let least = Infinity;
  for (const first of a)
    for (const second of b) least = Math.min(least, Math.abs(second - first) || Infinity);
  return least;
}

function familyScore(
  cut: PassageWords,
  positions: Map<string, number[]>,
  { order }: QueryWords,
  weigh: Weigh,
) {
  const missing = order.filter(
    ({ lexemes, small }) => !small && !lexemes.some((lexeme) => positions.get(lexeme)!.length > 0),
  );
  const beginnings = new Map<string, number>();
  for (const word of missing)
    for (const lexeme of word.asked)
      if (lexeme.length > FAMILY_LETTERS)
        beginnings.set(lexeme.slice(0, FAMILY_LETTERS), weigh(word));
  if (beginnings.size === 0) return 0;
  let score = 0;
  const look = (lexeme: string) => {
    const beginning = lexeme.length > FAMILY_LETTERS ? lexeme.slice(0, FAMILY_LETTERS) : "";
    const weight = beginnings.get(beginning);
    if (weight === undefined) return;
    score += FAMILY * weight;
    beginnings.delete(beginning);
  };
  for (const words of [cut.heading, cut.text])
    for (const { forms } of words) {
      for (const lexeme of forms.exact) look(lexeme);
      for (const lexeme of forms.folded) look(lexeme);
    }
  return score;
}

function titleScore(
  { source }: Passage,
  { terms, titled, languages, passages }: QueryWords,
  weigh: Weigh,
) {
  const title = wordsOfTitle(source.title, languages).lexemes;
  let score = 0;
  for (const term of terms)
    if (term.lexemes.some((lexeme) => title.has(lexeme)))
      score += IN_TITLE * term.weight * weigh(term);
  for (const { lexemes } of titled)
    if (lexemes.some((lexeme) => title.has(lexeme))) score += IN_TITLE_ONLY * rarity(0, passages);
  return score;
}

/** What the passages before and after it in its source add to each score. */
export function neighbourScores(
  ranked: { id: string; part_of: string; number: number; score: number }[],
) {
  const scores = new Map(ranked.map((row) => [`${row.part_of} ${row.number}`, row.score]));
  return new Map(
    ranked.map(({ id, part_of, number }) => {
      const before = scores.get(`${part_of} ${number - 1}`) ?? 0;
      const after = scores.get(`${part_of} ${number + 1}`) ?? 0;
      return [id, NEIGHBOUR * (Math.max(before, after) + 0.5 * Math.min(before, after))];
    }),
  );
}
