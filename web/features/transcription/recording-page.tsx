import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
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
import { enginesQuery } from "./engines.ts";
import { ExportDialog } from "./export-dialog.tsx";
import { JobState } from "./job-state.tsx";
import { usePlayback } from "./playback.ts";
import { Player } from "./player.tsx";
import { transcriptionJobQuery, transcriptionQuery, transcriptionsQuery } from "./queries.ts";
import { RetranscribeDialog } from "./retranscribe-dialog.tsx";
import { useSegmentEdits } from "./segment-edits.ts";
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

function RecordingView({ recording }: { recording: Recording }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const search = route.useSearch();
  const [dialog, setDialog] = useState<"details" | "delete" | "export" | "again">();
  const playback = usePlayback(
    addressOf(`/recordings/${recording.id}/audio`),
    recording.duration_seconds,
  );

  const job = useQuery(transcriptionJobQuery(recording.id)).data;
  const versions = useQuery(transcriptionsQuery(recording.id)).data?.items ?? [];
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
    if (completed) void client.invalidateQueries({ queryKey: ["transcriptions", recording.id] });
  }, [completed, client, recording.id]);

  // A citation names its second: the sound starts there. A click within the app brought us here, so the browser allows it.
  const { t: second, play } = search;
  useEffect(() => {
    if (second !== undefined) playback.seek(second, { play: play === 1 });
    // Only when the address changes, not when the duration becomes known.
  }, [second, play, search.from]);

  const working = job && job.status !== "completed";
  const ask = useMutation({
    mutationFn: () =>
      navigate({
        to: "/tutor",
        search: {
          source_kind: "recording",
          source_id: recording.id,
          source_title: recording.title,
        },
      }),
  });

  return (
    <Page
      title={recording.title}
      lead={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
          <span>{t(`recording.types.${recording.recording_type}`)}</span>
          <span>{moment(recording.created_at)}</span>
          <span className="tabular-nums">
            {recording.duration_seconds !== null && clock(recording.duration_seconds)}
          </span>
          <span>{bytes(recording.size_bytes)}</span>
          {recording.subject && <Badge>{recording.subject}</Badge>}
        </span>
      }
      actions={
        <>
          {transcription.data?.text && (
            <ListenButton
              source={{ kind: "transcription", id: transcription.data.id }}
              title={recording.title}
            />
          )}
          <Button onClick={() => ask.mutate()}>
            <MessagesSquare className="size-4" aria-hidden="true" /> {t("recording.ask")}
          </Button>
          <Menu
            trigger={
              <IconButton label={t("common.more")}>
                <Ellipsis className="size-5" aria-hidden="true" />
              </IconButton>
            }
            actions={[
              { label: t("library.details"), icon: Pencil, run: () => setDialog("details") },
              transcription.data !== undefined && {
                label: t("transcription.export"),
                icon: FileDown,
                run: () => setDialog("export"),
              },
              {
                label:
                  versions.length > 0 ? t("transcription.again") : t("transcription.transcribe"),
                icon: RefreshCw,
                run: () => setDialog("again"),
              },
              {
                label: t("recording.download"),
                icon: Download,
                run: () =>
                  void ensureMediaCookie().then(() =>
                    location.assign(
                      addressOf(`/recordings/${recording.id}/audio`, { download: true }),
                    ),
                  ),
              },
              "line",
              {
                label: t("common.delete"),
                icon: Trash2,
                danger: true,
                run: () => setDialog("delete"),
              },
            ]}
          />
        </>
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
            running={working === true && transcription.data.completed_at === null}
          />
        ) : transcription.error ? (
          <ErrorNotice error={transcription.error} />
        ) : (
          !working &&
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
      {dialog === "details" && (
        <DetailsDialog
          entry={{ kind: "recording", item: recording }}
          onClose={() => setDialog(undefined)}
        />
      )}
      {dialog === "delete" && (
        <DeleteDialog
          entry={{ kind: "recording", item: recording }}
          onClose={() => setDialog(undefined)}
          onDeleted={() => void navigate({ to: "/" })}
        />
      )}
      {dialog === "export" && transcription.data && (
        <ExportDialog
          transcription={transcription.data}
          title={recording.title}
          onClose={() => setDialog(undefined)}
        />
      )}
      {dialog === "again" && (
        <RetranscribeDialog recording={recording} onClose={() => setDialog(undefined)} />
      )}
    </Page>
  );
}

function TranscriptView({
  transcription,
  playback,
  running,
}: {
  transcription: Transcription;
  playback: ReturnType<typeof usePlayback>;
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
        <Labels transcription={transcription} />
        <EmptyState title={t("transcription.silentTitle")}>
          {t("transcription.silentText")}
        </EmptyState>
      </div>
    );
  }
  return (
    <div ref={area} className="grid gap-4">
      <Labels transcription={transcription} />
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

function Labels({ transcription }: { transcription: Transcription }) {
  const { t } = useTranslation();
  const {
    source,
    engine,
    model,
    language,
    edited_at: edited,
    is_current: isCurrent,
  } = transcription;
  const isRough = useQuery(enginesQuery).data?.find(({ name }) => name === engine)?.rough;
  return (
    <div className="flex flex-wrap items-center gap-2 text-sm">
      {source === "supplied" ? (
        <Badge tone="accent">{t("transcription.supplied")}</Badge>
      ) : (
        <Badge>{model ? `${engine} · ${model}` : engine}</Badge>
      )}
      {isRough && <Badge tone="warning">{t("transcription.rough")}</Badge>}
      {language && <Badge>{languageName(language)}</Badge>}
      {edited && <Badge>{t("transcription.edited")}</Badge>}
      {!isCurrent && <Badge tone="warning">{t("transcription.older")}</Badge>}
      {isRough && <span className="text-soft">{t("transcription.roughText")}</span>}
    </div>
  );
}

function languageName(tag: string) {
  try {
    return (
      new Intl.DisplayNames([document.documentElement.lang || "en"], { type: "language" }).of(
        tag,
      ) ?? tag
    );
  } catch {
    return tag;
  }
}
