import { useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useState, type ComponentProps } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import type { Recording } from "#server/features/content/recordings/shapes.ts";
import type { TranscriptionWithSegments as Transcription } from "#server/features/transcription/shapes.ts";
import { addressOf } from "../../api/client.ts";
import { isMissing } from "../../api/problem.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { bytes, moment } from "../../ui/format.ts";
import { ErrorNotice } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { recordingQuery } from "../content/queries.ts";
import { NotFoundPage } from "../shell/failed-page.tsx";
import { SlidesPanel } from "../slides/slides-panel.tsx";
import { useRememberedSecond } from "../study/today/remember-place.ts";
import { Beside, useBeside } from "./beside.tsx";
import { JobState } from "./job-state.tsx";
import { useListening } from "./listening.ts";
import { usePlayback, type Playback } from "./playback.ts";
import { Player } from "./player.tsx";
import { transcriptionJobQuery, transcriptionQuery, transcriptionsQuery } from "./queries.ts";
import { RecordingActions, RecordingDialogs, type RecordingDialog } from "./recording-actions.tsx";
import { useRecordingKeys } from "./recording-keys.ts";
import { SoundTrack } from "./sound-track.tsx";
import { useSpeed } from "./speed.ts";
import { TranscriptVersions } from "./transcript-versions.tsx";
import { TranscriptView } from "./transcript-view.tsx";

const route = getRouteApi("/app/recordings/$id");

export function RecordingPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const recording = useQuery(recordingQuery(id));
  if (isMissing(recording.error)) return <NotFoundPage />;
  if (recording.data) return <RecordingView key={id} recording={recording.data} />;
  return (
    <Page title={t("recording.title")}>
      {recording.error ? (
        <ErrorNotice error={recording.error} />
      ) : (
        <Spinner className="mx-auto size-6 text-accent" />
      )}
    </Page>
  );
}

const WITH_VIEW = "min-[1100px]:grid-cols-[minmax(0,1fr)_26rem] min-[1100px]:gap-10";

/** The same one each time: effects compare it. */
const NONE: Transcription["segments"] = [];

function RecordingView({ recording }: { recording: Recording }) {
  const [dialog, setDialog] = useState<RecordingDialog>();
  const playback = usePlayback(
    addressOf(`/recordings/${recording.id}/audio`),
    recording.duration_seconds,
    { recordingId: recording.id, title: recording.title },
  );
  useRememberedSecond(recording.id, playback);
  const { job, versions, shown, transcription } = useShownTranscription(recording.id);
  useCitedSecond(playback);
  const listening = useListening(playback, transcription.data?.segments ?? NONE);
  const speed = useSpeed(playback);
  const [view, setView] = useBeside(recording);
  const { onStage, stage } = useStage(recording, setView);
  const [toolbar, setToolbar] = useState<HTMLElement | null>(null);
  const onNotes = () => setView("notes");
  useRecordingKeys({ recordingId: recording.id, playback, listening, speed, onNotes });

  return (
    <Page
      title={recording.title}
      width="two"
      lead={<Lead recording={recording} />}
      actions={
        <RecordingActions
          recording={recording}
          transcription={transcription.data}
          transcribed={versions.length > 0}
          onDialog={setDialog}
        />
      }
    >
      <StickyBar onToolbar={setToolbar} {...{ recording, playback, listening, speed }} />
      <div className={classes("grid gap-6", view && WITH_VIEW)}>
        <div className="order-first min-[1100px]:order-last">
          <Beside
            recording={recording}
            transcription={transcription.data}
            playback={playback}
            view={view}
            onView={setView}
            slidesElsewhere={onStage}
            onLarge={() => stage(true)}
          />
        </div>
        <div className={classes("grid content-start gap-6", !onStage && "max-w-[68ch]")}>
          <SoundTrack recording={recording} onTranscribe={() => setDialog("again")} />
          {isWorking(job) && <JobState job={job} onOtherEngine={() => setDialog("again")} />}
          {onStage ? (
            <SlidesPanel
              recordingId={recording.id}
              {...{ playback, linked: true, spoken: true, large: true }}
              onLarge={() => stage(false)}
            />
          ) : (
            <Text
              transcription={transcription}
              playback={playback}
              working={isWorking(job)}
              toolbar={toolbar}
              onStart={job === null ? () => setDialog("again") : undefined}
            />
          )}
          {versions.length > 1 && shown && (
            <TranscriptVersions recordingId={recording.id} versions={versions} shownId={shown.id} />
          )}
        </div>
      </div>
      <RecordingDialogs
        recording={recording}
        transcription={transcription.data}
        dialog={dialog}
        onClose={() => setDialog(undefined)}
      />
    </Page>
  );
}

