/**
 * Passages: whole sentences next to each other, never over a page, a slide or a heading, small enough to cite.
 * Offsets are exact: `text.slice(start_offset, end_offset) === passage.text`.
 */
import { segmentClock, type TimedSegment } from "#server/features/citations/segment-clock.ts";
import { eachSentence, isLowSurrogate, trimmed, type LineFeeds, type Span } from "./sentences.ts";

export interface Section {
  page?: number;
  heading?: string;
  start_offset: number;
  end_offset: number;
}

export interface Passage {
  text: string;
  start_offset: number;
  end_offset: number;
  page?: number;
  heading?: string;
  start_seconds?: number;
  end_seconds?: number;
}

export interface TextToCut {
  text: string;
  language?: string | null;
  lineFeeds?: LineFeeds;
  /** In order; what stands between two of them is cut as well. */
  sections?: Section[];
  /** Of a transcription whose text is all of them joined by one line feed. */
  segments?: TimedSegment[];
}

/**
 * A passage is closed at the first sentence end after this many characters, or at a paragraph's end after half of it.
 */
const FULL = 420;
const LONGEST = 1000;

/** One after the other, and `undefined` for a section that has none: who cuts a long text may see to others then. */
export function* eachPassage({
  text,
  language,
  lineFeeds,
  sections,
  segments,
}: TextToCut): Generator<Passage | undefined> {
  const mode = lineFeeds ?? (segments ? "spoken" : "wrapped");
  const clock = segments && segmentClock(segments);
  for (const section of coverAll(text, sections ?? [])) {
    const body = text.slice(section.start_offset, section.end_offset);
    let isEmpty = true;
    for (const { start, end } of pack(body, eachPart(body, mode, language))) {
      isEmpty = false;
      const start_offset = section.start_offset + start;
      const end_offset = section.start_offset + end;
      yield {
        text: text.slice(start_offset, end_offset),
        start_offset,
        end_offset,
        ...(section.page === undefined ? {} : { page: section.page }),
        ...(section.heading ? { heading: section.heading.slice(0, 500) } : {}),
        ...clock?.(start_offset, end_offset),
      };
    }
    if (isEmpty) yield undefined;
  }
}

function* eachPart(text: string, lineFeeds: LineFeeds, language: string | null | undefined) {
  for (const sentence of eachSentence(text, lineFeeds, language))
    yield* atMost(text, sentence, LONGEST);
}

function* coverAll(text: string, sections: Section[]): Generator<Section> {
  let done = 0;
  for (const section of sections) {
    const start_offset = Math.min(Math.max(section.start_offset, done), text.length);
    const end_offset = Math.min(Math.max(section.end_offset, start_offset), text.length);
    if (start_offset > done) yield { start_offset: done, end_offset: start_offset };
    if (end_offset > start_offset) yield { ...section, start_offset, end_offset };
    done = Math.max(done, end_offset);
  }
  if (done < text.length) yield { start_offset: done, end_offset: text.length };
}

function* pack(text: string, sentences: Iterable<Span>): Generator<Span> {
  let open: Span | undefined;
  for (const sentence of sentences) {
    if (open) {
      const length = open.end - open.start;
      const newParagraph = /\n\s*\n/.test(text.slice(open.end, sentence.start));
      if (
        length >= FULL ||
        (newParagraph && length >= FULL / 2) ||
        sentence.end - open.start > LONGEST
      ) {
        yield open;
        open = undefined;
      }
    }
    open = { start: open?.start ?? sentence.start, end: sentence.end };
  }
  if (open) yield open;
}

/** A "sentence" without end (a table, one line of 100 MB) is cut at spaces, or anywhere but within a character. */
function atMost(text: string, span: Span, longest: number): Span[] {
  const parts: Span[] = [];
  let { start } = span;
  while (span.end - start > longest) {
    const half = start + longest / 2;
    const space = text.slice(half, start + longest + 1).lastIndexOf(" ");
    let end = space > 0 ? half + space : start + longest;
    if (isLowSurrogate(text.charCodeAt(end))) end += 1;
    const part = trimmed(text, start, end);
    if (part) parts.push(part);
    start = end;
  }
  const rest = trimmed(text, start, span.end);
  if (rest) parts.push(rest);
  return parts;
}
