/** Highlights of a transcript, and the bar over selected words. Offsets of a mark count in the current version. */
import { useCallback, useEffect, type RefObject } from "react";
import type { TranscriptionWithSegments as Transcription } from "#server/features/transcription/shapes.ts";
import { MARK_COLOURS } from "#server/vocabulary.ts";
import { MarkTools } from "../marks/mark-tools.tsx";
import { useMarks } from "../marks/queries.ts";
import { transcriptOffsets } from "../marks/selection.ts";
import { highlight } from "./word-highlights.ts";
import { placesOf } from "./words.ts";

export function MarkedTranscript({
  transcription,
  area,
}: {
  transcription: Transcription;
  area: RefObject<HTMLElement | null>;
}) {
  const { segments } = transcription;
  const source = { kind: "recording", id: transcription.recording_id } as const;
  const marks = useMarks(source).data;
  useEffect(() => {
    if (!area.current) return;
    for (const colour of MARK_COLOURS)
      highlight(
        `lm-mark-${colour}`,
        area.current,
        (marks ?? []).flatMap((mark) =>
          mark.quote && mark.status !== "changed" && (mark.colour ?? "yellow") === colour
            ? placesOf(segments, mark.start_offset!, mark.end_offset!)
            : [],
        ),
      );
  }, [area, marks, segments]);
  const offsetsOf = useCallback(
    (range: Range, root: HTMLElement) => transcriptOffsets(root, segments, range),
    [segments],
  );
  return <MarkTools source={source} area={area} offsetsOf={offsetsOf} />;
}
