/**
 * Gaps in a text, written as Anki writes them: `{{c1::word}}` or `{{c1::word::hint}}`. Gaps of one number are asked
 * together; a text with two numbers makes two cards.
 */
export interface Gap {
  number: number;
  answer: string;
  hint: string | undefined;
  /** Where the whole mark stands in the text; UTF-16 code units. */
  start: number;
  end: number;
}

const OPENS = /\{\{c(\d{1,3})::/g;

/** Braces inside of a gap are counted, so that a formula such as `\frac{a}{b}` may stand there. */
export function gapsOf(text: string): Gap[] {
  const gaps: Gap[] = [];
  for (const match of text.matchAll(OPENS)) {
    if (match.index < (gaps.at(-1)?.end ?? 0)) continue;
    const from = match.index + match[0].length;
    const end = closingOf(text, from);
    if (end === undefined || Number(match[1]) === 0) continue;
    const inside = text.slice(from, end);
    const hintAt = inside.lastIndexOf("::");
    gaps.push({
      number: Number(match[1]),
      answer: hintAt < 0 ? inside : inside.slice(0, hintAt),
      hint: hintAt < 0 ? undefined : inside.slice(hintAt + 2),
      start: match.index,
      end: end + 2,
    });
  }
  return gaps.filter(({ answer }) => answer.trim() !== "");
}

function closingOf(text: string, from: number) {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "{") depth += 1;
    else if (text[at] === "}") {
      if (depth > 0) depth -= 1;
      else if (text[at + 1] === "}") return at;
    }
  }
  return undefined;
}

/** Numbers of the gaps, each once, in order. */
export function gapNumbers(text: string) {
  return [...new Set(gapsOf(text).map(({ number }) => number))].sort((a, b) => a - b);
}

/** The text with the gaps of one number hidden and the others shown. */
export function hideGap(text: string, number: number) {
  return replaceGaps(text, (gap) => (gap.number === number ? `[${gap.hint ?? "…"}]` : gap.answer));
}

/** The text as it reads without gaps. */
export function fillGaps(text: string) {
  return replaceGaps(text, ({ answer }) => answer);
}

function replaceGaps(text: string, by: (gap: Gap) => string) {
  let done = 0;
  let written = "";
  for (const gap of gapsOf(text)) {
    written += text.slice(done, gap.start) + by(gap);
    done = gap.end;
  }
  return written + text.slice(done);
}
