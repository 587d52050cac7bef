import type { Segment } from "#server/features/transcription/shapes.ts";
import { placeWords } from "./words.ts";

/** A word of a transcript. */
export interface Place {
  /** Of the segment in its list. */
  index: number;
  word: number;
}

/** What is edited: a segment, with the caret at this offset of its text. */
export interface Editing {
  number: number;
  caret: number;
}

/** Where a key leads from here; undefined for a key that leads nowhere. The place may be one that does not exist. */
export function moveBy(
  key: string,
  { index, word }: Place,
  segments: Segment[],
): Place | undefined {
  const last = (at: number) => (segments[at] ? placeWords(segments[at]).length - 1 : -1);
  switch (key) {
    case "ArrowRight":
      return word < last(index) ? { index, word: word + 1 } : { index: index + 1, word: 0 };
    case "ArrowLeft":
      if (word > 0) return { index, word: word - 1 };
      return index > 0 ? { index: index - 1, word: last(index - 1) } : { index, word };
    case "ArrowDown":
      return { index: Math.min(segments.length - 1, index + 1), word: 0 };
    case "ArrowUp":
      return { index: Math.max(0, index - 1), word: 0 };
    case "Home":
      return { index: 0, word: 0 };
    case "End":
      return { index: segments.length - 1, word: 0 };
    default:
      return undefined;
  }
}
