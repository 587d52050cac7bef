/**
 * Words that German, Dutch, Swedish and Danish write together: `Entwicklungsland` is `Entwicklung` and `Land`, and is
 * found by both. A word is taken apart only where each part stands in a spelling dictionary (wooorm/dictionaries), as
 * far as the letters that join them (`Entwicklung-s-`) and the ending of the last (`-länder`, by its stem) let it:
 * `Apparat` is no `Rat`.
 *
 * - **Head**: what stands before the last part; it may be made of several.
 * - **Tail**: the last part, or several of them: a court of the constitution (`Verfassungsgericht`) in a federal one.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { withoutAccents } from "./fold-text.ts";

interface Joining {
  /** Between two parts; the longest first. */
  links: string[];
  /** What a part loses when another follows (`Schule`, `Schulbuch`; `schreiben`, `Schreibtisch`). */
  lost: string[];
  /** Nouns have a capital. */
  capitals: boolean;
}

const LANGUAGES: Record<string, Joining> = {
  de: { links: ["ens", "es", "en", "er", "ns", "s", "n", "e"], lost: ["e", "en"], capitals: true },
  nl: { links: ["en", "er", "s", "e", "n"], lost: ["e"], capitals: false },
  sv: { links: ["s", "o", "u", "e", "a"], lost: ["a", "e"], capitals: false },
  da: { links: ["s", "e"], lost: ["e"], capitals: false },
};
/** Prefixes, small words and endings that dictionaries list too; what begins or ends with them is no compound. */
const NO_HEADS = new Set(
  (
    "ver be ge er ent emp zer miss un ur in im an ab auf aus bei da dar durch ein fort für " +
    "gegen her herum hin hinter los mit nach ober " +
    "ohne so über um unter vor wider wieder zu zurück zwischen der die das den dem des eine " +
    "sie wir ihr mein dein sein kein nicht auch " +
    "mono para per pro anti inter mega mini meta multi pan poly re tele trans ultra super " +
    "hyper hypo sub kon kom dis des aller alle all gar wer wie was gew kai"
  ).split(" "),
);
const NO_TAILS = new Set(
  (
    "haft heit keit schaft lich isch bar sam los tum ung ungen ion ionen ieren chen lein " +
    "ende enden enten ismus isten ität ling ment tion weise " +
    "arten ster sten ten ren gen den nen ern eln lei mal mals rein lose tel tor ist elle ellen lungen dungen tigen " +
    "heid heden schap schappen chap ing ingen lijk hed heder heden skab skaber lig liga ligt " +
    "het heten skap skapet ning ningar"
  ).split(" "),
);
const SHORTEST_WORD = 7;
const SHORTEST_HEAD = 3;
const SHORTEST_TAIL = 4;
/** Nouns of three letters that end many words. */
const SHORT_TAILS = new Set("rad weg tag zug hof bad bau amt uhr eid see typ".split(" "));
const LONGEST_WORD = 50;

interface Dictionary extends Joining {
  words: Set<string>;
  nouns: Set<string>;
  /** Stem -> letters of its shortest word: what ends in less has lost some. */
  tailStems: Map<string, number>;
  stem: (word: string) => string;
}

const require = createRequire(import.meta.url);
const dictionaries = new Map<string, Dictionary>();

export function hasCompounds(language: string): boolean {
  return Object.hasOwn(LANGUAGES, language);
}

/**
 * The parts of a compound as they stand in it, without the letters that join them, and its tails of several parts; none
 * where it is no compound. @param word lower case @param stem of the language
 */
export function partsOf(word: string, language: string, stem: (word: string) => string): string[] {
  if (word.length < SHORTEST_WORD || word.length > LONGEST_WORD || !/^\p{L}+$/u.test(word))
    return [];
  return takeApart(word, dictionaryOf(language, stem));
}

function takeApart(word: string, dictionary: Dictionary): string[] {
  const split = splitTail(word, dictionary);
  if (!split) return [];
  const parts = new Set<string>();
  for (let rest: Split | undefined = split; rest; rest = splitTail(rest.tail, dictionary)) {
    for (const part of rest.heads) parts.add(part);
    parts.add(rest.tail);
    // The constitutional court in the federal one.
    for (const part of rest.heads.slice(1)) parts.add(word.slice(word.lastIndexOf(part)));
  }
  return [...parts];
}

/**
 * What a stub that a hyphen leaves open stands for beside a whole compound; none where that is no compound.
 *
 * @param stub lower case, as `full` is
 * @param place of the stub in what it stands for: `menschen` of `menschenrechte`, `pflichten` of `bürgerpflichten`
 */
export function closeStub(
  stub: string,
  full: string,
  place: "first" | "last",
  language: string,
  stem: (word: string) => string,
): string[] {
  const dictionary = dictionaryOf(language, stem);
  const { words, tailStems } = dictionary;
  const split = splitTail(full, dictionary);
  const tails = split
    ? [split.tail, ...split.heads.slice(1).map((part) => full.slice(full.lastIndexOf(part)))]
    : [];
  if (place === "last") return tails.map((tail) => full.slice(0, -tail.length) + stub);
  const closed = new Set(tails.map((tail) => stub + tail));
  // "Vor- und Nachteile": prefixes are no parts; one stands for the other, or the dictionary has what they make.
  for (let at = 2; at <= full.length - SHORTEST_HEAD; at += 1) {
    const whole = stub + full.slice(at);
    const known = words.has(whole) || (tailStems.get(stem(whole)) ?? LONGEST_WORD) <= whole.length;
    const prefixes = NO_HEADS.has(stub) && NO_HEADS.has(full.slice(0, at));
    if ((!known && !prefixes) || !isTail(full.slice(at), dictionary, false)) continue;
    closed.add(whole);
    break;
  }
  return [...closed];
}

