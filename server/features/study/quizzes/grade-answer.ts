/**
 * Is an answer right? By what was written, forgiving case, accents, articles and a slip of the finger; never of a
 * figure.
 */
import { fold } from "#server/features/study/cards/check-card.ts";
import type { CoveredPart } from "#server/features/study/cards/shapes.ts";
import { contentKeys } from "#server/features/study/overviews/words.ts";

export interface Gradable {
  kind: "choice" | "typed" | "cloze" | "basic" | "occlusion";
  back: string;
  /** Texts of a choice, covered parts of a picture. */
  options: string[] | CoveredPart[] | null;
}

/** A free answer is right when it has so much of what the right one says. */
const ENOUGH = 0.6;

export function gradeAnswer({ kind, back, options }: Gradable, answer: string): boolean {
  const given = bare(answer);
  if (given === "") return false;
  if (kind === "choice") return fold(answer) === fold(back);
  const texts = (options ?? []).filter((option) => typeof option === "string");
  const accepted = [back, ...texts];
  if (accepted.some((right) => isSame(bare(right), given))) return true;
  const keys = contentKeys(back);
  if (kind !== "basic" && keys.length < 4) return false;
  const said = new Set(contentKeys(answer));
  return keys.length > 0 && keys.filter((key) => said.has(key)).length / keys.length >= ENOUGH;
}

function bare(text: string) {
  return fold(text)
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/^(?:the|an?|der|die|das|eine?|le|la|les|une?|el|los|las)\s+/u, "")
    .replace(/[\p{P}\p{S}]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
}

function isSame(right: string, given: string) {
  if (right === given) return true;
  if (/\p{N}/u.test(right) || right.length < 5) return false;
  return slips(right, given) <= (right.length >= 10 ? 2 : 1);
}

/** Letters that are wrong, missing, too many or swapped; 3 stands for more than 2. */
function slips(a: string, b: string) {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    before = last;
    last = row;
  }
  return Math.min(3, last[b.length]!);
}
