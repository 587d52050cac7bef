/**
 * Sentences that matter most: those that many others resemble, which resemble each other (Erkan and Radev, "LexRank:
 * Graph-based Lexical Centrality as Salience in Text Summarization", 2004): PageRank over the cosine of TF-IDF.
 */
import type { Sentence } from "./analysed-source.ts";

const SIMILAR = 0.1;
const DAMPING = 0.85;
const ROUNDS = 30;
/** Pairs grow with the square. */
const MOST_SENTENCES = 1500;

/** A score for each sentence; those that say little (too short, questions) have 0. */
export function lexRank(sentences: Sentence[]): number[] {
  const step = Math.ceil(sentences.length / MOST_SENTENCES);
  const chosen = sentences
    .map((_, at) => at)
    .filter((at) => at % step === 0 && isSayable(sentences[at]!));
  const links = similar(chosen.map((at) => sentences[at]!));
  let scores = chosen.map(() => 1 / Math.max(1, chosen.length));
  for (let round = 0; round < ROUNDS; round += 1) {
    const next = chosen.map(() => (1 - DAMPING) / chosen.length);
    for (const [from, to] of links.entries()) {
      const sum = to.reduce((total, [, weight]) => total + weight, 0);
      for (const [at, weight] of to) next[at]! += (DAMPING * scores[from]! * weight) / sum;
    }
    scores = next;
  }
  const all = sentences.map(() => 0);
  for (const [place, at] of chosen.entries()) all[at] = scores[place]!;
  return all;
}

/** Sentences that stand alone: not a question, not a word or two, not a paragraph without an end. */
export function isSayable({ words, keys, text }: Sentence) {
  return words.length >= 5 && words.length <= 60 && keys.size >= 3 && !/\?["”’)]*$/.test(text);
}

function similar(sentences: Sentence[]): [number, number][][] {
  const having = new Map<string, number[]>();
  for (const [at, { keys }] of sentences.entries())
    for (const key of keys) having.set(key, [...(having.get(key) ?? []), at]);
  const idf = (key: string) => Math.log((sentences.length + 1) / (having.get(key)?.length ?? 1));
  const lengths = sentences.map(({ keys }) =>
    Math.sqrt([...keys].reduce((sum, key) => sum + idf(key) ** 2, 0)),
  );
  return sentences.map(({ keys }, at) => {
    const dots = new Map<number, number>();
    for (const key of keys) {
      const others = having.get(key)!;
      // A word of every second sentence links everything with everything.
      if (others.length > sentences.length / 2 && sentences.length > 10) continue;
      const weight = idf(key) ** 2;
      for (const other of others)
        if (other !== at) dots.set(other, (dots.get(other) ?? 0) + weight);
    }
    return [...dots].flatMap(([other, dot]): [number, number][] => {
      const cosine = dot / (lengths[at]! * lengths[other]! || 1);
      return cosine >= SIMILAR ? [[other, cosine]] : [];
    });
  });
}
