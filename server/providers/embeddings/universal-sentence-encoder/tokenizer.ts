/**
 * The words of Universal Sentence Encoder Lite: 8,000 pieces with a score each, of which a text takes the row with the
 * best sum. A unigram model as in SentencePiece (Kudo 2018, https://arxiv.org/abs/1808.06226), cut by Viterbi; ids
 * equal those of `@energetic-ai/embeddings`.
 */
const SPACE = "▁";
/** Marks such as `<s>`, which no text has. */
const RESERVED = 6;
const UNKNOWN = 0;

export type Vocabulary = [piece: string, score: number][];

/** @returns a function from a text to its ids; `most` bounds them, and the work. */
export function createTokenizer(vocabulary: Vocabulary) {
  const ids = new Map<string, number>();
  let longest = 1;
  for (let id = RESERVED; id < vocabulary.length; id += 1) {
    const piece = vocabulary[id]![0];
    ids.set(piece, id);
    longest = Math.max(longest, [...piece].length);
  }

  return (text: string, most: number): number[] => {
    const normal = text.normalize("NFKC");
    if (normal === "") return [];
    // A piece has 15 letters at most: what lies behind this many letters cannot be among the first `most` ids.
    const letters = [...(SPACE + normal.replaceAll(" ", SPACE))].slice(0, (most + 2) * longest);
    const best = new Float64Array(letters.length + 1);
    const last = new Int32Array(letters.length + 1);
    const length = new Int32Array(letters.length + 1);
    const offer = (end: number, id: number, pieceLength: number, score: number) => {
      const sum = best[end - pieceLength]! + score;
      if (best[end] !== 0 && sum < best[end]!) return;
      best[end] = sum;
      last[end] = id;
      length[end] = pieceLength;
    };
    for (let start = 0; start < letters.length; start += 1) {
      let piece = "";
      let found = false;
      for (let n = 1; n <= longest && start + n <= letters.length; n += 1) {
        piece += letters[start + n - 1];
        const id = ids.get(piece);
        if (id === undefined) continue;
        found = true;
        offer(start + n, id, n, vocabulary[id]![1]);
      }
      if (!found) offer(start + 1, UNKNOWN, 1, 0);
    }
    const backwards: number[] = [];
    for (let end = letters.length; end > 0; end -= length[end] || 1) {
      const id = last[end]!;
      // A run of unknown letters is one unknown word.
      if (id !== UNKNOWN || backwards.at(-1) !== UNKNOWN) backwards.push(id);
    }
    return backwards.reverse().slice(0, most);
  };
}
