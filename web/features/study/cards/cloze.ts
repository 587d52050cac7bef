/**
 * Gaps in a card's text, `{{c1::word}}` or `{{c1::word::hint}}`, as they are shown. The server decides what a gap is
 * (server/features/study/cards/cloze.ts); braces inside of one are counted, so that a formula may stand there.
 */
interface Gap {
  number: number;
  answer: string;
  hint: string | undefined;
  start: number;
  end: number;
}

/** @param ordinal which card of the text is asked: gap c1 is 0. */
export function clozeQuestion(text: string, ordinal: number) {
  return replaceGaps(text, (gap, formula) => {
    if (gap.number !== ordinal + 1) return gap.answer;
    return formula ? `\\boxed{\\text{${gap.hint ?? "…"}}}` : `**[${gap.hint ?? "…"}]**`;
  });
}

export function clozeAnswer(text: string, ordinal: number) {
  return replaceGaps(text, (gap, formula) => {
    if (gap.number !== ordinal + 1) return gap.answer;
    return formula ? `\\boxed{${gap.answer}}` : `**${gap.answer}**`;
  });
}

/** What stands in the gaps that are asked. */
export function clozeWords(text: string, ordinal: number) {
  return gapsOf(text)
    .filter(({ number }) => number === ordinal + 1)
    .map(({ answer }) => answer)
    .join(", ");
}

/** The text as it reads without gaps. */
export function fillGaps(text: string) {
  return replaceGaps(text, ({ answer }) => answer);
}

/** Makes a gap of a span, with the next free number; a span that touches a gap stays as it is. */
export function makeGap(text: string, start: number, end: number) {
  const gaps = gapsOf(text);
  const inside = text.slice(start, end);
  if (inside.trim() === "" || gaps.some((gap) => gap.start < end && gap.end > start)) return text;
  const blank = inside.length - inside.trimStart().length;
  const from = start + blank;
  const to = from + inside.trim().length;
  const number = Math.max(0, ...gaps.map((gap) => gap.number)) + 1;
  return `${text.slice(0, from)}{{c${number}::${text.slice(from, to)}}}${text.slice(to)}`;
}

export function gapsOf(text: string): Gap[] {
  const gaps: Gap[] = [];
  for (const match of text.matchAll(/\{\{c(\d{1,3})::/g)) {
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

function replaceGaps(text: string, by: (gap: Gap, formula: boolean) => string) {
  let done = 0;
  let written = "";
  for (const gap of gapsOf(text)) {
    written += text.slice(done, gap.start);
    // An odd number of dollar signs before it: the gap stands in a formula.
    const formula = (written.replaceAll("\\$", "").match(/\$\$?/g)?.length ?? 0) % 2 === 1;
    written += by(gap, formula);
    done = gap.end;
  }
  return written + text.slice(done);
}
