/**
 * What did not arrive whole: recordings that are in this browser and not on the server, after a crash or without a
 * network, and uploads that stopped.
 */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import type { Upload as ServerUpload } from "#server/features/content/uploads/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { request } from "../../../api/client.ts";
import { useSession } from "../../../api/session.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { bytes, moment } from "../../../ui/format.ts";
import { Notice } from "../../../ui/notice.tsx";
import { toastError } from "../../../ui/toast.tsx";
import { useUnsentNotes } from "../study-materials/note-outbox.ts";
import { useUploads } from "../uploads.ts";
import { describeGaps } from "./gaps.ts";
import { deleteKept, isLive, listKept, type KeptRecording } from "./piece-store.ts";
import { sendKept } from "./send-kept.ts";
import { StoppedUpload } from "./stopped-upload.tsx";

/** A recorder sends each three seconds; one that is quiet for so long has stopped. */
const SILENT_MS = 30_000;

export function UnfinishedRecordings() {
  const { t } = useTranslation();
  const { user } = useSession();
  const uploading = useUploads().some(({ status }) => status !== "done" && status !== "failed");
  const { data = [] } = useQuery({
    queryKey: ["kept-recordings"],
    // It asks the browser, not the server.
    networkMode: "always",
    queryFn: async () => {
      const all = user ? await listKept(user.id).catch(() => []) : [];
      const live = await Promise.all(all.map(({ id }) => isLive(id)));
      return all.filter((kept, index) => !live[index] && kept.size_bytes > 0);
    },
    staleTime: 0,
  });
  const onServer = useQuery({
    queryKey: ["unfinished-uploads"],
    queryFn: async () => {
      const kept = user ? await listKept(user.id).catch(() => []) : [];
      const here = new Set(kept.map(({ upload_path }) => upload_path));
      const { items } = await request<Page<ServerUpload>>("/uploads", {
        query: { status: "receiving", limit: 200 },
      });
      return items.filter(
        ({ id, kind, offset_bytes, updated_at }) =>
          kind === "recording" &&
          offset_bytes > 0 &&
          !here.has(`/uploads/${id}`) &&
          Date.now() - Date.parse(updated_at) > SILENT_MS,
      );
    },
    staleTime: 0,
  });
  const left = onServer.data ?? [];
  const notes = useUnsentNotes();
  const unsent = notes.added.length + notes.changed.length;
  if ((data.length === 0 && left.length === 0 && unsent === 0) || uploading) return null;
  return (
    <div className="mb-6 grid gap-3">
      {unsent > 0 && <Notice>{t("offline.unsentNotes", { count: unsent })}</Notice>}
      {left.map((upload) =>
        upload.is_live || upload.length_bytes === null ? (
          <LeftOnServer key={upload.id} upload={upload} />
        ) : (
          <StoppedUpload key={upload.id} upload={upload} />
        ),
      )}
      {data.map((kept) => (
        <Unfinished key={kept.id} kept={kept} />
      ))}
    </div>
  );
}

/** Begun in another browser, or in this one before its storage was cleared: the server has what it acknowledged. */
function LeftOnServer({ upload }: { upload: ServerUpload }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  async function finish() {
    setBusy(true);
    try {
      const { recording_id } = await request<ServerUpload>(`/uploads/${upload.id}/finish`, {
        method: "POST",
      });
      if (recording_id)
        await navigate({ to: "/recordings/$id", params: { id: recording_id }, search: {} });
    } catch (error) {
      toastError(error);
    }
    setBusy(false);
  }
  return (
    <Notice
      tone="warning"
      action={
        <Button size="small" variant="primary" busy={busy} onClick={() => void finish()}>
          {t("recorder.finishNow")}
        </Button>
      }
    >
      {t("recorder.unfinishedOnServer", {
        when: moment(upload.created_at),
        size: bytes(upload.offset_bytes),
        until: moment(upload.updated_at),
      })}
    </Notice>
  );
}

function Unfinished({ kept }: { kept: KeptRecording }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  return (
    <Notice
      tone="warning"
      action={
        <div className="flex gap-2">
          <Button size="small" onClick={() => setAsking(true)}>
            {t("recorder.discard")}
          </Button>
          <Button
            size="small"
            variant="primary"
            busy={busy}
            onClick={() => {
              setBusy(true);
              sendKept(
                kept,
                (id) => void navigate({ to: "/recordings/$id", params: { id }, search: {} }),
              ).catch((error) => {
                setBusy(false);
                toastError(error);
              });
            }}
          >
            {t("recorder.finishNow")}
          </Button>
        </div>
      }
    >
      {t(kept.status === "stopped" ? "recorder.waiting" : "recorder.unfinished", {
        when: moment(kept.started_at),
        length: clock(kept.elapsed_seconds),
      })}{" "}
      {kept.gaps && t("recorder.gaps", { gaps: describeGaps(kept) })}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t("recorder.discardTitle")}
        description={t("recorder.discardText", { length: clock(kept.elapsed_seconds) })}
        confirm={t("recorder.discard")}
        onConfirm={() =>
          void deleteKept(kept.id).then(() =>
            client.invalidateQueries({ queryKey: ["kept-recordings"] }),
          )
        }
      />
    </Notice>
  );
}
