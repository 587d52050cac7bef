/** What was recorded goes to the server; the browser's copy is deleted only when the server has it. */
import { request } from "../../../api/client.ts";
import { queryClient } from "../../../api/query-client.ts";
import { i18n } from "../../../i18n.ts";
import { moment } from "../../../ui/format.ts";
import { addUploads } from "../uploads.ts";
import { finishLiveUpload } from "./live-upload.ts";
import { deleteKept, readSound, type KeptRecording } from "./piece-store.ts";

export async function sendKept(kept: KeptRecording, onDone?: (recordingId: string) => void) {
  const title =
    kept.title.trim() || i18n.t("recorder.defaultTitle", { when: moment(kept.started_at) });
  const arrived = await finishLiveUpload(kept);
  if (arrived) {
    const subject = kept.subject.trim();
    await request(`/recordings/${arrived}`, {
      method: "PATCH",
      json: { title, ...(subject ? { subject } : {}) },
    });
    await deleteKept(kept.id);
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: ["kept-recordings"] }),
      queryClient.invalidateQueries({ queryKey: ["recordings"] }),
    ]);
    onDone?.(arrived);
    return;
  }
  const sound = await readSound(kept);
  const extension = kept.mime_type.includes("mp4")
    ? "m4a"
    : kept.mime_type.includes("ogg")
      ? "ogg"
      : "webm";
  const file = new File([sound], `${title.replaceAll(/[\\/:*?"<>|]/g, "-")}.${extension}`, {
    type: kept.mime_type,
  });
  addUploads([file], {
    fields: {
      title,
      recording_type: "lecture",
      ...(kept.subject.trim() ? { subject: kept.subject.trim() } : {}),
    },
    onDone: (recordingId) => {
      void deleteKept(kept.id).then(() =>
        queryClient.invalidateQueries({ queryKey: ["kept-recordings"] }),
      );
      onDone?.(recordingId);
    },
  });
}
