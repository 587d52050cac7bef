/**
 * Words divided at the end of a line: whether the hyphen is the word's own. The document decides, then a list of
 * English words.
 */
import { readFile } from "node:fs/promises";
import wordListPath from "word-list";

export type JoinLine = (paragraph: string, line: string) => string;

/** @param lines of the whole document. */
export async function createJoin(lines: Iterable<string>): Promise<JoinLine> {
  const whole = new Set<string>();
  let divided = false;
  for (const line of lines) {
    if (/\p{L}[-\u2010]$/u.test(line.trimEnd())) divided = true;
    for (const [word] of line
      .replaceAll("\u2010", "-")
      .matchAll(/[\p{L}\p{M}]+(?:-[\p{L}\p{M}]+)*(?!-$)/gu))
      whole.add(word.toLowerCase());
  }
  const english = divided
    ? new Set((await readFile(wordListPath, "utf8")).split("\n"))
    : new Set<string>();

  function keepsHyphen(before: string, after: string) {
    const next = /^[\p{L}\p{M}]+/u.exec(after)?.[0] ?? "";
    // state-of-the-, pH-, DNA-, 3-, non-Newtonian: no program divides there.
    if (
      /-/.test(before) ||
      /^[\p{L}\p{M}]+-\p{L}/u.test(after) ||
      /[\p{Lu}\p{N}]$/u.test(before) ||
      /^[\p{Lu}\p{N}]/u.test(after)
    )
      return true;
    const [first, second] = [before.toLowerCase(), next.toLowerCase()];
    if (whole.has(first + second)) return false;
    if (whole.has(`${first}-${second}`)) return true;
    if (english.has(first + second)) return false;
    return english.has(first) && english.has(second) && first.length > 2;
  }

  return (paragraph, line) => {
    const text = line.trim();
    if (paragraph === "") return text;
    const end = /([\p{L}\p{M}\p{N}]+(?:[-\u2010][\p{L}\p{M}\p{N}]+)*)([-\u2010\u00ad])$/u.exec(
      paragraph.slice(-80),
    );
    if (end && /^[\p{L}\p{N}]/u.test(text)) {
      if (end[2] !== "\u00ad" && keepsHyphen(end[1]!, text)) return paragraph + text;
      return paragraph.slice(0, -1) + text;
    }
    // From one year to another.
    if (/\p{N}[–—]$/u.test(paragraph) && /^\p{N}/u.test(text)) return paragraph + text;
    const unspaced =
      /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}。、，]$/u.test(paragraph) &&
      /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text);
    return unspaced ? paragraph + text : `${paragraph} ${text}`;
  };
}
