/** How far a transcription is, honestly: seconds done of seconds in all, and a time left that was measured in this run. */
import { useEffect, useState } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import type { TranscriptionJob } from "../../api/types.ts";
import { Button } from "../../ui/button.tsx";
import { clock, percent, roughly } from "../../ui/format.ts";
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
        <strong className="font-semibold">{t("transcription.failed")}</strong> {job.error_message}
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
          {job.status === "pending" ? <Waiting /> : <TimeLeft job={job} />}
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

function Waiting() {
  const { t } = useTranslation();
  const health = useQuery(healthQuery);
  const noWorker = health.data?.parts?.["worker"]?.status === "down";
  return (
    <p className="text-sm text-soft">
      {noWorker ? t("transcription.noWorker") : t("transcription.waitingText")}
    </p>
  );
}

function TimeLeft({ job }: { job: TranscriptionJob }) {
  const { t } = useTranslation();
  const left = useTimeLeft(job);
  const { progress_seconds: done, duration_seconds: total } = job;
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
        ` · ${left.low === left.high ? t("transcription.left", { left: left.high }) : t("transcription.leftBetween", left)}`}
      {/* Read out at each tenth only. */}
      <span className="sr-only" aria-live="polite">
        {total
          ? t("transcription.spokenProgress", { percent: Math.floor((done / total) * 10) * 10 })
          : ""}
      </span>
    </p>
  );
}

/** Seconds of sound per second, measured since this page first saw the run, from its slowest and fastest stretch. */
function useTimeLeft(job: TranscriptionJob) {
  const [seen, setSeen] = useState<{ at: number; done: number }[]>([]);
  const { progress_seconds: done, duration_seconds: total } = job;
  useEffect(() => {
    setSeen((before) => [
      ...before.filter((one) => one.done < done).slice(-20),
      { at: performance.now(), done },
    ]);
  }, [done]);
  const first = seen[0];
  const last = seen.at(-1);
  if (
    !total ||
    !first ||
    !last ||
    seen.length < 4 ||
    last.at - first.at < 3000 ||
    last.done <= first.done
  )
    return undefined;
  const rates = seen
    .slice(1)
    .map(
      (one, index) =>
        (one.done - seen[index]!.done) / Math.max(0.001, (one.at - seen[index]!.at) / 1000),
    );
  const mean = (last.done - first.done) / ((last.at - first.at) / 1000);
  const spread =
    Math.sqrt(rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / rates.length) /
    Math.sqrt(rates.length);
  const left = total - done;
  return {
    low: roughly(left / (mean + spread)),
    high: roughly(left / Math.max(mean - spread, mean / 3)),
  };
}
