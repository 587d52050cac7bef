/** Fetched when a transcript is shown, with its texts. */
import { lazy, Suspense } from "react";
import type { TranscriptionWithSegments as Transcription } from "#server/features/transcription/shapes.ts";
import { loadTexts } from "../../i18n.ts";
import type { Playback } from "../transcription/playback.ts";

const Panel = lazy(async () => {
  const [module] = await Promise.all([import("./corrections-panel.tsx"), loadTexts("course")]);
  return { default: module.CorrectionsPanel };
});

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
