/**
 * Word error rate: substitutions, deletions and insertions over the words of the reference, letters and digits only.
 */
export function wordErrors(reference: string, heard: string) {
  const a = normal(reference);
  const b = normal(heard);
  // One row of the edit distance at a time: 2,000 words against 2,000.
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next[j] = Math.min(
        row[j]! + 1,
        next[j - 1]! + 1,
        row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
    }
    row = next;
  }
  return { errors: row[b.length]!, words: a.length, rate: row[b.length]! / a.length };
}

function normal(text: string) {
  return text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[’']/g, "")
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}
