/**
 * Which page of a deck was shown while a sentence was said.
 *
 * - **Term**: a stemmed word, or two neighbouring ones.
 * - **Evidence**: how much a sentence's terms speak for a page; rare terms, titles and what is new on a page count
 *   more.
 *
 * A hidden Markov model over pages (Rabiner 1989, https://doi.org/10.1109/5.18626, sections III.A and B): the lecture
 * stays on its page, goes on by one, seldom leaps or goes back. Of its posterior probabilities the path with the most
 * expected right sentences is taken (maximum expected accuracy), a near miss counting for less than half. How often
 * that is right: `npm run bench slides`.
 */
export interface DeckPage {
  /** Stemmed words in reading order, without stop words. */
  words: string[];
  /** Those of its title. */
  title: Set<string>;
}

export interface SpokenSentence {
  start_seconds: number;
  end_seconds: number;
  words: string[];
}

/** A span that a person has set: its page is not asked again. */
export interface ConfirmedSpan {
  start_seconds: number;
  end_seconds: number;
  page: number | null;
}

export interface SlideSpan {
  /** From 1; null: no page of the deck. */
  page: number | null;
  start_seconds: number;
  end_seconds: number;
  confirmed: boolean;
}

/** How alike sentence and page are in meaning, in standard deviations from what is usual: `[sentence][page]`. */
export type Likeness = number[][];

/**
 * Found by a random search over these values on seven lectures with the slide of each sentence: of each value the
 * median of the 15 best trials, because the single best one is fitted to its lectures (left out: .64 of the right
 * slides against .69).
 */
export const WEIGHTS = {
  /** Exponents of how rare a term is among pages and among sentences. */
  rareOnPages: 1,
  rareInSpeech: 1.4,
  /** BM25's saturation and length (Robertson and Zaragoza 2009, https://doi.org/10.1561/1500000019, equation 3.15). */
  saturation: 0.5,
  length: 0.3,
  /** Exponent by which the whole weight of a page is evened out. */
  evenness: 0.6,
  title: 2,
  /** A term that stood on the page before: decks build up line by line. */
  old: 0.5,
  pair: 1,
  /** Of a standard deviation of likeness. */
  meaning: 0.1,
  /** Evidence to log probability. */
  scale: 0.4,
  /**
   * Leaving a page with a sentence: this times what an even pace would need. What each further page forward or back
   * takes off, as an exponent.
   */
  pace: 1,
  forward: 3,
  back: 0.03,
  backward: 2,
  anywhere: 1e-5,
  /** What a page beside the right one is worth, and a change of page must gain, in sentences. */
  near: 0.4,
  change: 0.1,
  /** Below this part of a lecture's usual evidence, within a minute, no page is shown. */
  nothing: 0.02,
};

export type Weights = typeof WEIGHTS;

/**
 * Spans from 0 to `duration` seconds without a gap. O(sentences x pages²) time, O(sentences x pages) memory: two hours
 * and a hundred pages take about a fifth of a second.
 */
export function alignSlides(
  pages: DeckPage[],
  sentences: SpokenSentence[],
  duration: number,
  {
    confirmed = [],
    likeness,
    weights = WEIGHTS,
  }: { confirmed?: ConfirmedSpan[]; likeness?: Likeness | undefined; weights?: Weights } = {},
): SlideSpan[] {
  if (pages.length === 0 || sentences.length === 0)
    return cutSpans([], [], duration, confirmed, pages.length);
  const evidence = weighEvidence(pages, sentences, likeness, weights);
  const fixed = sentences.map((sentence) => confirmedPage(sentence, confirmed));
  const path = mostExpected(posteriors(evidence, fixed, weights), weights);
  const shown = leaveOut(path, evidence, sentences, weights);
  return cutSpans(sentences, shown, duration, confirmed, pages.length);
}

