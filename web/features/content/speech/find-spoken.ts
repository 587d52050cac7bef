/**
 * Where a word that is read aloud stands on the page. What is said differs from what is shown (no signs of Markdown, no
 * numbers of citations, headings with a full stop), and of a PDF only some pages are drawn: so that each word is looked
 * for by itself, with its neighbours. Pure.
 */
export interface Token {
  /** Small letters and digits. */
  word: string;
  from: number;
  to: number;
}

/** Neighbours on either side that are compared. */
const AROUND = 6;
/** Of them and the word itself so many have to be the same, where there are so many. */
const ENOUGH = 4;

export function tokensOf(text: string): Token[] {
  return [...text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)].map(({ 0: word, index }) => ({
    word: word.toLowerCase(),
    from: index,
    to: index + word.length,
  }));
}

/** @param shown the tokens of the page @returns finds the number of the token on the page; undefined: not there. */
export function createFinder(said: Token[], shown: Token[]) {
  const places = new Map<string, number[]>();
  for (const [at, { word }] of shown.entries()) {
    const known = places.get(word);
    if (known) known.push(at);
    else places.set(word, [at]);
  }
  let last = -1;
  return (number: number): number | undefined => {
    const token = said[number];
    if (!token) return undefined;
    let best: { at: number; score: number } | undefined;
    for (const at of places.get(token.word) ?? []) {
      const score = likeness(said, number, shown, at);
      // Of equal ones the next after the word before.
      const nearer =
        best?.score === score && Math.abs(at - last - 1) < Math.abs(best.at - last - 1);
      if (!best || score > best.score || nearer) best = { at, score };
    }
    const enough = Math.min(ENOUGH, said.length, shown.length);
    if (!best || best.score < enough) return undefined;
    last = best.at;
    return best.at;
  };
}

/** How many words around are the same, in order; one that is only said or only shown is passed over. */
function likeness(said: Token[], number: number, shown: Token[], at: number) {
  let score = 1;
  for (const step of [-1, 1]) {
    let a = number + step;
    let b = at + step;
    for (let n = 0; n < AROUND; n += 1, a += step, b += step) {
      const one = said[a]?.word;
      const other = shown[b]?.word;
      if (one === undefined || other === undefined) break;
      if (one === other) score += 1;
      else if (said[a + step]?.word === other) a += step;
      else if (one === shown[b + step]?.word) b += step;
    }
  }
  return score;
}
