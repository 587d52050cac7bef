/**
 * The sentences of materials that speak of their subject: without what stands on every page, without rights and lists
 * of literature, and each of them once, however many pages build it up point by point.
 */
import type { Sentence } from "#server/features/study/overviews/analysed-source.ts";
import { keyOf, type Word } from "#server/features/study/overviews/words.ts";
import { isCommon } from "./common-words.ts";

/** A line that so many pages have is their head or foot. */
const FURNITURE_PAGES = 4;
const FURNITURE_SHARE = 0.3;

const RIGHTS =
  /©|\(c\) ?(?:19|20)\d\d|creative commons|\bCC[ -]BY\b|all rights reserved|copyright|licen[cs]ed? under|terms of use|for information about citing|courtesy of|used with permission|public domain|alle rechte vorbehalten|urheberrecht|tous droits réservés|droits d’auteur|todos los derechos reservados|derechos de autor|tutti i diritti riservati|alle rechten voorbehouden|todos os direitos reservados|版权所有|著作権/i;
/** One of these says that a line is of a list of literature; of the weak ones it takes two. */
const LITERATURE =
  /\bet al\b|\bdoi\b|\bISBN\b|\bISSN\b|arxiv|\bpp?\. ?\d+|\bvol(?:ume)?\.? ?\d+|\bproceedings of\b|\bjournal of\b|\buniversity press\b|\d{1,4} ?\(\d{1,2}\) ?[:,]/i;
const LITERATURE_WEAK = [
  /\((?:19|20)\d\d[a-z]?\)|,\s(?:19|20)\d\d\.?(?:\s|$)/,
  /(?<!\p{L})\p{Lu}\.(?: ?\p{Lu}\.)*,? (?:and|und|et|y|&)? ?\p{Lu}\p{Ll}+|\p{Lu}\p{Ll}+, \p{Lu}\./u,
  /(?:19|20)\d\d\. [“"„«]|[“"„«][^”"“»]{12,200}[”"“»]/,
  /\b(?:edition|ed\.|eds\.|press|verlag|springer|elsevier|wiley|oreilly|o’reilly)\b/i,
  /https?:|www\./i,
];
const LITERATURE_HEADING =
  /^(?:\d+\.?\s*)?(?:references|bibliography|works cited|sources|further reading|readings?|literatur(?:verzeichnis)?|quellen|références|bibliographie|bibliografía|referencias|bibliografia|riferimenti|literatuur|bronnen|referências|参考文献|参考资料)\b/i;
/** Addresses and names of files: what stands between spaces and looks like one. */
const NO_WORDS =
  /https?:|www\.|@|.\.(?:com|org|net|edu|gov|html?|pdf|de|fr|io|uk|ch|cn|py|txt|zip)\b|^[^/]+\/[^/]+\//iu;
