/** The text of a recording with what belongs to it: labels, corrections, tools, marks. */
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState, type RefObject } from "react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import type { TranscriptionWithSegments as Transcription } from "#server/features/transcription/shapes.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { readAloudName } from "../content/speech/reading.ts";
import { Corrections } from "../vocabulary/corrections.tsx";
import { KeptEdits } from "./kept-edits.tsx";
import { MarkedTranscript } from "./marked-transcript.tsx";
import type { Playback } from "./playback.ts";
import { useSegmentEdits } from "./segment-edits.ts";
import { TranscriptLabels } from "./transcript-labels.tsx";
import { TranscriptTools } from "./transcript-tools.tsx";
import { Transcript, type TranscriptHandle } from "./transcript.tsx";
import { placesOf } from "./words.ts";

const route = getRouteApi("/app/recordings/$id");

export function TranscriptView({
  transcription,
  playback,
  running,
  toolbar,
}: {
  transcription: Transcription;
  playback: Playback;
  running: boolean;
  /** Where the tools stand: with the player, in sight wherever one reads. */
  toolbar: HTMLElement | null;
}) {
  const { t } = useTranslation();
  const handle = useRef<TranscriptHandle>(null);
  const area = useRef<HTMLDivElement>(null);
  const [editMode, setEditMode] = useState(false);
  const { save, undo } = useSegmentEdits(transcription);
  const { segments } = transcription;
  const quote = useQuote(transcription, handle);

  if (segments.length === 0 && !running) {
    return (
      <div className="grid gap-4">
        <TranscriptLabels transcription={transcription} />
        <EmptyState title={t("transcription.silentTitle")}>
          {t("transcription.silentText")}
        </EmptyState>
      </div>
    );
  }
  return (
    <div
      ref={area}
      className="grid gap-4"
      data-read-aloud={readAloudName({ kind: "transcription", id: transcription.id })}
    >
      <TranscriptLabels transcription={transcription} />
      <Corrections transcription={transcription} playback={playback} />
      {!running &&
        toolbar &&
        createPortal(
          <TranscriptTools
            segments={segments}
            area={area}
            transcript={handle}
            editMode={editMode}
            onEditMode={setEditMode}
            onUndo={undo}
          />,
          toolbar,
        )}
      {!running && (
        <KeptEdits
          transcription={transcription}
          onGoOn={(segment) => handle.current?.edit(segment)}
        />
      )}
      <Transcript
        ref={handle}
        transcription={transcription}
        playback={playback}
        editMode={editMode}
        quote={quote}
        onSave={save}
        onUndo={undo}
      />
      {transcription.is_current && !running && (
        <MarkedTranscript transcription={transcription} area={area} />
      )}
    </div>
  );
}

/** What the address quotes. */
function useQuote(transcription: Transcription, handle: RefObject<TranscriptHandle | null>) {
  const { from, to, transcription: version } = route.useSearch();
  const { segments } = transcription;
  // Offsets belong to the version that was quoted.
  const quotedHere =
    from !== undefined && to !== undefined && (!version || version === transcription.id);
  const quote = useMemo(
    () => (quotedHere ? placesOf(segments, from, to) : []),
    [segments, quotedHere, from, to],
  );
  const quoteKey = quote.length > 0 ? `${from}-${to}` : "";
  useEffect(() => {
    if (quote[0]) handle.current?.visit(quote[0]);
    // Once per citation; not again after each edit.
  }, [quoteKey]);
  return quote;
}
