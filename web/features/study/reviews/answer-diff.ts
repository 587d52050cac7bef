/**
 * What of a typed answer is right, letter by letter: the longest common subsequence by the table of Wagner and Fischer
 * ("The String-to-String Correction Problem", 1974).
 */
export interface DiffPart {
  text: string;
  /** missing: in the right answer only; extra: in the given one only. */
  kind: "same" | "missing" | "extra";
}

/** Beyond this a table of letters would be large for nothing. */
const MOST_LETTERS = 600;

export function answerDiff(given: string, right: string): DiffPart[] {
  const a = [...tidy(given)].slice(0, MOST_LETTERS);
  const b = [...tidy(right)].slice(0, MOST_LETTERS);
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      lengths[i]![j] = same(a[i]!, b[j]!)
        ? lengths[i + 1]![j + 1]! + 1
        : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
  const parts: DiffPart[] = [];
  const add = (text: string, kind: DiffPart["kind"]) => {
    const last = parts.at(-1);
    if (last?.kind === kind) last.text += text;
    else parts.push({ text, kind });
  };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && same(a[i]!, b[j]!)) {
      add(b[j]!, "same");
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && lengths[i + 1]![j]! >= lengths[i]![j + 1]!)) {
      add(a[i]!, "extra");
      i += 1;
    } else {
      add(b[j]!, "missing");
      j += 1;
    }
  }
  return parts;
}

/** As the student is told: right but for capitals, spaces and marks at the end. */
export function isRight(given: string, accepted: string[]) {
  return accepted.some((right) => bare(right) === bare(given)) && bare(given) !== "";
}

function bare(text: string) {
  return tidy(text)
    .toLowerCase()
    .replace(/[\s.,;:!?"“”„'’]+/gu, " ")
    .trim();
}

const tidy = (text: string) => text.normalize("NFC").replace(/\s+/g, " ").trim();
const same = (a: string, b: string) => a === b || a.toLowerCase() === b.toLowerCase();
