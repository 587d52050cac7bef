import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import {
  Download,
  Ellipsis,
  FileDown,
  MessagesSquare,
  Pencil,
  RefreshCw,
  Trash2,
} from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Recording } from "#server/features/content/recordings/shapes.ts";
import type { TranscriptionWithSegments as Transcription } from "#server/features/transcription/shapes.ts";
import { addressOf } from "../../api/client.ts";
import { ensureMediaCookie } from "../../api/session.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { bytes, clock, moment } from "../../ui/format.ts";
import { Menu } from "../../ui/menu.tsx";
import { ErrorNotice } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { DeleteDialog } from "../content/delete-dialog.tsx";
import { DetailsDialog } from "../content/details-dialog.tsx";
import { recordingQuery } from "../content/queries.ts";
import { ListenButton } from "../content/speech/listen.tsx";
import { SlidesPanel } from "../slides/slides-panel.tsx";
import { useRememberedSecond } from "../study/today/remember-place.ts";
import { ExportDialog } from "./export-dialog.tsx";
import { JobState } from "./job-state.tsx";
import { usePlayback, type Playback } from "./playback.ts";
import { Player } from "./player.tsx";
import { transcriptionJobQuery, transcriptionQuery, transcriptionsQuery } from "./queries.ts";
import { RetranscribeDialog } from "./retranscribe-dialog.tsx";
import { useSegmentEdits } from "./segment-edits.ts";
import { TranscriptLabels } from "./transcript-labels.tsx";
import { TranscriptTools } from "./transcript-tools.tsx";
import { TranscriptVersions } from "./transcript-versions.tsx";
import { Transcript, type TranscriptHandle } from "./transcript.tsx";
import { placesOf } from "./words.ts";

const route = getRouteApi("/app/recordings/$id");

export function RecordingPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const recording = useQuery(recordingQuery(id));
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

type Dialog = "details" | "delete" | "export" | "again";

