/** What is worked out of the rows for whoever reads them, and stored nowhere. */
import type { Word } from "#server/providers/stt/contract.ts";

/** Engines are right about nine in ten words above this, and about every other one below: the student should listen again. */
const DOUBTFUL_BELOW = 0.5;

export function withNoSpeech<T extends { completed_at: unknown; text: string; edited_at: unknown }>(
  row: T,
) {
  // A student who deleted every word has an empty transcript of a recording with speech.
  return {
    ...row,
    no_speech: row.completed_at !== null && row.text === "" && row.edited_at === null,
  };
}

export function withDoubts<T extends { words: unknown; line_breaks: unknown }>(segment: T) {
  const { line_breaks: _lineBreaks, ...shown } = segment;
  const words = segment.words as Word[] | null;
  return {
    ...shown,
    words:
      words?.map((word) =>
        word.confidence !== undefined && word.confidence < DOUBTFUL_BELOW
          ? { ...word, doubtful: true as const }
          : word,
      ) ?? null,
  };
}
