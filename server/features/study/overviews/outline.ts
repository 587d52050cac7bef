/**
 * What comes after what: the headings or pages of a document, and for a lecture its turns of topic, found by TextTiling
 * (Hearst, "TextTiling: Segmenting Text into Multi-paragraph Subtopic Passages", 1997): where the words before and
 * after have least in common.
 */
import type { Sentence } from "./analysed-source.ts";
import { keyTerms } from "./key-terms.ts";

export interface Chapter {
  title: string;
  page: number | undefined;
  /** The first sentence: where the chapter opens. */
  sentence: Sentence;
}

/** Sentences that are compared on either side of a gap. */
const BLOCK = 12;
/** Shorter chapters are no chapters. */
const SHORTEST = 25;
const MOST = 30;

export function outlineOf(sentences: Sentence[]): Chapter[] {
  const [first] = sentences;
  if (!first) return [];
  const { sections } = first.source;
  const headed = sections.some(({ heading }) => heading);
  if (headed || sections.length > 1) return sectionsOf(sentences, headed);
  return chaptersOf(sentences);
}

function sectionsOf(sentences: Sentence[], headed: boolean): Chapter[] {
  const chapters: Chapter[] = [];
  let at = 0;
  for (const section of sentences[0]!.source.sections) {
    if (headed && !section.heading) continue;
    while (at < sentences.length && sentences[at]!.start < section.start_offset) at += 1;
    const sentence = sentences[at];
    if (!sentence || sentence.start >= section.end_offset) continue;
    const title = section.heading ?? sentence.text;
    chapters.push({
      title: title.replace(/\s+/g, " ").slice(0, 200),
      page: section.page,
      sentence,
    });
  }
  return chapters.slice(0, 500);
}

function chaptersOf(sentences: Sentence[]): Chapter[] {
  const starts = [0, ...turnsOf(sentences)];
  const named = new Set<string>();
  const everywhere = countsOf(sentences);
  return starts.map((start, at) => {
    const own = sentences.slice(start, starts[at + 1] ?? sentences.length);
    const others = sentences.length - own.length;
    const here = countsOf(own);
    // What this chapter speaks of and the others do not.
    const weight = (key: string) => {
      const having = here.get(key) ?? 0;
      const inside = having / own.length;
      const outside = ((everywhere.get(key) ?? 0) - having) / Math.max(1, others);
      return inside / (inside + outside + 0.01);
    };
    const terms = keyTerms(own, 12, weight).filter(({ key }) => !named.has(key));
    const titles = terms.slice(0, 3);
    for (const { key } of titles) named.add(key);
    return {
      title: titles.map(({ term }) => term).join(", ") || own[0]!.text.slice(0, 80),
      page: undefined,
      sentence: own.find(({ words }) => words.length >= 4) ?? own[0]!,
    };
  });
}

function turnsOf(sentences: Sentence[]): number[] {
  if (sentences.length < 2 * SHORTEST) return [];
  const likeness = sentences.map((_, at) =>
    at === 0
      ? 1
      : cosine(
          countsOf(sentences.slice(Math.max(0, at - BLOCK), at)),
          countsOf(sentences.slice(at, at + BLOCK)),
        ),
  );
  const before = peaks(likeness);
  const behind = peaks(likeness.toReversed()).toReversed();
  const depth = likeness.map((here, at) => before[at]! + behind[at]! - 2 * here);
  const mean = depth.reduce((sum, one) => sum + one, 0) / depth.length;
  const deviation = Math.sqrt(
    depth.reduce((sum, one) => sum + (one - mean) ** 2, 0) / depth.length,
  );
  const most = Math.min(MOST, Math.floor(sentences.length / SHORTEST));
  const turns: number[] = [];
  for (const at of depth.map((_, index) => index).sort((a, b) => depth[b]! - depth[a]!)) {
    if (turns.length >= most || depth[at]! < mean + deviation / 2) break;
    const edges = [0, sentences.length, ...turns];
    if (edges.every((edge) => Math.abs(edge - at) >= SHORTEST)) turns.push(at);
  }
  return turns.sort((a, b) => a - b);
}

/** For each value the height of the hill before it: as far back as it only rises. */
function peaks(values: number[]) {
  const highest: number[] = [];
  for (const [at, value] of values.entries())
    highest.push(at > 0 && values[at - 1]! >= value ? highest[at - 1]! : value);
  return highest;
}

function countsOf(sentences: Sentence[]) {
  const counts = new Map<string, number>();
  for (const { keys } of sentences)
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function cosine(a: Map<string, number>, b: Map<string, number>) {
  let dot = 0;
  for (const [key, count] of a) dot += count * (b.get(key) ?? 0);
  const length = (counts: Map<string, number>) =>
    Math.sqrt([...counts.values()].reduce((sum, count) => sum + count ** 2, 0));
  return dot / (length(a) * length(b) || 1);
}
