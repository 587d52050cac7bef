/** The queue of everybody's work: depth, ages, workers, failures with their reasons; retry and cancel. No contents. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import type { JobType } from "#server/features/jobs/job-types.ts";
import type { AdminJob, AdminJobWithAttempts, QueueState } from "#server/features/jobs/shapes.ts";
import type { JobStatus } from "#server/features/jobs/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { request } from "../../api/client.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { SelectField } from "../../ui/field.tsx";
import { moment, roughly } from "../../ui/format.ts";
import { ErrorNotice, Notice } from "../../ui/notice.tsx";
import { toastError } from "../../ui/toast.tsx";
import { Row, rows, Section } from "../authentication/settings-section.tsx";

const STATUSES: JobStatus[] = ["failed", "pending", "processing", "completed", "cancelled"];
/** Events are told to their owner alone, so that this page asks. */
const REFRESH_MS = 3000;

export function QueueSection() {
  const { t } = useTranslation();
  const state = useQuery({
    queryKey: ["queue"],
    queryFn: ({ signal }) => request<QueueState>("/admin/queue", { signal }),
    refetchInterval: REFRESH_MS,
  });
  const { types = [], workers = [], failures = [] } = state.data ?? {};
  return (
    <Section title={t("queue.title")} lead={t("queue.lead")}>
      <ErrorNotice error={state.error} />
      {state.data && !workers.some(({ is_live }) => is_live) && (
        <Notice tone="error">{t("queue.noWorker")}</Notice>
      )}
      <Types types={types} />
      <Workers workers={workers} />
      {failures.length > 0 && (
        <>
          <h3 className="font-medium">{t("queue.failures")}</h3>
          <ul className={rows}>
            {failures.map((failure) => (
              <Row
                key={failure.job_type + failure.error_code}
                title={`${t(nameOf(failure.job_type))} · ${failure.error_code}`}
                detail={failure.error_message}
                action={<Badge tone="warning">{failure.count}</Badge>}
              />
            ))}
          </ul>
        </>
      )}
      <Jobs />
    </Section>
  );
}

