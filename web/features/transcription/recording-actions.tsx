/** What can be done with a recording, and the dialogs that ask what is needed for it. */
import { useNavigate } from "@tanstack/react-router";
import {
  Download,
  Ellipsis,
  FileDown,
  GraduationCap,
  Layers,
  MessagesSquare,
  Pencil,
  RefreshCw,
  Users,
} from "lucide-react";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Recording } from "#server/features/content/recordings/shapes.ts";
import type { TranscriptionWithSegments as Transcription } from "#server/features/transcription/shapes.ts";
import { addressOf } from "../../api/client.ts";
import { ensureMediaCookie } from "../../api/session.ts";
import { lazyPart } from "../../lazy-part.tsx";
import { useKeepAction } from "../../offline/keep-action.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Menu } from "../../ui/menu.tsx";
import { DetailsDialog } from "../content/details-dialog.tsx";
import { ListenButton } from "../content/speech/listen.tsx";
import { useThrowAway } from "../content/use-throw-away.ts";
import { ExportDialog } from "./export-dialog.tsx";
import { RetranscribeDialog } from "./retranscribe-dialog.tsx";

export type RecordingDialog = "details" | "export" | "again" | "voices";

const VoicesDialog = lazyPart(() => import("./voices-dialog.tsx"), "VoicesDialog");

export function RecordingActions({
  recording,
  transcription,
  transcribed,
  onDialog,
}: {
  recording: Recording;
  transcription: Transcription | undefined;
  transcribed: boolean;
  onDialog: (dialog: RecordingDialog) => void;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const keepAction = useKeepAction({ kind: "recording", item: recording });
  const { id, title } = recording;
  const throwAway = useThrowAway({ kind: "recording", id }, title);
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
          {
            label: t("room.learn"),
            icon: GraduationCap,
            disabled: !transcription?.text,
            run: () => void navigate({ to: "/learn/overview", search: { recording: id } }),
          },
          {
            label: t("room.cards"),
            icon: Layers,
            run: () => void navigate({ to: "/learn", search: { source_id: id } }),
          },
          "line",
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
          transcription !== undefined && {
            label: t("transcription.voices.find"),
            icon: Users,
            run: () => onDialog("voices"),
          },
          { label: t("recording.download"), icon: Download, run: () => downloadSound(id) },
          keepAction,
          "line",
          throwAway,
        ]}
      />
    </>
  );
}

function downloadSound(id: string) {
  void ensureMediaCookie().then(() =>
    location.assign(addressOf(`/recordings/${id}/audio`, { download: true })),
  );
}

export function RecordingDialogs({
  recording,
  transcription,
  dialog,
  onClose,
}: {
  recording: Recording;
  transcription: Transcription | undefined;
  dialog: RecordingDialog | undefined;
  onClose: () => void;
}) {
  const entry = { kind: "recording", item: recording } as const;
  if (dialog === "details") return <DetailsDialog entry={entry} onClose={onClose} />;
  if (dialog === "export" && transcription)
    return <ExportDialog transcription={transcription} title={recording.title} onClose={onClose} />;
  if (dialog === "voices")
    return (
      <Suspense>
        <VoicesDialog
          recordingId={recording.id}
          transcriptionId={transcription?.id}
          onClose={onClose}
        />
      </Suspense>
    );
  if (dialog === "again") return <RetranscribeDialog recording={recording} onClose={onClose} />;
  return null;
}
