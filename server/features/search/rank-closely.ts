/**
 * The best passages of a ranking by words, looked at closely: how many of the question's words stand together and how
 * near, the small words between them, words of the same family, the source's title and the neighbours. Weights were
 * chosen on the tuning half of `benchmarks/answers`; what each of them gives stands in docs/answers.md.
 */
import { K1, type PassageLook } from "./queries.ts";
import { rarity, type OrderedWord, type QueryWords, type Term } from "./query-words.ts";
import { quoteLexeme } from "./search-vector.ts";
import { wordsOfTitle } from "./titles.ts";

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

/**
 * A passage's score: by its words alone, as the database ranked it, and by the closer look.
 * @returns a function, because a question is looked for in many passages.
 */
export function lookClosely(words: QueryWords): (look: PassageLook, byWords: number) => number {
  const weigh = ({ passages }: { passages: number }) => rarity(passages, words.passages);
  const asked = new Set([...words.order, ...words.terms].flatMap(({ lexemes }) => lexemes));
  for (const { folded } of words.terms) for (const lexeme of folded) asked.add(lexeme);
  const keys = [...asked].map((lexeme) => ({ lexeme, key: `${quoteLexeme(lexeme)}:` }));
  return ({ vector, title }, byWords) => {
    const positions: Positions = new Map();
    for (const { lexeme, key } of keys) {
      const at = findLexeme(vector, key);
      positions.set(lexeme, at < 0 ? NOWHERE : numbersAt(vector, at + key.length));
    }
    return (
      BY_WORDS * byWords +
      coverScore(positions, words.terms, weigh) +
      orderScore(positions, words.order, weigh) +
      familyScore(vector, positions, words, weigh) +
      titleScore(title, words, weigh)
    );
  };
}

type Positions = Map<string, number[]>;
const NOWHERE: number[] = [];

/** Where a lexeme that begins with `key` begins: after a space, which stands in a lexeme before no quotation mark. */
function findLexeme(vector: string, key: string) {
  let at = vector.indexOf(key);
  while (at > 0 && vector[at - 1] !== " ") at = vector.indexOf(key, at + 1);
  return at;
}

/** `7,12` */
function numbersAt(vector: string, start: number): number[] {
  const numbers: number[] = [];
  let number = 0;
  for (let at = start; ; at += 1) {
    const digit = vector.charCodeAt(at) - ZERO;
    if (digit >= 0 && digit <= 9) number = number * 10 + digit;
    else {
      numbers.push(number);
      if (vector[at] !== ",") return numbers;
      number = 0;
    }
  }
}

const ZERO = 48;

type Weigh = (word: { passages: number }) => number;

/** The words of the question that stand anywhere, and the most of them that one window holds. */
function coverScore(positions: Positions, terms: Term[], weigh: Weigh) {
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

function orderScore(positions: Positions, order: OrderedWord[], weigh: Weigh) {
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

function familyScore(vector: string, positions: Positions, { order }: QueryWords, weigh: Weigh) {
  const missing = order.filter(
    ({ lexemes, small }) => !small && !lexemes.some((lexeme) => positions.get(lexeme)!.length > 0),
  );
  const beginnings = new Map<string, number>();
  for (const word of missing)
    for (const lexeme of word.asked)
      if (lexeme.length > FAMILY_LETTERS)
        beginnings.set(lexeme.slice(0, FAMILY_LETTERS), weigh(word));
  let score = 0;
  for (const [beginning, weight] of beginnings)
    if (hasLonger(vector, quoteLexeme(beginning).slice(0, -1))) score += FAMILY * weight;
  return score;
}

/** Whether a lexeme begins so and goes on. */
function hasLonger(vector: string, beginning: string) {
  for (let at = vector.indexOf(beginning); at >= 0; at = vector.indexOf(beginning, at + 1)) {
    if (at > 0 && vector[at - 1] !== " ") continue;
    const next = at + beginning.length;
    if (vector[next] !== "'" || vector[next + 1] === "'") return true;
  }
  return false;
}

function titleScore(
  ofSource: string,
  { terms, titled, languages, passages }: QueryWords,
  weigh: Weigh,
) {
  const title = wordsOfTitle(ofSource, languages).lexemes;
  let score = 0;
  for (const term of terms)
    if (term.lexemes.some((lexeme) => title.has(lexeme)))
      score += IN_TITLE * term.weight * weigh(term);
  for (const { lexemes } of titled)
    if (lexemes.some((lexeme) => title.has(lexeme))) score += IN_TITLE_ONLY * rarity(0, passages);
  return score;
}

/** What the passages before and after it in its source add to each score, in the unitless numbers of the ranking. */
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
