/** What was recorded goes to the server; the browser's copy is deleted only when the server has it. */
import { queryClient } from "../../../api/query-client.ts";
import { i18n } from "../../../i18n.ts";
import { moment } from "../../../ui/format.ts";
import { addUploads } from "../uploads.ts";
import { deleteKept, readSound, type KeptRecording } from "./piece-store.ts";

export async function sendKept(kept: KeptRecording, onDone?: (recordingId: string) => void) {
  const sound = await readSound(kept);
  const title =
    kept.title.trim() || i18n.t("recorder.defaultTitle", { when: moment(kept.started_at) });
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
