import type { Segment } from "#server/features/transcription/shapes.ts";
import type { Span } from "./word-highlights.ts";
import { placeWords } from "./words.ts";

/** Where the words stand, whatever their case. */
export function findText(segments: Segment[], wanted: string): Span[] {
  const plain = wanted.trim().toLocaleLowerCase();
  if (plain === "") return [];
  const found: Span[] = [];
  for (const segment of segments) {
    const text = segment.text.toLocaleLowerCase();
    // A few letters change their length with their case (İ): then offsets would not fit.
    if (text.length !== segment.text.length) continue;
    for (
      let from = text.indexOf(plain);
      from >= 0;
      from = text.indexOf(plain, from + plain.length)
    ) {
      found.push({ segment, from, to: from + plain.length });
    }
  }
  return found;
}

/**
 * Where the engine was unsure: words, or a whole segment where it timed no words. What a person wrote is not doubtful.
 */
export function findDoubtful(segments: Segment[]): Span[] {
  return segments.flatMap((segment) => {
    if (segment.original) return [];
    if (!segment.words?.length) {
      return segment.doubtful ? [{ segment, from: 0, to: segment.text.length }] : [];
    }
    return placeWords(segment)
      .filter(({ doubtful }) => doubtful)
      .map(({ from, to }) => ({ segment, from, to }));
  });
}
