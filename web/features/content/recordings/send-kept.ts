/** What was recorded goes to the server; the browser's copy is deleted only when the server has it. */
import { request } from "../../../api/client.ts";
import { queryClient } from "../../../api/query-client.ts";
import { i18n } from "../../../i18n.ts";
import { moment } from "../../../ui/format.ts";
import { addUploads } from "../uploads.ts";
import { finishLiveUpload } from "./live-upload.ts";
import { deleteKept, findKept, readSound, type KeptRecording } from "./piece-store.ts";

/** On their way as a whole, in the list of uploads. */
const resending = new Set<string>();

/** One tab at a time: each sends by itself what waits, and somebody may press the button meanwhile. */
export async function sendKept(kept: KeptRecording, onDone?: (recordingId: string) => void) {
  const send = async () => {
    // Another tab may have sent it, or begun to, while this one waited.
    const now = await findKept(kept.id);
    if (now) await sendOnce(now, onDone);
  };
  if (!navigator.locks) return send();
  await navigator.locks.request(`lm-send-${kept.id}`, send);
}

async function sendOnce(kept: KeptRecording, onDone?: (recordingId: string) => void) {
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
      queryClient.invalidateQueries({ queryKey: ["library"] }),
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
  if (resending.has(kept.id)) return;
  resending.add(kept.id);
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
