/**
 * Texts with questions that name the right paragraph: SQuAD's for tuning where the shared folder is present, and small
 * ones of ours.
 */
import { existsSync, readFileSync } from "node:fs";
import { contentStemsOf } from "#server/features/search/search-vector.ts";

export interface Article {
  title: string;
  paragraphs: { text: string; questions: { question: string; answers: string[] }[] }[];
}

export interface QuestionSet {
  name: string;
  language: string;
  articles: Article[];
  /** Of another language, in the same student's materials. */
  beside: { language: string; articles: Article[] }[];
}

export interface AskedQuestion {
  q: string;
  /** Without the two rarest words that it shares with its paragraph. */
  without: string;
  article: number;
  /** Offsets of the paragraph in the article's text. */
  start: number;
  end: number;
  /** What the paragraph says; any of these. */
  answers: string[];
}

const SHARED = new URL("../../../shared/questions/tuning.json", import.meta.url);

export function readSets(): QuestionSet[] {
  const own = (name: string) =>
    (
      JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), "utf8")) as Article[]
    ).flatMap(({ title, paragraphs }) =>
      paragraphs.map((paragraph, i) => ({ title: `${title} ${i + 1}`, paragraphs: [paragraph] })),
    );
  const german = { name: "german", language: "de", articles: own("german") };
  const french = { name: "french", language: "fr", articles: own("french") };
  // The two are small: each student has the notes of both.
  const small = [
    { ...german, beside: [french] },
    { ...french, beside: [german] },
  ];
  if (!existsSync(SHARED)) return small;
  const articles = JSON.parse(readFileSync(SHARED, "utf8")) as Article[];
  return [{ name: "english", language: "en", articles, beside: [] }, ...small];
}

/** As it is stored: one study material for each article. */
export function textOf({ paragraphs }: Article) {
  return paragraphs.map(({ text }) => text).join("\n\n");
}

/** The questions that the text answers, `most` of them evenly from all articles. */
export function questionsOf({ articles, language }: QuestionSet, most: number): AskedQuestion[] {
  const having = new Map<string, number>();
  for (const { paragraphs } of articles)
    for (const { text } of paragraphs)
      for (const stem of new Set(contentStemsOf(text, language)))
        having.set(stem, (having.get(stem) ?? 0) + 1);
  const all: AskedQuestion[] = [];
  for (const [article, { paragraphs }] of articles.entries()) {
    let start = 0;
    for (const { text, questions } of paragraphs) {
      const end = start + text.length;
      for (const { question, answers } of questions) {
        if (answers.length === 0) continue;
        const without = withoutRarest(question, text, language, having);
        all.push({ q: question, without, article, start, end, answers });
      }
      start = end + 2;
    }
  }
  const step = Math.max(1, all.length / most);
  return Array.from({ length: Math.min(most, all.length) }, (_, i) => all[Math.floor(i * step)]!);
}

function withoutRarest(
  question: string,
  paragraph: string,
  language: string,
  having: Map<string, number>,
) {
  const inParagraph = new Set(contentStemsOf(paragraph, language));
  const words = [...question.matchAll(/[\p{L}\p{N}]+/gu)].map((match) => ({
    index: match.index,
    length: match[0].length,
    stem: contentStemsOf(match[0], language)[0],
  }));
  const rarest = [...new Set(words.flatMap(({ stem }) => stem ?? []))]
    .filter((stem) => inParagraph.has(stem))
    .sort((a, b) => having.get(a)! - having.get(b)!)
    .slice(0, 2);
  let left = question;
  for (const { index, length, stem } of words.toReversed())
    if (stem && rarest.includes(stem)) left = left.slice(0, index) + left.slice(index + length);
  return left.replace(/\s+/g, " ").trim() || question;
}
