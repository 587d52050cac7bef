/** What is worked out of the rows for whoever reads them, and stored nowhere. */
import type { OriginalValue } from "#database/json-columns.ts";
import type { Word } from "#server/providers/stt/contract.ts";

/**
 * Engines are right about nine in ten words above this, and about every other one below: the student should listen
 * again.
 */
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

/** Marks doubtful words; a segment without words is marked itself. */
export function withDoubts<
  T extends {
    words: Word[] | null;
    confidence: number | null;
    line_breaks: unknown;
    original: OriginalValue | null;
  },
>(segment: T) {
  const { line_breaks: _lineBreaks, ...shown } = segment;
  const { words, confidence, original } = segment;
  return {
    ...shown,
    original: original && { text: original.text, words: original.words },
    ...(!words?.length && isDoubtful(confidence) && { doubtful: true as const }),
    words:
      words?.map((word) =>
        isDoubtful(word.confidence) ? { ...word, doubtful: true as const } : word,
      ) ?? null,
  };
}

function isDoubtful(confidence: number | null | undefined) {
  return confidence != null && confidence < DOUBTFUL_BELOW;
}
