/** Whether a word that was found is the word that was asked for. */
import { distance } from "fastest-levenshtein";

/**
 * Share of its weight that a found word keeps. A near word that took the place of an unknown one ("spend" for "speed")
 * and a stem alone ("continue" for "continents") may be another word.
 * @param word as it was asked. @param written how it is written where it was found. @param asked number of words in the
 * question: of one or two, each is the subject.
 */
export function trustIn(
  word: string,
  written: string[],
  corrected: boolean,
  asked: number,
): number {
  if (written.length === 0 || !/^\p{Script=Latin}+$/u.test(word)) return 1;
  if (corrected) {
    const edits = Math.min(...written.map((each) => distance(word, each)));
    if (word.length >= 9 && edits <= 2) return edits <= 1 ? 0.9 : 0.8;
    if (word.length >= 7 && edits <= 1) return 0.9;
    if (word.length >= 5 && written.some((each) => isSwapped(word, each))) return 0.9;
    if (edits <= 1) return word.length >= 5 ? 0.5 : 0.3;
  } else if (written.some((each) => isFormOf(word, each))) return 1;
  return asked <= 2 ? 0.1 : 0.4;
}

/** "drfit" for "drift": hardly another word. */
function isSwapped(a: string, b: string) {
  const at = [...a].findIndex((letter, i) => letter !== b[i]);
  return (
    a.length === b.length &&
    a.slice(at, at + 2) === b[at + 1]! + b[at] &&
    a.slice(at + 2) === b.slice(at + 2)
  );
}

/** Endings of a letter or three on the same word; with or without the "ge" of a participle. */
function isFormOf(asked: string, written: string) {
  const [a, b] = [asked, written].map((word) => word.replace(/^ge(?=\p{L}{4})/u, "")) as [
    string,
    string,
  ];
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same += 1;
  return same >= Math.min(a.length, b.length) - 1 && Math.abs(a.length - b.length) <= 3;
}
