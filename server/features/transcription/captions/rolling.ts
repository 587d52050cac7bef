/**
 * Automatic captions roll: each cue shows the line before again and adds one, with cues of 10 ms between that only hold
 * what is seen. Each spoken word is kept once, where it is first shown. A teacher who says a sentence twice is left
 * alone: only a file that rolls through and through is changed.
 */
import type { Cue, CueLine } from "./contract.ts";

/** Between the end of a cue and the start of the one that rolls on; they touch in the files that are met. */
const TOUCHING_SECONDS = 0.12;

interface Overlap {
  /** Lines of the cue that its predecessor showed already. */
  shown: number;
  /** Of the next line, letters that the last line of the predecessor showed already. */
  letters: number;
}

export function unroll(cues: Cue[]): Cue[] {
  const overlaps = cues.map((cue, at) => (at === 0 ? NONE : overlapOf(cues[at - 1]!, cue)));
  if (!rolls(cues, overlaps)) return cues;
  return cues.flatMap((cue, at) => {
    const { shown, letters } = overlaps[at]!;
    const lines = cue.lines.slice(shown);
    if (lines.length === 0) return [];
    if (letters > 0) lines[0] = lineFrom(lines[0]!, letters);
    return [{ ...cue, lines }];
  });
}

const NONE: Overlap = { shown: 0, letters: 0 };

function overlapOf(before: Cue, cue: Cue): Overlap {
  if (Math.abs(cue.start - (before.end ?? before.start)) > TOUCHING_SECONDS) return NONE;
  const old = before.lines.map((line) => line.text);
  const now = cue.lines.map((line) => line.text);
  for (let shown = Math.min(old.length, now.length, 4); shown > 0; shown -= 1)
    if (old.slice(-shown).every((line, at) => line === now[at])) return { shown, letters: 0 };
  // Live captions grow within their line.
  const last = old.at(-1) ?? "";
  const grown = Math.min(old.length, now.length) - 1;
  if (
    grown >= 0 &&
    last !== "" &&
    old.slice(-grown - 1, -1).every((line, at) => line === now[at])
  ) {
    const line = now[grown]!;
    if (line.startsWith(`${last} `)) return { shown: grown, letters: last.length + 1 };
  }
  return NONE;
}

function rolls(cues: Cue[], overlaps: Overlap[]) {
  let adding = 0;
  let holding = 0;
  for (const [at, { shown, letters }] of overlaps.entries()) {
    const cue = cues[at]!;
    if (letters > 0 || (shown > 0 && shown < cue.lines.length)) adding += 1;
    else if (shown > 0 && (cue.end ?? cue.start) - cue.start < TOUCHING_SECONDS) holding += 1;
  }
  return adding + Math.min(holding, 1) >= 2 && adding + holding >= (cues.length - 1) * 0.4;
}

function lineFrom(line: CueLine, letters: number): CueLine {
  const text = line.text.slice(letters);
  const words = line.words?.slice(-text.split(" ").length);
  return { text, ...(words && { words }) };
}