/** What a font without its table of letters makes of a word ("di!erent"), and code. */
const BROKEN_AFTER = /^[!#$%^*=<>|\\~{}_]\p{L}/u;
const BROKEN_BEFORE = /\p{L}[!#$%^*=<>|\\~{}_]$/u;

export function courseSentences(sentences: Sentence[]): Sentence[] {
  const furniture = furnitureOf(sentences);
  const seen = new Set<string>();
  const kept: Sentence[] = [];
  const literature = literatureOf(sentences);
  for (const sentence of sentences) {
    const line = plainLine(sentence.text);
    if (
      literature.has(sentence) ||
      line === "" ||
      furniture.has(`${sentence.source.id} ${line}`) ||
      seen.has(line)
    )
      continue;
    seen.add(line);
    if (!RIGHTS.test(sentence.text)) kept.push(withoutAddresses(sentence));
  }
  return withoutGrowing(kept);
}

/** Figures count as one: "page 3 of 21" is "page 4 of 21". */
function plainLine(text: string) {
  return text.toLowerCase().replaceAll(/\d+/g, "#").replaceAll(/\s+/g, " ").trim();
}

function furnitureOf(sentences: Sentence[]) {
  const pages = new Map<string, Set<number>>();
  for (const { source, start, text } of sentences) {
    const page = source.sections.findLastIndex(({ start_offset }) => start_offset <= start);
    const key = `${source.id} ${plainLine(text)}`;
    const on = pages.get(key);
    if (on) on.add(page);
    else pages.set(key, new Set([page]));
  }
  const counts = new Map(sentences.map(({ source }) => [source.id, source.sections.length]));
  const furniture = new Set<string>();
  for (const [key, on] of pages) {
    const all = counts.get(key.slice(0, key.indexOf(" "))) ?? 0;
    if (on.size >= Math.max(FURNITURE_PAGES, all * FURNITURE_SHARE)) furniture.add(key);
  }
  return furniture;
}

/** By lines: a title with its year and its author is several sentences. */
function literatureOf(sentences: Sentence[]) {
  const found = new Set<Sentence>();
  const lines: Sentence[][] = [];
  for (const sentence of sentences) {
    const last = lines.at(-1)?.at(-1);
    const goesOn =
      last?.source === sentence.source &&
      !sentence.source.text.slice(last.end, sentence.start).includes("\n");
    if (goesOn) lines.at(-1)!.push(sentence);
    else lines.push([sentence]);
  }
  for (const line of lines) {
    const [{ source, start, heading }] = line as [Sentence];
    if (isLiterature(source.text.slice(start, line.at(-1)!.end), heading))
      for (const sentence of line) found.add(sentence);
  }
  return found;
}

function isLiterature(line: string, heading: string | undefined) {
  if (heading !== undefined && LITERATURE_HEADING.test(heading)) return true;
  if (line.length > 800) return false;
  return LITERATURE.test(line) || LITERATURE_WEAK.filter((sign) => sign.test(line)).length >= 2;
}

function withoutAddresses(sentence: Sentence): Sentence {
  const { text, source, start: at } = sentence;
  const spans = [...text.matchAll(/\S+/g)]
    .filter(([piece]) => NO_WORDS.test(piece))
    .map((match) => ({ start: match.index, end: match.index + match[0].length }));
  const isWord = ({ start, end }: Word) =>
    spans.every((span) => end <= span.start || start >= span.end) &&
    !BROKEN_AFTER.test(source.text.slice(at + end, at + end + 2)) &&
    !BROKEN_BEFORE.test(source.text.slice(Math.max(0, at + start - 2), at + start));
  const words = sentence.words.filter(isWord).map(withoutArticle);
  return { ...sentence, words: words.filter((_, n) => !isTorn(words, n, sentence)) };
}

/** Pieces of a word that a space parts, as some documents have them: "nee ded". */
function isTorn(words: Word[], at: number, { text, source }: Sentence) {
  const makeOne = (first: Word | undefined, second: Word | undefined) =>
    first !== undefined &&
    second !== undefined &&
    /^ $/.test(text.slice(first.end, second.start)) &&
    /^\p{Ll}/u.test(second.text) &&
    isCommon(first.text + second.text, source.language) &&
    !(isCommon(first.text, source.language) && isCommon(second.text, source.language));
  return makeOne(words[at - 1], words[at]) || makeOne(words[at], words[at + 1]);
}

/** "l’anaphase", "dell’acido". */
function withoutArticle(word: Word): Word {
  const [article] =
    /^(?:[cdjlmnst]|qu|un|dell|all|nell|sull|dall|quell)['’](?=\p{L}{3})/iu.exec(word.text) ?? [];
  if (article === undefined) return word;
  const text = word.text.slice(article.length);
  return { text, key: keyOf(text), start: word.start + article.length, end: word.end };
}

/** A page that shows a list point by point says it again each time, a little longer: the longest counts. */
function withoutGrowing(sentences: Sentence[]) {
  return sentences.filter(({ text }, at) => {
    const next = sentences[at + 1]?.text;
    return next === undefined || next.length <= text.length || !next.startsWith(text);
  });
}
