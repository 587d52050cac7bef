/**
 * The forms of a word under which it is found: its stem in a language, the stem without accents, a Korean word without
 * its particle. The stemmers are Snowball's (@orama/stemmers), run here and not in the database, so that a word has the
 * same stem on every server, whatever its version and locale.
 */
import { createRequire } from "node:module";
import { closeStub, hasCompounds, partsOf } from "./compounds.ts";
import { withoutAccents, withUmlautsSpelt } from "./fold-text.ts";

/** Names of the stemmers, which are also those of the lists of stop words (@orama/stopwords), by ISO 639-1 code. */
const NAMES: Record<string, string> = {
  ar: "arabic",
  bg: "bulgarian",
  da: "danish",
  de: "german",
  el: "greek",
  en: "english",
  es: "spanish",
  fi: "finnish",
  fr: "french",
  ga: "irish",
  hi: "indian",
  hu: "hungarian",
  hy: "armenian",
  id: "indonesian",
  it: "italian",
  lt: "lithuanian",
  nb: "norwegian",
  ne: "nepali",
  nl: "dutch",
  nn: "norwegian",
  no: "norwegian",
  pt: "portuguese",
  ro: "romanian",
  ru: "russian",
  sa: "sanskrit",
  sr: "serbian",
  sv: "swedish",
  ta: "tamil",
  tr: "turkish",
  uk: "ukrainian",
};

/** What the lists leave out. */
const MORE_STOP_WORDS: Record<string, string[]> = { en: ["a"] };

interface Language {
  stem(word: string): string;
  stopWords: ReadonlySet<string>;
}

const require = createRequire(import.meta.url);
const languages = new Map<string, Language>();
/** Of each set of languages: a student's words come again and again. */
const KEPT = 50_000;

/** `de-AT` -> `de`; null where nobody knows it. */
export function baseLanguage(language: string | null | undefined): string | null {
  return (language ?? "").toLowerCase().split(/[-_]/)[0]! || null;
}

/** `de-AT` -> `de`; undefined where no stemmer knows it. */
export function stemmedLanguage(language: string | null | undefined): string | undefined {
  const code = baseLanguage(language) ?? "";
  return Object.hasOwn(NAMES, code) ? code : undefined;
}

function languageOf(code: string): Language {
  let language = languages.get(code);
  if (!language) languages.set(code, (language = load(code)));
  return language;
}

function load(code: string): Language {
  const name = NAMES[code]!;
  const { stemmer } = require(`@orama/stemmers/${name}`) as { stemmer(word: string): string };
  const { stopwords } = require(`@orama/stopwords/${name}`) as { stopwords: string[] };
  return {
    stopWords: new Set(
      [...stopwords, ...(MORE_STOP_WORDS[code] ?? [])].flatMap((word) => [
        word.normalize("NFKC"),
        withoutAccents(word),
      ]),
    ),
    stem: (word) => stemmer(word) || word,
  };
}

/** Words of a language that say nothing of a subject (`the`, `what`); `word` in lower case. */
export function isStopWord(word: string, language: string): boolean {
  return languageOf(language).stopWords.has(word);
}

export interface Forms {
  /** The word as it stands, as each language stems it. */
  exact: string[];
  /** The same without accents. */
  folded: string[];
}

const known = new Map<string, Map<string, Forms>>();

/** @param word lower case, without space, NFKC. @param codes of `stemmedLanguage`; none: the word as it is. */
export function formsOf(word: string, codes: readonly string[]): Forms {
  const key = codes.length === 1 ? codes[0]! : codes.join();
  let ofLanguages = known.get(key);
  if (!ofLanguages) known.set(key, (ofLanguages = new Map()));
  let forms = ofLanguages.get(word);
  if (!forms) {
    if (ofLanguages.size >= KEPT) ofLanguages.clear();
    ofLanguages.set(word, (forms = makeForms(word, codes)));
  }
  return forms;
}