/** `[sentence][page]`, from 0 up. */
export function weighEvidence(
  pages: DeckPage[],
  sentences: SpokenSentence[],
  likeness: Likeness | undefined,
  weights: Weights,
): Float64Array[] {
  const deck = pages.map(({ words }) => count(withPairs(words)));
  const speech = sentences.map(({ words }) => new Set(withPairs(words)));
  const onPages = count(deck.flatMap((terms) => [...terms.keys()]));
  const inSpeech = count(speech.flatMap((terms) => [...terms]));
  // Relative to a term that is said once and stands on one page, so that a short lecture weighs as a long one does.
  const rarity = (pageCount: number, times: number) =>
    Math.max(0, Math.log((pages.length + 1) / (pageCount + 0.5))) ** weights.rareOnPages *
    Math.max(0, Math.log((sentences.length + 1) / (times + 0.5))) ** weights.rareInSpeech;
  const rarest = rarity(1, 1) || 1;
  const rare = (term: string) => rarity(onPages.get(term) ?? 0, inSpeech.get(term) ?? 0) / rarest;
  const meanLength = pages.reduce((sum, { words }) => sum + words.length, 0) / pages.length || 1;
  // Term -> what it weighs on each page that has it.
  const places = new Map<string, [page: number, weight: number][]>();
  const norms = pages.map((page, at) => {
    let square = 0;
    for (const [term, times] of deck[at]!) {
      const long = 1 - weights.length + (weights.length * page.words.length) / meanLength;
      let weight = (times * (weights.saturation + 1)) / (times + weights.saturation * long);
      if (at > 0 && times <= (deck[at - 1]!.get(term) ?? 0)) weight *= weights.old;
      if (page.title.has(term)) weight *= weights.title;
      if (term.includes(" ")) weight *= weights.pair;
      weight *= rare(term);
      const there = places.get(term);
      if (there) there.push([at, weight]);
      else places.set(term, [[at, weight]]);
      square += weight * weight;
    }
    return Math.max(1, Math.sqrt(square));
  });
  const meanNorm = norms.reduce((sum, norm) => sum + norm, 0) / norms.length;
  const even = norms.map((norm) => (meanNorm / norm) ** weights.evenness);
  return speech.map((terms, sentence) => {
    const row = new Float64Array(pages.length);
    for (const term of terms)
      for (const [page, weight] of places.get(term) ?? []) row[page]! += weight * even[page]!;
    if (likeness)
      for (const page of row.keys()) row[page]! += weights.meaning * likeness[sentence]![page]!;
    return row;
  });
}

/** Forward and backward pass: the probability of each page for each sentence. `fixed`: a page that is known, from 0. */
function posteriors(evidence: Float64Array[], fixed: (number | undefined)[], weights: Weights) {
  const many = evidence[0]!.length;
  const moves = transitions(many, evidence.length, weights);
  const emitted = evidence.map((row, sentence) => {
    const known = fixed[sentence];
    if (known !== undefined) return row.map((_, page) => (page === known ? 1 : 0));
    const most = row.reduce((a, b) => Math.max(a, b), 0);
    return row.map((value) => Math.exp((value - most) * weights.scale));
  });
  const forward: Float64Array[] = [];
  let state = normalise(emitted[0]!.map((value, page) => value * Math.exp(-page)));
  forward.push(state);
  for (let sentence = 1; sentence < emitted.length; sentence += 1) {
    const next = new Float64Array(many);
    for (let from = 0; from < many; from += 1) {
      const probability = state[from]!;
      if (probability < 1e-12) continue;
      const row = moves[from]!;
      for (let to = 0; to < many; to += 1) next[to]! += probability * row[to]!;
    }
    for (let to = 0; to < many; to += 1) next[to]! *= emitted[sentence]![to]!;
    forward.push((state = normalise(next)));
  }
  let after: Float64Array<ArrayBufferLike> = new Float64Array(many).fill(1);
  for (let sentence = emitted.length - 1; sentence >= 0; sentence -= 1) {
    forward[sentence] = normalise(forward[sentence]!.map((value, page) => value * after[page]!));
    const expected = emitted[sentence]!.map((value, page) => value * after[page]!);
    after = normalise(
      Float64Array.from({ length: many }, (_, from) =>
        expected.reduce((sum, value, to) => sum + value * moves[from]![to]!, 0),
      ),
    );
  }
  return forward;
}

/** `[from][to]`; the rows need not add up to 1, only their proportions count. */
function transitions(many: number, sentences: number, weights: Weights) {
  const move = Math.min(0.4, Math.max(0.02, (weights.pace * (many - 1)) / sentences));
  return Array.from({ length: many }, (_, from) =>
    Float64Array.from({ length: many }, (_, to) => {
      const by = to - from;
      if (by === 0) return 1 - move;
      const likely =
        by > 0
          ? Math.exp(-weights.forward * (by - 1))
          : weights.back * Math.exp(-weights.backward * (-by - 1));
      return move * Math.max(likely, weights.anywhere);
    }),
  );
}

/** In place. Where nothing is likely (a leap between two confirmed pages), everything is equally so. */
function normalise(row: Float64Array) {
  const sum = row.reduce((a, b) => a + b, 0);
  return sum > 0 && Number.isFinite(sum)
    ? row.map((value) => value / sum)
    : row.fill(1 / row.length);
}