function isWorking<J extends { status: string }>(job: J | null | undefined): job is J {
  return job != null && job.status !== "completed";
}

function Text({
  transcription,
  playback,
  working,
  toolbar,
  onStart,
}: {
  transcription: UseQueryResult<Transcription>;
  playback: Playback;
  working: boolean;
  toolbar: HTMLElement | null;
  /** Nobody has asked for a transcript yet. */
  onStart: (() => void) | undefined;
}) {
  const { data, error } = transcription;
  if (data)
    return (
      <TranscriptView
        transcription={data}
        playback={playback}
        running={working && data.completed_at === null}
        toolbar={toolbar}
      />
    );
  if (error) return <ErrorNotice error={error} />;
  return onStart ? <NotTranscribed onStart={onStart} /> : null;
}

/** Slides in the transcript's place; then notes are what stands beside them. */
function useStage({ slides_material_id }: Recording, setView: (view: "slides" | "notes") => void) {
  const [large, setLarge] = useState(false);
  return {
    onStage: large && slides_material_id !== null,
    stage(next: boolean) {
      setLarge(next);
      setView(next ? "notes" : "slides");
    },
  };
}

/** The player, and under it the tools of the transcript; on a phone they are shown when they are wanted. */
function StickyBar({
  onToolbar,
  ...rest
}: { onToolbar: (element: HTMLElement | null) => void } & Omit<
  ComponentProps<typeof Player>,
  "tools" | "onTools"
>) {
  const [tools, setTools] = useState(false);
  return (
    <div
      data-sticky-bar
      className={
        "sticky top-0 z-10 -mx-4 mb-6 grid border-b border-line bg-paper/95 px-4 py-2 " +
        "backdrop-blur sm:-mx-8 sm:gap-2 sm:px-8 sm:py-3"
      }
    >
      <Player {...rest} tools={tools} onTools={() => setTools(!tools)} />
      <div ref={onToolbar} className={classes("sm:block", !tools && "hidden")} />
    </div>
  );
}

function NotTranscribed({ onStart }: { onStart: () => void }) {
  const { t } = useTranslation();
  return (
    <EmptyState
      title={t("transcription.noneTitle")}
      action={
        <Button variant="primary" onClick={onStart}>
          {t("transcription.transcribe")}
        </Button>
      }
    >
      {t("transcription.noneText")}
    </EmptyState>
  );
}

/** The version that the address names, else the current one. */
function useShownTranscription(recordingId: string) {
  const client = useQueryClient();
  const search = route.useSearch();
  const job = useQuery(transcriptionJobQuery(recordingId)).data;
  const versions = useQuery(transcriptionsQuery(recordingId)).data?.items ?? [];
  // While a job runs, its segments are shown as they come, unless there is an older version to read.
  const current = versions.find(({ is_current }) => is_current) ?? versions[0];
  const shown = versions.find(({ id }) => id === search.transcription) ?? current;
  const transcription = useQuery({
    ...transcriptionQuery(shown?.id ?? ""),
    enabled: shown !== undefined,
  });
  // A recording that was transcribed while this page was open.
  const completed = job?.status === "completed" ? job.id : undefined;
  useEffect(() => {
    if (completed) void client.invalidateQueries({ queryKey: ["transcriptions", recordingId] });
  }, [completed, client, recordingId]);
  return { job, versions, shown, transcription };
}

/**
 * A citation names its second: the sound starts there. A click within the app brought us here, so the browser allows
 * it.
 */
function useCitedSecond(playback: Playback) {
  const { t: second, play, from } = route.useSearch();
  useEffect(() => {
    if (second !== undefined) playback.seek(second, { play: play === 1 });
    // Only when the address changes, not when the duration becomes known.
  }, [second, play, from]);
}

function Lead({ recording }: { recording: Recording }) {
  const { t } = useTranslation();
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <span>{t(`recording.types.${recording.recording_type}`)}</span>
      <span>{moment(recording.created_at)}</span>
      <span className="tabular-nums">
        {recording.duration_seconds !== null && clock(recording.duration_seconds)}
      </span>
      <span>{bytes(recording.size_bytes)}</span>
      {recording.subject && <Badge>{recording.subject}</Badge>}
    </span>
  );
}