function makeForms(word: string, codes: readonly string[]): Forms {
  const stems = (spelt: string) =>
    codes.length === 0 ? [spelt] : codes.map((code) => languageOf(code).stem(spelt));
  const exact = new Set(stems(word));
  if (HANGUL.test(word)) for (const form of withoutParticles(word)) exact.add(form);
  const folded = new Set<string>();
  const plain = withoutAccents(word);
  if (plain !== word) for (const stem of stems(plain)) folded.add(stem);
  const spelt = withUmlautsSpelt(word);
  if (spelt !== word) for (const stem of stems(withoutAccents(spelt))) folded.add(stem);
  for (const stem of exact) {
    const bare = withoutAccents(stem);
    if (bare !== stem) folded.add(bare);
    folded.delete(stem);
  }
  return { exact: [...exact], folded: [...folded] };
}

/** Stems of the parts of a compound, without accents; none where it is none. @param language of `stemmedLanguage` */
export function partStemsOf(word: string, language: string): string[] {
  if (!hasCompounds(language)) return [];
  const key = `${language} ${word}`;
  let stems = knownParts.get(key);
  if (!stems) {
    const { stem } = languageOf(language);
    stems = partsOf(word, language, stem).map((part) => withoutAccents(stem(part)));
    if (knownParts.size >= KEPT) knownParts.clear();
    knownParts.set(key, stems);
  }
  return stems;
}

const knownParts = new Map<string, string[]>();

/** The same of a word that may be such a part. */
export function stemsAsPart(word: string, codes: readonly string[]): string[] {
  if (word.length < SHORTEST_PART) return [];
  const stems = codes
    .filter(hasCompounds)
    .map((code) => withoutAccents(languageOf(code).stem(word)));
  return [...new Set(stems)];
}

const SHORTEST_PART = 3;

/** What a stub stands for (suspended-compounds.ts). @param language of `stemmedLanguage`, with compounds */
export function closedStubs(
  stub: string,
  full: string,
  place: "first" | "last",
  language: string,
): string[] {
  return closeStub(stub, full, place, language, languageOf(language).stem);
}

const PREFIXED_PARTICIPLES = ["de", "nl"];

/**
 * "gestürmt" and "stürmte", "gebouwd" and "bouwde": stems of the other form of a weak verb, which the stemmers keep
 * apart.
 */
export function participlesOf(word: string, codes: readonly string[]): string[] {
  return PREFIXED_PARTICIPLES.filter((code) => codes.includes(code)).flatMap((code) => {
    const stem = languageOf(code).stem(word);
    if (!/^[\p{L}\p{M}]{4,}[td]$/u.test(stem)) return [];
    return [stem.length >= 6 && stem.startsWith("ge") ? stem.slice(2) : `ge${stem}`];
  });
}

const HANGUL = /^\p{Script=Hangul}+$/u;
// Case, topic and connecting particles, the copula and the commonest verb endings, longest first.
const PARTICLES = (
  "이라는 이란 라는 란 에서는 에서의 에서도 으로써 으로서 으로는 으로부터 로부터 에게서 한테서 까지는 부터는 에게 한테 께서 에서 에는 에도 에만 까지 부터 " +
  "처럼 보다 마다 조차 마저 밖에 이나 이며 이고 이다 입니다 인가요 인가 하고 이랑 으로 로써 로서 와의 과의 들이 들은 들을 들의 들에 들 은 는 이 가 을 " +
  "를 의 에 와 과 도 로 만 나 랑 야 여"
)
  .split(" ")
  .sort((a, b) => b.length - a.length);

/** 엽록체에서 -> 엽록체: the word without the particle that may end it, and without a second one before that. */
function withoutParticles(word: string): string[] {
  const forms: string[] = [];
  let rest = word;
  for (let times = 0; times < 2; times += 1) {
    const particle = PARTICLES.find((end) => rest.length > end.length && rest.endsWith(end));
    if (!particle) break;
    rest = rest.slice(0, -particle.length);
    forms.push(rest);
  }
  return forms;
}
