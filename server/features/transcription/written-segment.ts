import type { Segment } from "#server/providers/stt/contract.ts";
import type { SuppliedSegment } from "./captions/contract.ts";

/**
 * A segment as its row takes it; `start` and `end` in seconds. Ten megabytes of captions have up to two million breaks
 * of lines, or words with times: they are put into the database's own text where the file was read, in a thread of its
 * own, and reach the thread that serves others as one text for each segment.
 */
export interface WrittenSegment {
  start: number;
  end: number;
  text: string;
  /** JSON. */
  words: string | null;
  confidence: number | null;
  speaker: string | null;
  /** An array as PostgreSQL writes it: `{12,40}`. */
  line_breaks: string | null;
}

export function asWritten(
  segment: Segment & Pick<SuppliedSegment, "speaker" | "lineBreaks">,
): WrittenSegment {
  const { start, end, text, words, confidence, speaker, lineBreaks } = segment;
  return {
    start,
    end,
    text,
    words: words ? JSON.stringify(words) : null,
    confidence: confidence ?? null,
    speaker: speaker ?? null,
    line_breaks: lineBreaks ? `{${lineBreaks.join(",")}}` : null,
  };
}
