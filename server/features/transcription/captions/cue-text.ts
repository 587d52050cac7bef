/**
 * The marks in a line of a cue, and the text without them. SubRip has i, b, u, font and the overrides of SubStation;
 * WebVTT has c, v, lang, ruby and times (https://www.w3.org/TR/webvtt1/#webvtt-cue-text-parsing-rules). Everything else
 * between `<` and `>` is text: lectures are about `List<String>` and `p<0.05`. One pass over the letters, whatever they
 * are.
 */
import { decodeHTMLStrict } from "entities";
import type { CueLine, CueWord } from "./contract.ts";
import { secondsOf } from "./times.ts";

/** The longest mark that is looked for; a font with its face and colours has about 80 letters. */
const LONGEST_MARK = 300;
const MARK =
  /^<(?:\/(?:i|b|u|s|em|strong|strike|font|span|c|v|lang|ruby|rt|rp)\s*>|(?:i|b|u|s|em|strong|strike|ruby|rt|rp|c)(?:\.[^<>\s]*)?\s*>|br\s*\/?>|(?:font|span|i|b|u|s|em|strong|lang|c)(?:\.[^<>\s]*)?\s+[^<>]*>)/i;
const VOICE = /^<v(?:\.[^<>\s]*)?\s+([^<>]+)>/i;
const TIME = /^<(\d+(?::\d+)*[.,]\d+)>/;
const OVERRIDE = /^\{\\[^{}]*\}/;

export interface MarkedLine extends CueLine {
  /** Who begins to speak at which offset of the text. */
  voices: { at: number; name: string }[];
}

export function readLine(line: string): MarkedLine {
  let text = "";
  let from = 0;
  let skipping = false;
  const times: { at: number; start: number }[] = [];
  const voices: MarkedLine["voices"] = [];
  const take = (until: number) => {
    if (!skipping) text += cleanPiece(line.slice(from, until));
  };
  for (let at = nextMark(line, 0); at !== -1; at = nextMark(line, from)) {
    const rest = line.slice(at, at + LONGEST_MARK);
    const found = OVERRIDE.exec(rest) ?? TIME.exec(rest) ?? VOICE.exec(rest) ?? MARK.exec(rest);
    if (!found) {
      take(at + 1);
      from = at + 1;
      continue;
    }
    take(at);
    from = at + found[0].length;
    const mark = found[0].toLowerCase();
    if (/^<\d/.test(mark)) times.push({ at: text.length, start: secondsOf(found[1]!) ?? 0 });
    else if (/^<v[\s.]/.test(mark))
      voices.push({ at: text.length, name: cleanPiece(found[1]!).trim() });
    else if (mark.startsWith("<br")) text += " ";
    // The reading aid of a ruby stands over its word, which is there already.
    else if (/^<r[tp][\s.>]/.test(mark)) skipping = true;
    else if (/^<\/(?:rt|rp|ruby)/.test(mark)) skipping = false;
  }
  take(line.length);
  const words = timedWords(text, times);
  return { text: text.replace(/\s+/g, " ").trim(), voices, ...(words && { words }) };
}

function nextMark(line: string, from: number) {
  for (let at = from; at < line.length; at += 1) {
    const letter = line.charCodeAt(at);
    if (letter === 0x3c || (letter === 0x7b && line.charCodeAt(at + 1) === 0x5c)) return at;
  }
  return -1;
}

/**
 * Entities become letters after the marks are gone: `&lt;i&gt;` is text. Direction marks stay: they are part of the
 * words' order.
 */
function cleanPiece(piece: string) {
  if (!piece.includes("&")) return piece;
  return withoutControls(decodeHTMLStrict(piece));
}

/** C0 and C1 controls carry no text; those that move to a new place part words. */
export function withoutControls(text: string): string {
  return text
    .replace(/[\t\v\f\u0085\u2028\u2029]/g, " ")
    .replace(/[\0-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]/g, "");
}

/** Automatic captions say when each word begins: `the<00:00:02.800><c> whole</c>`. */
function timedWords(text: string, times: { at: number; start: number }[]): CueWord[] | undefined {
  if (times.length === 0) return undefined;
  const words: CueWord[] = [];
  let next = 0;
  let start = Number.NaN;
  for (const word of text.matchAll(/\S+/g)) {
    while (next < times.length && times[next]!.at <= word.index) start = times[next++]!.start;
    words.push({ text: word[0], start });
  }
  return words;
}
