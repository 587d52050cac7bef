/** What stands beside the transcript: the slides, notes, chapters, cards, the tutor. One at a time, or nothing. */
import { X } from "lucide-react";
import { Suspense, useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Recording } from "#server/features/content/recordings/shapes.ts";
import type { TranscriptionWithSegments as Transcription } from "#server/features/transcription/shapes.ts";
import { lazyPart } from "../../lazy-part.tsx";
import { IconButton } from "../../ui/button.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { MarksPanel } from "../marks/marks-panel.tsx";
import { SlidesPanel } from "../slides/slides-panel.tsx";
import { Chapters } from "./chapters.tsx";
import type { Playback } from "./playback.ts";

const AskPanel = lazyPart(() => import("../interactions/ask-panel.tsx"), "AskPanel");

const CardsPanel = lazyPart(() => import("../study/cards/cards-panel.tsx"), "CardsPanel", "study");

export type BesideView = "slides" | "notes" | "chapters" | "cards" | "ask";

/** From here on two columns stand side by side. */
const WIDE = "(min-width: 1100px)";

export function useBeside({ slides_material_id: slides }: Recording) {
  const state = useState<BesideView | undefined>(() => {
    if (slides !== null) return "slides";
    return matchMedia(WIDE).matches ? "notes" : undefined;
  });
  const [, setView] = state;
  const [before, setBefore] = useState(slides);
  if (before !== slides) {
    setBefore(slides);
    // Whoever links slides wants to see them.
    if (slides !== null) setView("slides");
  }
  return state;
}

export function Beside({
  recording,
  transcription,
  playback,
  view,
  onView,
  slidesElsewhere,
  onLarge,
}: {
  recording: Recording;
  transcription: Transcription | undefined;
  playback: Playback;
  view: BesideView | undefined;
  onView: (view: BesideView | undefined) => void;
  /** They stand in the transcript's place. */
  slidesElsewhere: boolean;
  onLarge: () => void;
}) {
  const { t } = useTranslation();
  const spoken = transcription?.completed_at != null && transcription.text !== "";
  const linked = recording.slides_material_id !== null;
  const views: BesideView[] = [
    ...(linked && !slidesElsewhere ? (["slides"] as const) : []),
    "notes",
    ...(spoken ? (["chapters", "cards", "ask"] as const) : []),
  ];
  // The slides were unlinked, or the transcript is gone.
  useEffect(() => {
    if (view && !views.includes(view)) onView(undefined);
  }, [view, views.join(" ")]);
  return (
    <aside
      aria-label={t("room.beside")}
      className={
        "grid content-start gap-4 min-[1100px]:sticky min-[1100px]:top-24 " +
        "min-[1100px]:max-h-[calc(100dvh-7rem)] min-[1100px]:overflow-y-auto min-[1100px]:pb-4"
      }
    >
      {!linked && (
        <SlidesPanel
          recordingId={recording.id}
          linked={false}
          playback={playback}
          spoken={spoken}
        />
      )}
      <div className="flex items-center gap-1">
        <Segmented
          label={t("room.beside")}
          value={view ?? ("" as BesideView)}
          options={views.map((value) => ({ value, label: t(`room.${value}`) }))}
          onChange={(next) => onView(next === view ? undefined : next)}
          className="min-w-0 flex-1 overflow-x-auto max-sm:*:px-1.5"
        />
        {view && (
          <IconButton label={t("room.close")} size="small" onClick={() => onView(undefined)}>
            <X className="size-4" aria-hidden="true" />
          </IconButton>
        )}
      </div>
      <Suspense fallback={<Spinner className="mx-auto size-5 text-accent" />}>
        {view && content(view, { recording, transcription, playback, onLarge })}
      </Suspense>
    </aside>
  );
}

function content(
  view: BesideView,
  {
    recording,
    transcription,
    playback,
    onLarge,
  }: {
    recording: Recording;
    transcription: Transcription | undefined;
    playback: Playback;
    onLarge: () => void;
  },
): ReactNode {
  if (view === "slides")
    return (
      <SlidesPanel recordingId={recording.id} linked playback={playback} spoken onLarge={onLarge} />
    );
  if (view === "chapters")
    return (
      transcription && (
        <Chapters
          recordingId={recording.id}
          transcriptionId={transcription.id}
          playback={playback}
        />
      )
    );
  if (view === "cards") return <CardsPanel recording={recording} />;
  if (view === "ask") return <AskPanel sourceKind="recording" sourceId={recording.id} />;
  return (
    <MarksPanel
      source={{ kind: "recording", id: recording.id }}
      title={recording.title}
      place={() => ({ at_seconds: Math.floor(playback.audio.currentTime) })}
      onOpen={({ at_seconds }) => at_seconds !== null && playback.seek(at_seconds, { play: true })}
    />
  );
}