function RecordingView({ recording }: { recording: Recording }) {
  const { t } = useTranslation();
  const [dialog, setDialog] = useState<Dialog>();
  const playback = usePlayback(
    addressOf(`/recordings/${recording.id}/audio`),
    recording.duration_seconds,
  );
  useRememberedSecond(recording.id, playback);
  const { job, versions, shown, transcription } = useShownTranscription(recording.id);
  useCitedSecond(playback);
  const working = job != null && job.status !== "completed";

  return (
    <Page
      title={recording.title}
      lead={<Lead recording={recording} />}
      actions={
        <Actions
          recording={recording}
          transcription={transcription.data}
          transcribed={versions.length > 0}
          onDialog={setDialog}
        />
      }
    >
      <div className="sticky top-0 z-10 -mx-4 mb-6 border-b border-line bg-paper/95 px-4 py-3 backdrop-blur sm:-mx-8 sm:px-8">
        <Player recording={recording} playback={playback} />
      </div>
      <div className="grid gap-6">
        <SlidesPanel
          recordingId={recording.id}
          linked={recording.slides_material_id !== null}
          playback={playback}
          spoken={transcription.data?.completed_at != null}
        />
        {working && <JobState job={job} onOtherEngine={() => setDialog("again")} />}
        {transcription.data ? (
          <TranscriptView
            transcription={transcription.data}
            playback={playback}
            running={working && transcription.data.completed_at === null}
          />
        ) : transcription.error ? (
          <ErrorNotice error={transcription.error} />
        ) : (
          job === null && (
            <EmptyState
              title={t("transcription.noneTitle")}
              action={
                <Button variant="primary" onClick={() => setDialog("again")}>
                  {t("transcription.transcribe")}
                </Button>
              }
            >
              {t("transcription.noneText")}
            </EmptyState>
          )
        )}
        {versions.length > 1 && shown && (
          <TranscriptVersions recordingId={recording.id} versions={versions} shownId={shown.id} />
        )}
      </div>
      <Dialogs
        recording={recording}
        transcription={transcription.data}
        dialog={dialog}
        onClose={() => setDialog(undefined)}
      />
    </Page>
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

/** A citation names its second: the sound starts there. A click within the app brought us here, so the browser allows it. */
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

function Actions({
  recording,
  transcription,
  transcribed,
  onDialog,
}: {
  recording: Recording;
  transcription: Transcription | undefined;
  transcribed: boolean;
  onDialog: (dialog: Dialog) => void;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { id, title } = recording;
  const download = () =>
    void ensureMediaCookie().then(() =>
      location.assign(addressOf(`/recordings/${id}/audio`, { download: true })),
    );
  return (
    <>
      {transcription?.text && (
        <ListenButton source={{ kind: "transcription", id: transcription.id }} title={title} />
      )}
      <Button
        onClick={() =>
          void navigate({
            to: "/tutor",
            search: { source_kind: "recording", source_id: id, source_title: title },
          })
        }
      >
        <MessagesSquare className="size-4" aria-hidden="true" /> {t("recording.ask")}
      </Button>
      <Menu
        trigger={
          <IconButton label={t("common.more")}>
            <Ellipsis className="size-5" aria-hidden="true" />
          </IconButton>
        }
        actions={[
          { label: t("library.details"), icon: Pencil, run: () => onDialog("details") },
          transcription !== undefined && {
            label: t("transcription.export"),
            icon: FileDown,
            run: () => onDialog("export"),
          },
          {
            label: transcribed ? t("transcription.again") : t("transcription.transcribe"),
            icon: RefreshCw,
            run: () => onDialog("again"),
          },
          { label: t("recording.download"), icon: Download, run: download },
          "line",
          {
            label: t("common.delete"),
            icon: Trash2,
            danger: true,
            run: () => onDialog("delete"),
          },
        ]}
      />
    </>
  );
}

function Dialogs({
  recording,
  transcription,
  dialog,
  onClose,
}: {
  recording: Recording;
  transcription: Transcription | undefined;
  dialog: Dialog | undefined;
  onClose: () => void;
}) {
  const navigate = useNavigate();
  const entry = { kind: "recording", item: recording } as const;
  if (dialog === "details") return <DetailsDialog entry={entry} onClose={onClose} />;
  if (dialog === "delete")
    return (
      <DeleteDialog
        entry={entry}
        onClose={onClose}
        onDeleted={() => void navigate({ to: "/library" })}
      />
    );
  if (dialog === "export" && transcription)
    return <ExportDialog transcription={transcription} title={recording.title} onClose={onClose} />;
  if (dialog === "again") return <RetranscribeDialog recording={recording} onClose={onClose} />;
  return null;
}

function TranscriptView({
  transcription,
  playback,
  running,
}: {
  transcription: Transcription;
  playback: Playback;
  running: boolean;
}) {
  const { t } = useTranslation();
  const search = route.useSearch();
  const handle = useRef<TranscriptHandle>(null);
  const area = useRef<HTMLDivElement>(null);
  const [editMode, setEditMode] = useState(false);
  const { save, undo } = useSegmentEdits(transcription);
  const { segments } = transcription;
  const { from, to } = search;
  // Offsets belong to the version that was quoted.
  const quotedHere =
    from !== undefined &&
    to !== undefined &&
    (!search.transcription || search.transcription === transcription.id);
  const quote = useMemo(
    () => (quotedHere ? placesOf(segments, from, to) : []),
    [segments, quotedHere, from, to],
  );
  const quoteKey = quote.length > 0 ? `${from}-${to}` : "";
  useEffect(() => {
    if (quote[0]) handle.current?.visit(quote[0]);
    // Once per citation; not again after each edit.
  }, [quoteKey]);

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
    <div ref={area} className="grid gap-4">
      <TranscriptLabels transcription={transcription} />
      {!running && (
        <TranscriptTools
          segments={segments}
          area={area}
          transcript={handle}
          editMode={editMode}
          onEditMode={setEditMode}
          onUndo={undo}
        />
      )}
      <Transcript
        ref={handle}
        transcription={transcription}
        playback={playback}
        editMode={editMode}
        quote={quote}
        onSave={save}
      />
    </div>
  );
}