interface Split {
  heads: string[];
  tail: string;
}

const PREFIX = /^(?:ver|be|ge|er|ent|zer|her|miss|für|för|for)/u;

/**
 * The head with the fewest parts; then a tail that is a word as it stands (`Kaiser-reich`), the longest
 * (`Energie-erhaltung`).
 */
function splitTail(word: string, dictionary: Dictionary): Split | undefined {
  if (word.length < SHORTEST_WORD) return undefined;
  // A word that the dictionary has as one is a compound only where both parts are nouns of some length.
  const bare = dictionary.stem(word);
  const strict = dictionary.words.has(word) || dictionary.tailStems.has(bare);
  if (strict && PREFIX.test(word)) return undefined;
  for (const asItStands of [true, false])
    for (let at = SHORTEST_HEAD; at <= word.length - SHORTEST_HEAD; at += 1) {
      const tail = word.slice(at);
      if (dictionary.words.has(tail) !== asItStands || !isTail(tail, dictionary, strict)) continue;
      const head = simpleHead(word.slice(0, at), dictionary, strict);
      if (head) return { heads: [head], tail };
    }
  if (strict) return undefined;
  for (let at = SHORTEST_WORD; at <= word.length - SHORTEST_HEAD; at += 1) {
    const tail = word.slice(at);
    if (!isTail(tail, dictionary, false)) continue;
    const heads = headsOf(word.slice(0, at), dictionary);
    if (heads) return { heads, tail };
  }
  return undefined;
}

function isTail(tail: string, dictionary: Dictionary, strict: boolean) {
  const { capitals, words, tailStems, stem } = dictionary;
  if (NO_TAILS.has(tail)) return false;
  if (tail.length < SHORTEST_TAIL) return !strict && capitals && SHORT_TAILS.has(tail);
  if (capitals)
    return (
      (tailStems.get(stem(tail)) ?? LONGEST_WORD) <= tail.length || isDerived(tail, dictionary)
    );
  // Among words of every kind a stem is too easily another's.
  if (words.has(tail)) return true;
  const bare = stem(tail);
  return bare.length >= SHORTEST_TAIL && tail.startsWith(bare) && words.has(bare);
}

/**
 * German nouns that the dictionary makes of verbs and adjectives: `Gleichung` of `gleichen`, `Löslichkeit` of
 * `löslich`.
 */
function isDerived(word: string, { capitals, words }: Dictionary) {
  if (!capitals) return false;
  const ending = /(?:ung|heit|keit)(?:en)?$/u.exec(word)?.[0];
  if (!ending || word.length < ending.length + SHORTEST_TAIL) return false;
  const bare = word.slice(0, -ending.length);
  return ending.startsWith("ung")
    ? words.has(`${bare}en`) || words.has(`${bare}n`)
    : words.has(bare);
}

/** The head without what joins it; as the dictionary has it. */
function simpleHead(head: string, dictionary: Dictionary, strict: boolean): string | undefined {
  const { links, lost, words, nouns } = dictionary;
  const known = strict ? nouns : words;
  const fits = (part: string) =>
    part.length >= (strict ? SHORTEST_TAIL : SHORTEST_HEAD) &&
    !NO_HEADS.has(part) &&
    !NO_TAILS.has(part) &&
    (known.has(part) || isDerived(part, dictionary));
  if (fits(head)) return head;
  for (const link of links) {
    if (!head.endsWith(link)) continue;
    const bare = head.slice(0, -link.length);
    if (fits(bare)) return bare;
    // Länder-spiel, Häuser-meer
    const plain = withoutAccents(bare);
    if (plain !== bare && fits(plain)) return plain;
  }
  if (head.length >= SHORTEST_TAIL) for (const end of lost) if (fits(head + end)) return head + end;
  return undefined;
}

/** Several parts, each joined to the next. */
function headsOf(head: string, dictionary: Dictionary): string[] | undefined {
  for (let at = head.length - SHORTEST_HEAD; at >= SHORTEST_HEAD; at -= 1) {
    const last = simpleHead(head.slice(at), dictionary, true);
    if (!last) continue;
    const first =
      simpleHead(head.slice(0, at), dictionary, false) ?? headsOf(head.slice(0, at), dictionary);
    if (first) return [...(typeof first === "string" ? [first] : first), last];
  }
  return undefined;
}

function dictionaryOf(language: string, stem: (word: string) => string): Dictionary {
  let dictionary = dictionaries.get(language);
  if (!dictionary) dictionaries.set(language, (dictionary = load(language, stem)));
  return dictionary;
}

/** Half a second and 20 MB for the largest, once, when the first word of the language comes. */
function load(language: string, stem: (word: string) => string): Dictionary {
  const joining = LANGUAGES[language]!;
  const words = new Set<string>();
  const nouns = new Set<string>();
  const tailStems = new Map<string, number>();
  const path = join(dirname(require.resolve(`dictionary-${language}`)), "index.dic");
  const lines = readFileSync(path, "utf8").split("\n");
  for (const line of lines) {
    const entry = /^\p{L}{2,}(?=\/|\s|$)/u.exec(line)?.[0].normalize("NFKC");
    if (!entry) continue;
    const lower = entry.toLowerCase();
    words.add(lower);
    // Without capitals nobody knows which words are nouns.
    const isNoun = !joining.capitals || entry !== lower;
    if (isNoun && entry !== entry.toUpperCase()) {
      nouns.add(lower);
      if (lower.length < SHORTEST_TAIL || NO_TAILS.has(lower)) continue;
      const bare = stem(lower);
      tailStems.set(bare, Math.min(lower.length, tailStems.get(bare) ?? LONGEST_WORD));
    }
  }
  return { ...joining, words, nouns, tailStems, stem };
}
