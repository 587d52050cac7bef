/**
 * How alike in meaning what is said and what stands on a page are, from the vectors that the search has made of both.
 */
import type { Likeness, SpokenSentence } from "./align-slides.ts";

export interface SpokenVector {
  end_seconds: number;
  /** Of unit length. */
  vector: Float32Array;
}

export interface PageVector {
  /** From 1. */
  page: number;
  /** Of unit length. */
  vector: Float32Array;
}

/**
 * Cosines of the passage in which a sentence is said and the nearest passage of each page. All cosines of one model are
 * high, some passages are near to everything: what is usual for the passage and for the page is taken off (double
 * centring), and the rest is given in standard deviations. 0 for a page without a vector.
 *
 * @param speech in order of time
 */
export function likenessOf(
  speech: SpokenVector[],
  pages: PageVector[],
  sentences: SpokenSentence[],
  pageCount: number,
): Likeness | undefined {
  if (speech.length === 0 || pages.length === 0) return undefined;
  const rows = speech.map(({ vector }) => {
    const row = Array.from({ length: pageCount }, () => Number.NaN);
    for (const { page, vector: other } of pages)
      if (page <= pageCount) row[page - 1] = Math.max(row[page - 1] || -1, cosine(vector, other));
    return row;
  });
  const ofRow = rows.map(meanOf);
  const ofPage = Array.from({ length: pageCount }, (_, page) =>
    meanOf(rows.map((row) => row[page]!)),
  );
  const ofAll = meanOf(ofRow);
  const centred = rows.map((row, at) =>
    row.map((value, page) =>
      Number.isNaN(value) ? 0 : value - ofRow[at]! - ofPage[page]! + ofAll,
    ),
  );
  const deviation = Math.sqrt(meanOf(centred.flatMap((row) => row.map((value) => value ** 2))));
  if (!(deviation > 0)) return undefined;
  const scaled = centred.map((row) => row.map((value) => value / deviation));
  let at = 0;
  return sentences.map(({ start_seconds, end_seconds }) => {
    const middle = (start_seconds + end_seconds) / 2;
    while (at < speech.length - 1 && speech[at]!.end_seconds < middle) at += 1;
    return scaled[at]!;
  });
}

function cosine(a: Float32Array, b: Float32Array) {
  if (a.length !== b.length) return 0;
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  return sum;
}

/** Of what is a number. */
function meanOf(values: number[]) {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length === 0
    ? Number.NaN
    : known.reduce((sum, value) => sum + value, 0) / known.length;
}
