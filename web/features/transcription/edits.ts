/** The edits of a transcript that can be undone, newest last, and the transcript after one of them. Pure. */
import type { Segment, TranscriptionWithSegments } from "#server/features/transcription/shapes.ts";

export interface Edit {
  number: number;
  before: string;
}

/** Whichever it is: the notice of an older edit undoes that one, and the newer ones stay. */
export function withoutEdit(edits: readonly Edit[], undone: Edit): Edit[] {
  return edits.filter((edit) => edit !== undone);
}

/** Undefined while the transcript is not loaded. */
export function withSegment(
  transcription: TranscriptionWithSegments | undefined,
  changed: Segment,
): TranscriptionWithSegments | undefined {
  return (
    transcription && {
      ...transcription,
      segments: transcription.segments.map((segment) =>
        segment.number === changed.number ? { ...segment, ...changed } : segment,
      ),
    }
  );
}
