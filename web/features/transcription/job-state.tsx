/**
 * How far a transcription is, honestly: seconds done of seconds in all, and a time left that was measured in this run.
 */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import type { TranscriptionJob } from "#server/features/transcription/shapes.ts";
import { request } from "../../api/client.ts";
import { failureSentence } from "../../api/failure-sentence.ts";
import { Button } from "../../ui/button.tsx";
import { percent, roughly } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { ProgressBar } from "../../ui/progress-bar.tsx";
import { toastError } from "../../ui/toast.tsx";
import { healthQuery } from "../shell/health.ts";

export function JobState({
  job,
  onOtherEngine,
}: {
  job: TranscriptionJob;
  onOtherEngine: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const act = useMutation({
    mutationFn: (verb: "cancel" | "retry") =>
      request<TranscriptionJob>(`/transcription-jobs/${job.id}/${verb}`, { method: "POST" }),
    onSettled: () => client.invalidateQueries({ queryKey: ["transcription-jobs"] }),
    onError: toastError,
  });
  const again = (
    <div className="flex flex-wrap gap-2">
      <Button size="small" onClick={onOtherEngine}>
        {t("transcription.otherEngine")}
      </Button>
      <Button
        size="small"
        variant="primary"
        busy={act.isPending}
        onClick={() => act.mutate("retry")}
      >
        {t("common.retry")}
      </Button>
    </div>
  );
  if (job.status === "failed") {
    return (
      <Notice tone="error" action={again}>
        <strong className="font-semibold">{t("transcription.failed")}</strong>{" "}
        {failureSentence(job.error_code, job.error_message)}
      </Notice>
    );
  }
  if (job.status === "cancelled") {
    return (
      <Notice tone="warning" action={again}>
        {t("transcription.cancelledKept")}
      </Notice>
    );
  }
  if (job.status === "completed") return null;
  return (
    <section
      aria-label={t("transcription.transcribing")}
      className="rounded-2xl border border-line bg-surface p-5 shadow-card"
    >
      <div className="mb-3 flex flex-wrap items-center justify-between gap-3">
        <div>
          <h2 className="font-semibold">
            {job.status === "pending"
              ? t("transcription.waiting")
              : t(`transcription.stages.${job.stage ?? "recognising"}`)}
          </h2>
          {job.status === "pending" ? <Waiting place={job.place} /> : <TimeLeft job={job} />}
        </div>
        <Button size="small" busy={act.isPending} onClick={() => act.mutate("cancel")}>
          {t("common.cancel")}
        </Button>
      </div>
      <ProgressBar
        label={t("transcription.transcribing")}
        value={
          job.status === "processing" && job.duration_seconds
            ? job.progress_seconds / job.duration_seconds
            : undefined
        }
      />
    </section>
  );
}

function Waiting({ place }: { place: number | null | undefined }) {
  const { t } = useTranslation();
  const health = useQuery(healthQuery);
  const noWorker = health.data?.parts?.["worker"]?.status === "down";
  return (
    <p className="text-sm text-soft">
      {noWorker
        ? t("transcription.noWorker")
        : place == null
          ? t("transcription.waitingText")
          : place === 1
            ? t("transcription.waitingNext")
            : t("transcription.waitingPlace", { place })}
    </p>
  );
}

function TimeLeft({ job }: { job: TranscriptionJob }) {
  const { t } = useTranslation();
  const { progress_seconds: done, duration_seconds: total, time_left: left } = job;
  const soonest = left && roughly(Math.max(0, left.seconds - left.margin_seconds));
  const latest = left && roughly(left.seconds + left.margin_seconds);
  return (
    <p className="text-sm text-soft tabular-nums">
      {total
        ? t("transcription.progress", {
            done: clock(done),
            total: clock(total),
            percent: percent(Math.min(1, done / total)),
          })
        : t("transcription.progressUnknown", { done: clock(done) })}
      {left &&
        ` · ${
          soonest === latest
            ? t("transcription.left", { left: latest })
            : t("transcription.leftBetween", { low: soonest, high: latest })
        }`}
      {/* Read out at each tenth only. */}
      <span className="sr-only" aria-live="polite">
        {total
          ? t("transcription.spokenProgress", { percent: Math.floor((done / total) * 10) * 10 })
          : ""}
      </span>
    </p>
  );
}
