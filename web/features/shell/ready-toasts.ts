/** Tells what has become ready while another page is open; the page that shows it says so itself. */
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { Changed } from "#server/changes.ts";
import type { Recording } from "#server/features/content/recordings/shapes.ts";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import type { TranscriptionJob } from "#server/features/transcription/shapes.ts";
import { request } from "../../api/client.ts";
import { onChanged } from "../../api/events.ts";
import { toast } from "../../ui/toast.tsx";

/** What was told, and what was seen at work: only work that ends here is news. */
const seen = new Map<string, string>();
const MOST_SEEN = 500;

export function useReadyToasts() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  useEffect(() => {
    const isElsewhere = (path: string) => !location.pathname.endsWith(path);
    async function transcript(id: string) {
      const job = await request<TranscriptionJob>(`/transcription-jobs/${id}`);
      if (!isNews(`job ${id}`, job.status, ["pending", "processing"])) return;
      if (!isElsewhere(`/recordings/${job.recording_id}`)) return;
      const { title } = await request<Recording>(`/recordings/${job.recording_id}`);
      if (job.status === "cancelled") return;
      toast(
        t(job.status === "completed" ? "ready.transcript" : "ready.transcriptFailed", { title }),
        {
          action: {
            label: t("ready.open"),
            run: () =>
              void navigate({
                to: "/recordings/$id",
                params: { id: job.recording_id },
                search: {},
              }),
          },
        },
      );
    }
    async function material(id: string) {
      const { status, title } = await request<StudyMaterial>(`/study-materials/${id}`);
      if (!isNews(`material ${id}`, status, ["pending", "processing"]) || status !== "ready")
        return;
      if (!isElsewhere(`/materials/${id}`)) return;
      toast(t("ready.material", { title }), {
        action: {
          label: t("ready.open"),
          run: () => void navigate({ to: "/materials/$id", params: { id }, search: {} }),
        },
      });
    }
    return onChanged(({ kind, id, change }: Changed) => {
      if (change === "deleted") return;
      const tell =
        kind === "transcription_job"
          ? transcript
          : kind === "study_material"
            ? material
            : undefined;
      // It may be gone again, or the network may.
      tell?.(id).catch(() => {});
    });
  }, [t, navigate]);
}

/** Whether it was seen at work before, and is at its end now. */
function isNews(key: string, status: string, atWork: string[]) {
  const before = seen.get(key);
  seen.delete(key);
  seen.set(key, status);
  if (seen.size > MOST_SEEN) seen.delete(seen.keys().next().value!);
  return before !== undefined && atWork.includes(before) && !atWork.includes(status);
}
