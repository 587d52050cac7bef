/** Fetched when a transcript is shown, with its texts. */
import { Suspense } from "react";
import type { TranscriptionWithSegments as Transcription } from "#server/features/transcription/shapes.ts";
import { lazyPart } from "../../lazy-part.tsx";
import type { Playback } from "../transcription/playback.ts";

const Panel = lazyPart(() => import("./corrections-panel.tsx"), "CorrectionsPanel", "course");

/** Nothing where a person wrote the words. */
export function Corrections({
  transcription,
  playback,
}: {
  transcription: Transcription;
  playback: Playback;
}) {
  if (transcription.source !== "recognised" || transcription.completed_at === null) return null;
  return (
    <Suspense>
      <Panel transcriptionId={transcription.id} playback={playback} />
    </Suspense>
  );
}
