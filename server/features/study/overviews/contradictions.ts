/** Does a sentence say the opposite of another one, or another figure? By words: a "not", an opposite, a number. */
import { numberPhrases } from "#server/features/study/cards/suggestions/wrong-options.ts";
import { keyOf, wordsOf } from "./words.ts";

const NEGATION =
  /\b(?:not|no|never|none|neither|nor|without|cannot|\w+n't|nicht|kein\w*|nie|niemals|ohne|ne|pas|jamais|sans|nunca|sin)\b/giu;
const OPPOSITES =
  `increase decrease, increased decreased, increasing decreasing, rise fall, rose fell, rising falling, grow shrink,
  gain lose, high low, higher lower, highest lowest, more less, more fewer, most least, large small, larger smaller,
  big small, long short, longer shorter, fast slow, faster slower, early late, earlier later, before after,
  first last, begin end, begins ends, start stop, above below, up down, left right, inside outside, near far,
  north south, east west, always never, all none, everybody nobody, with without, positive negative, hot cold,
  hotter colder, warm cold, warmer colder, summer winter, day night, strong weak, stronger weaker, hard soft,
  light dark, wet dry, absorb reflect, absorb release, absorb emit, attract repel, open close, opened closed,
  accept reject, allow forbid, cause prevent, build destroy, create destroy, win lose, true false, same different,
  equal unequal, direct indirect, active passive, voiced voiceless, rural urban, public private, buy sell, old young,
  rich poor, easy difficult, possible impossible, known unknown, regular irregular, stable unstable, linear nonlinear,
  steigt sinkt, steigen sinken, hoch niedrig, höher niedriger, mehr weniger, groß klein, größer kleiner,
  schnell langsam, schneller langsamer, vor nach, immer nie, mit ohne, warm kalt, wärmer kälter, stark schwach,
  positiv negativ, lang kurz, früh spät, innen außen, gleich verschieden, augmente diminue, augmenter diminuer,
  haut bas, plus moins, grand petit, rapide lent, avant après, toujours jamais, chaud froid, fort faible,
  positif négatif, aumenta disminuye, aumentar disminuir, alto bajo, más menos, grande pequeño, rápido lento,
  antes después, siempre nunca, caliente frío, fuerte débil, positivo negativo`
    .split(",")
    .map((pair) => pair.trim().split(/\s+/).map(keyOf) as [string, string]);

interface Words {
  text: string;
}

/** The word of `said` that is the opposite of one in `source`, where `source` does not say it itself. */
export function oppositeOf(source: Words, said: Words) {
  const ours = keysOf(source);
  const theirs = keysOf(said);
  for (const [a, b] of OPPOSITES)
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const)
      if (ours.has(one) && !theirs.has(one) && theirs.has(other) && !ours.has(other))
        return { ours: one, theirs: other };
  return undefined;
}

/** Of a whole sentence; "without delay" and "none of them" are no such thing where the words are others. */
const DENIAL = /\b(?:not|no|never|cannot|\w+n't|nicht|kein\w*|nie|niemals|ne|nunca)\b/giu;

/** Whether there is an odd number of negations: two take each other back. */
export function isNegated(text: string) {
  return isOdd(text, NEGATION);
}

/** Whether the sentence as a whole denies something. */
export function isDenial(text: string) {
  return isOdd(text, DENIAL);
}

function isOdd(text: string, pattern: RegExp) {
  return (text.match(pattern)?.length ?? 0) % 2 === 1;
}

/**
 * A figure with its unit, or the one number that each has; undefined where they are the same, or `said` has the
 * source's elsewhere.
 */
export function otherFigure(source: Words, said: Words) {
  const [ours] = numberPhrases(source);
  const [theirs] = numberPhrases(said);
  if (ours && theirs && ours !== theirs && !said.text.includes(ours)) return { ours, theirs };
  const [one, ...more] = figuresOf(source.text);
  const [other, ...others] = figuresOf(said.text);
  return one && other && one !== other && more.length === 0 && others.length === 0
    ? { ours: one, theirs: other }
    : undefined;
}

const NUMBERS = [
  "two three four five six seven eight nine ten eleven twelve",
  "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
  "deux trois quatre cinq six sept huit neuf dix onze douze",
  "dos tres cuatro cinco seis siete ocho nueve diez once doce",
].map((words) => words.split(" "));

/** Figures, and small numbers that are written as words, as digits. */
export function figuresOf(text: string): string[] {
  return [...text.toLowerCase().matchAll(/(?<![\p{L}\d])\d+(?:[.,]\d+)*|\p{L}+/gu)].flatMap(
    ([word]) => {
      if (/\d/.test(word)) return [word];
      const at = NUMBERS.map((words) => words.indexOf(word)).find((place) => place >= 0);
      return at === undefined ? [] : [String(at + 2)];
    },
  );
}

/** Every word: "before" and "more" carry no subject, and are opposites all the same. */
function keysOf({ text }: Words) {
  return new Set(wordsOf(text).map(({ key }) => key));
}
