/** Where words stand in a segment's text and in time. Pure: no page, no sound. */
import type { Segment } from "#server/features/transcription/shapes.ts";

export interface PlacedWord {
  /** UTF-16 offsets into the segment's text. */
  from: number;
  to: number;
  start: number;
  end: number;
  /** As the server says. */
  doubtful: boolean;
  /** False where the engine gave no times: estimated from the place in the text. */
  timed: boolean;
}

const PARAGRAPH_SECONDS = 40;
const PAUSE_SECONDS = 2;
export const SENTENCE_END = /[.!?…。！？]["'”’)\]]*$/;

const placed = new WeakMap<Segment, PlacedWord[]>();

export function placeWords(segment: Segment): PlacedWord[] {
  let words = placed.get(segment);
  if (!words) {
    words = segment.words?.length ? fromEngine(segment) : estimated(segment);
    placed.set(segment, words);
  }
  return words;
}

export function wordAtTime(segment: Segment, seconds: number) {
  return placeWords(segment).findLast(({ start }) => start <= seconds);
}

export function wordAtOffset(segment: Segment, offset: number) {
  const words = placeWords(segment);
  return words.find(({ to }) => offset <= to) ?? words.at(-1);
}

/** The last segment that has begun; segments are in order of time. */
export function indexAtTime(segments: Segment[], seconds: number) {
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (segments[middle]!.start <= seconds) low = middle;
    else high = middle - 1;
  }
  return segments.length > 0 && segments[0]!.start <= seconds ? low : -1;
}

/** Captions come in scraps of a few words: joined up to a pause or the end of a sentence they read like text. */
export function toParagraphs(segments: Segment[]): Segment[][] {
  const paragraphs: Segment[][] = [];
  for (const segment of segments) {
    const current = paragraphs.at(-1);
    const first = current?.[0];
    const last = current?.at(-1);
    const goesOn =
      first &&
      last &&
      segment.speaker === last.speaker &&
      segment.start - last.end < PAUSE_SECONDS &&
      (segment.end - first.start < PARAGRAPH_SECONDS * 0.5 ||
        (segment.end - first.start < PARAGRAPH_SECONDS && !SENTENCE_END.test(last.text)));
    if (goesOn) current!.push(segment);
    else paragraphs.push([segment]);
  }
  return paragraphs;
}

/** Citations count in the whole text: the segments joined by one line feed. */
export function placesOf(segments: Segment[], from: number, to: number) {
  const places: { segment: Segment; from: number; to: number }[] = [];
  let at = 0;
  for (const segment of segments) {
    const end = at + segment.text.length;
    if (from < end && to > at)
      places.push({
        segment,
        from: Math.max(0, from - at),
        to: Math.min(segment.text.length, to - at),
      });
    at = end + 1;
  }
  return places;
}

function fromEngine({ text, words }: Segment): PlacedWord[] {
  const result: PlacedWord[] = [];
  let at = 0;
  for (const word of words ?? []) {
    const plain = word.text.trim();
    const from = text.indexOf(plain, at);
    if (from < 0 || plain === "") continue;
    at = from + plain.length;
    result.push({
      from,
      to: at,
      start: word.start,
      end: word.end,
      doubtful: word.doubtful ?? false,
      timed: true,
    });
  }
  return result;
}

function estimated({ text, start, end, doubtful }: Segment): PlacedWord[] {
  const perUnit = text.length > 0 ? (end - start) / text.length : 0;
  return [...text.matchAll(/\S+/g)].map((match) => ({
    from: match.index,
    to: match.index + match[0].length,
    start: start + match.index * perUnit,
    end: start + (match.index + match[0].length) * perUnit,
    doubtful: doubtful ?? false,
    timed: false,
  }));
}
