/** Recordings that are in this browser and not on the server: after a crash, or made without a network. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useState } from "react";
import { useSession } from "../../../api/session.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { clock, moment } from "../../../ui/format.ts";
import { Notice } from "../../../ui/notice.tsx";
import { toastError } from "../../../ui/toast.tsx";
import { useUploads } from "../uploads.ts";
import { deleteKept, isLive, listKept, type KeptRecording } from "./piece-store.ts";
import { sendKept } from "./send-kept.ts";

export function UnfinishedRecordings() {
  const { user } = useSession();
  const uploading = useUploads().some(({ status }) => status !== "done" && status !== "failed");
  const { data = [] } = useQuery({
    queryKey: ["kept-recordings"],
    queryFn: async () => {
      const all = user ? await listKept(user.id).catch(() => []) : [];
      const live = await Promise.all(all.map(({ id }) => isLive(id)));
      return all.filter((kept, index) => !live[index] && kept.size_bytes > 0);
    },
    staleTime: 0,
  });
  if (data.length === 0 || uploading) return null;
  return (
    <div className="mb-6 grid gap-3">
      {data.map((kept) => (
        <Unfinished key={kept.id} kept={kept} />
      ))}
    </div>
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
      {t("recorder.unfinished", {
        when: moment(kept.started_at),
        length: clock(kept.elapsed_seconds),
      })}
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