/** The path with the most expected right pages. */
function mostExpected(probabilities: Float64Array[], weights: Weights): number[] {
  const gains = probabilities.map((row) =>
    row.map((value, page) => value + weights.near * ((row[page - 1] ?? 0) + (row[page + 1] ?? 0))),
  );
  let values = gains[0]!;
  const cameFrom: Int32Array[] = [];
  for (const gain of gains.slice(1)) {
    const best = indexOfMost(values);
    const from = new Int32Array(gain.length);
    const next = new Float64Array(gain.length);
    for (const page of gain.keys()) {
      const stays = values[page]! >= values[best]! - weights.change;
      from[page] = stays ? page : best;
      next[page] = (stays ? values[page]! : values[best]! - weights.change) + gain[page]!;
    }
    cameFrom.push(from);
    values = next;
  }
  const path = [indexOfMost(values)];
  for (const from of cameFrom.toReversed()) path.push(from[path.at(-1)!]!);
  return path.toReversed();
}

/** No page where for about a minute hardly a word of it is said. Gaussian over time, 30 s wide. */
function leaveOut(
  path: number[],
  evidence: Float64Array[],
  sentences: SpokenSentence[],
  weights: Weights,
): (number | null)[] {
  let begin = 0;
  const around = path.map((page, at) => {
    const now = sentences[at]!.start_seconds;
    while (sentences[begin]!.start_seconds < now - 90) begin += 1;
    let sum = 0;
    let whole = 0;
    for (let other = begin; other < path.length; other += 1) {
      const apart = sentences[other]!.start_seconds - now;
      if (apart > 90) break;
      const near = Math.exp(-0.5 * (apart / 30) ** 2);
      whole += near;
      if (path[other] === page) sum += near * evidence[other]![page]!;
    }
    return sum / whole;
  });
  const usual = around.toSorted((a, b) => a - b)[around.length >> 1]!;
  return path.map((page, at) => (around[at]! < usual * weights.nothing ? null : page));
}

/** A page holds from the start of its first sentence to that of the next page's; what is confirmed is laid over it. */
function cutSpans(
  sentences: SpokenSentence[],
  shown: (number | null)[],
  duration: number,
  confirmed: ConfirmedSpan[],
  pageCount: number,
): SlideSpan[] {
  const spans: SlideSpan[] = [];
  const add = (page: number | null, from: number, to: number, certain: boolean) => {
    const start_seconds = Math.max(from, spans.at(-1)?.end_seconds ?? 0);
    const end_seconds = Math.min(to, duration);
    if (end_seconds <= start_seconds) return;
    const last = spans.at(-1);
    if (last && last.page === page && last.confirmed === certain) last.end_seconds = end_seconds;
    else spans.push({ page, start_seconds, end_seconds, confirmed: certain });
  };
  const guesses = shown.map((page, at) => ({
    page: page === null ? null : page + 1,
    from: at === 0 ? 0 : sentences[at]!.start_seconds,
    to: sentences[at + 1]?.start_seconds ?? duration,
  }));
  if (guesses.length === 0) guesses.push({ page: null, from: 0, to: duration });
  const certain = confirmed
    .filter(({ page }) => page === null || page <= pageCount)
    .toSorted((a, b) => a.start_seconds - b.start_seconds);
  for (const guess of guesses) {
    let from = guess.from;
    for (const span of certain) {
      if (span.end_seconds <= from || span.start_seconds >= guess.to) continue;
      add(guess.page, from, span.start_seconds, false);
      add(span.page, span.start_seconds, span.end_seconds, true);
      from = span.end_seconds;
    }
    add(guess.page, from, guess.to, false);
  }
  return spans;
}

/** From 0; undefined where nobody has said. A confirmed "no slide" says nothing of the pages around it. */
function confirmedPage(sentence: SpokenSentence, confirmed: ConfirmedSpan[]): number | undefined {
  const middle = (sentence.start_seconds + sentence.end_seconds) / 2;
  const span = confirmed.find(
    ({ start_seconds, end_seconds }) => start_seconds <= middle && middle < end_seconds,
  );
  return span?.page ? span.page - 1 : undefined;
}

function withPairs(words: string[]) {
  return [...words, ...words.slice(1).map((word, before) => `${words[before]} ${word}`)];
}

function count(terms: Iterable<string>) {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

function indexOfMost(row: Float64Array) {
  let best = 0;
  for (let at = 1; at < row.length; at += 1) if (row[at]! > row[best]!) best = at;
  return best;
}