function Types({ types }: { types: QueueState["types"] }) {
  const { t } = useTranslation();
  if (types.length === 0) return <p className="text-sm text-soft">{t("queue.empty")}</p>;
  return (
    <div className="overflow-x-auto" tabIndex={0} role="group" aria-label={t("queue.depth")}>
      <table className="w-full text-left text-sm tabular-nums">
        <thead className="text-soft">
          <tr>
            {(["type", "waiting", "oldest", "processing", "delayed"] as const).map((column) => (
              <th key={column} scope="col" className="py-1.5 pr-4 font-medium">
                {t(`queue.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {types.map((type) => (
            <tr key={type.job_type} className="border-t border-line">
              <th scope="row" className="py-1.5 pr-4 font-normal">
                {t(nameOf(type.job_type))}
              </th>
              <td className="pr-4">{type.waiting}</td>
              <td className="pr-4">
                {type.oldest_waiting_seconds === null ? "–" : roughly(type.oldest_waiting_seconds)}
              </td>
              <td className="pr-4">{type.processing}</td>
              <td>{type.delayed}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Workers({ workers }: { workers: QueueState["workers"] }) {
  const { t } = useTranslation();
  return (
    <>
      <h3 className="font-medium">{t("queue.workers")}</h3>
      <ul className={rows}>
        {workers.map((worker) => (
          <Row
            key={worker.id}
            title={`${worker.host} · ${worker.process_id}`}
            detail={t("queue.workerDetail", {
              processing: worker.processing,
              concurrency: worker.concurrency,
              completed: worker.completed_last_hour,
              failed: worker.failed_last_hour,
            })}
            action={
              <Badge tone={worker.is_live ? "accent" : "warning"}>
                {t(worker.is_live ? "queue.live" : "queue.silent")}
              </Badge>
            }
          />
        ))}
      </ul>
    </>
  );
}

function Jobs() {
  const { t } = useTranslation();
  const [status, setStatus] = useState<JobStatus>("failed");
  const [open, setOpen] = useState<string>();
  const jobs = useInfiniteQuery({
    queryKey: ["queue-jobs", status],
    queryFn: ({ pageParam, signal }) =>
      request<Page<AdminJob>>("/admin/queue/jobs", {
        query: { status, limit: 20, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: REFRESH_MS,
  });
  const items = jobs.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <SelectField
        label={t("queue.jobs")}
        value={status}
        onChange={(event) => setStatus(event.target.value as JobStatus)}
      >
        {STATUSES.map((each) => (
          <option key={each} value={each}>
            {t(`queue.statuses.${each}`)}
          </option>
        ))}
      </SelectField>
      <ErrorNotice error={jobs.error} />
      {jobs.isSuccess && items.length === 0 && (
        <p className="text-sm text-soft">{t("queue.noJobs")}</p>
      )}
      <ul className={rows}>
        {items.map((job) => (
          <Fragment key={job.id}>
            <JobRow
              job={job}
              open={open === job.id}
              onToggle={() => setOpen(open === job.id ? undefined : job.id)}
            />
            {open === job.id && <Attempts jobId={job.id} />}
          </Fragment>
        ))}
      </ul>
      {jobs.hasNextPage && (
        <Button className="justify-self-start" onClick={() => void jobs.fetchNextPage()}>
          {t("common.loadMore")}
        </Button>
      )}
    </>
  );
}

function JobRow({
  job,
  open,
  onToggle,
}: {
  job: AdminJob;
  /** Its attempts are shown below. */
  open: boolean;
  onToggle: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const act = useMutation({
    mutationFn: (verb: "cancel" | "retry") =>
      request(`/admin/queue/jobs/${job.id}/${verb}`, { method: "POST" }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ["queue"] }),
        client.invalidateQueries({ queryKey: ["queue-jobs"] }),
      ]),
    onError: toastError,
  });
  return (
    <Row
      title={`${t(nameOf(job.job_type))} · ${moment(job.created_at)}`}
      detail={[
        t("queue.attempts", { count: job.attempts, most: job.max_attempts }),
        job.error_message,
      ]
        .filter(Boolean)
        .join(" · ")}
      action={
        <div className="flex shrink-0 gap-2">
          <Button size="small" variant="plain" aria-expanded={open} onClick={onToggle}>
            {t("queue.history")}
          </Button>
          {(job.status === "failed" || job.status === "cancelled") && (
            <Button size="small" onClick={() => act.mutate("retry")}>
              {t("common.retry")}
            </Button>
          )}
          {(job.status === "pending" || job.status === "processing") && (
            <Button size="small" onClick={() => act.mutate("cancel")}>
              {t("common.cancel")}
            </Button>
          )}
        </div>
      }
    />
  );
}

function Attempts({ jobId }: { jobId: string }) {
  const { t } = useTranslation();
  const job = useQuery({
    queryKey: ["queue-job", jobId],
    queryFn: ({ signal }) =>
      request<AdminJobWithAttempts>(`/admin/queue/jobs/${jobId}`, { signal }),
    refetchInterval: REFRESH_MS,
  });
  return (
    <li>
      <ol className="grid gap-1 px-4 pb-3 text-sm text-soft">
        {job.data?.attempts_made.map((attempt) => (
          <li key={attempt.attempt}>
            {[
              `${attempt.attempt}.`,
              moment(attempt.started_at),
              attempt.worker,
              t(`queue.outcomes.${attempt.outcome ?? "running"}`),
              attempt.error_message,
            ]
              .filter(Boolean)
              .join(" · ")}
          </li>
        ))}
      </ol>
    </li>
  );
}

/** A type without a name does not compile. */
function nameOf(type: string) {
  return `queue.types.${type as JobType}` as const;
}
