/**
 * What tells how well a sentence answers, and how much each of it weighs.
 *
 * - **Own, near, around**: the share of the question's words, weighted by how rare they are, that stand in the
 *   sentence, in it and the sentences beside it, and in its passage, heading and title.
 *
 * Both ratings are logistic regressions. Their weights were fitted on half of the articles in `benchmarks/answers`
 * (questions whose paragraph is there, whose article was taken away, and collections of 1 to 700 passages), each
 * article judged by weights that were fitted on the others.
 */
export interface SentenceFeatures {
  own: number;
  near: number;
  around: number;
  /** Fused score of the passage, 1 for the best one. */
  rank: number;
  first: number;
  /** It has what this kind of question asks for; it has not. Both 0 where no kind tells. */
  offers: number;
  lacks: number;
  asks: number;
  fragment: number;
  heading: number;
  long: number;
  /** Share of neighbouring words of the question that stand near each other. */
  order: number;
  light: number;
  /** Words of the question in the sentence, of five at most. */
  count: number;
  /** Weight of the rarest word that is missing around it, in nats, divided by 6. */
  missing: number;
  /** Share of the names and numbers of the question that are missing around it. */
  strange: number;
  /** Cosine of the passage and the question, where the engine is the one it was fitted on. */
  meaning: number;
}

/**
 * Of what was found as a whole: most around any of the best sentences, whether the best one misses a word, the nearest
 * passage.
 */
type EvidenceFeature = "unknown" | "bestAround" | "notFull" | "bestMeaning" | "score";

type Weights = Partial<Record<keyof SentenceFeatures | EvidenceFeature, number>> & {
  constant: number;
};

export const RANKING: Weights = {
  own: 4.85,
  near: 0.82,
  around: -3.33,
  rank: 5.76,
  first: 1.3,
  offers: 0.43,
  lacks: -0.72,
  asks: -0.74,
  fragment: 0.18,
  // Not fitted: the articles have no headings. One that has every word says only that its section is the place.
  heading: -4,
  long: 0.61,
  order: 1.42,
  light: 0.9,
  constant: -7.16,
};
/** With the meaning of question and passage, and by words alone. */
export const KNOWING: Record<"meaning" | "words", Weights> = {
  meaning: {
    around: 3.14,
    bestAround: 4.06,
    notFull: -1.67,
    strange: -1.39,
    count: 2.55,
    meaning: 4.96,
    bestMeaning: 4,
    score: 0.46,
    constant: -7.55,
  },
  words: {
    own: -1.01,
    around: 3.04,
    bestAround: 5.25,
    order: 1.33,
    count: 5.43,
    missing: -1.76,
    score: 0.342,
    constant: -4.78,
  },
};

/** Log odds. */
export function weigh(weights: Weights, features: object) {
  let sum = weights.constant;
  for (const [name, weight] of entriesOf(weights))
    sum += weight * ((features as Record<string, number>)[name] ?? 0);
  return sum;
}

const entries = new WeakMap<Weights, [string, number][]>();

/** Asked for each sentence that is rated. */
function entriesOf(weights: Weights) {
  let known = entries.get(weights);
  if (!known) entries.set(weights, (known = Object.entries(weights)));
  return known;
}
