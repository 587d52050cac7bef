/** "Find the speakers": a search for the voices of a recording, and whom it found. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import type { RecordingSpeakers } from "#server/features/speakers/shapes.ts";
import { request } from "../../api/client.ts";
import { failureSentence } from "../../api/failure-sentence.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { SelectField } from "../../ui/field.tsx";
import { ErrorNotice, Notice } from "../../ui/notice.tsx";
import { ProgressBar } from "../../ui/progress-bar.tsx";
import { Spinner } from "../../ui/spinner.tsx";

const MOST = 10;

export function VoicesDialog({
  recordingId,
  onClose,
}: {
  recordingId: string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [count, setCount] = useState("");
  const { search, start, forget, stop } = useVoices(recordingId, count);
  const { data } = search;
  const running = isRunning(data);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("transcription.voices.title")}
      description={t("transcription.voices.lead")}
    >
      <div className="grid gap-4">
        <ErrorNotice error={search.error ?? start.error ?? forget.error ?? stop.error} />
        {data ? <State search={data} /> : <Spinner className="mx-auto size-5 text-accent" />}
        {data?.remedy == null && (
          <SelectField
            label={t("transcription.voices.count")}
            value={count}
            disabled={running}
            onChange={(event) => setCount(event.target.value)}
          >
            <option value="">{t("transcription.voices.unknown")}</option>
            {Array.from({ length: MOST }, (_, at) => (
              <option key={at}>{at + 1}</option>
            ))}
          </SelectField>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          {data?.status === "ready" && data.speakers.length > 0 && (
            <Button busy={forget.isPending} onClick={() => forget.mutate()}>
              {t("transcription.voices.forget")}
            </Button>
          )}
          {running && data?.job_id && (
            <Button busy={stop.isPending} onClick={() => stop.mutate(data.job_id!)}>
              {t("transcription.voices.cancel")}
            </Button>
          )}
          <Button
            variant="primary"
            busy={start.isPending}
            disabled={!data || running || data.remedy !== null}
            onClick={() => start.mutate()}
          >
            {t(
              data?.status === "ready"
                ? "transcription.voices.again"
                : "transcription.voices.start",
            )}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** @param count how many people speak; empty: find out */
function useVoices(recordingId: string, count: string) {
  const { t } = useTranslation();
  const path = `/recordings/${recordingId}/speakers` as const;
  const queryKey = ["recording", recordingId, "speakers"];
  const client = useQueryClient();
  const search = useQuery({
    queryKey,
    queryFn: ({ signal }) => request<RecordingSpeakers>(path, { signal }),
  });
  const changed = () =>
    Promise.all([
      client.invalidateQueries({ queryKey }),
      client.invalidateQueries({ queryKey: ["transcription"] }),
    ]);
  const start = useMutation({
    mutationFn: () =>
      request(path, {
        method: "POST",
        json: { label: t("transcription.voices.label"), ...(count && { voices: Number(count) }) },
      }),
    onSuccess: changed,
  });
  const forget = useMutation({
    mutationFn: () => request(path, { method: "DELETE" }),
    onSuccess: changed,
  });
  const stop = useMutation({
    mutationFn: (job: string) => request(`/jobs/${job}/cancel`, { method: "POST" }),
    onSuccess: changed,
  });
  return { search, start, forget, stop };
}

function State({ search }: { search: RecordingSpeakers }) {
  const { t } = useTranslation();
  if (search.status === "failed")
    return <Notice tone="error">{failureSentence(search.error_code, search.error_message)}</Notice>;
  if (search.status === "pending") return <p role="status">{t("transcription.voices.waiting")}</p>;
  if (search.status === "processing")
    return (
      <div role="status">
        <p className="mb-2 text-sm text-soft">{t("transcription.voices.running")}</p>
        <ProgressBar label={t("transcription.voices.running")} />
      </div>
    );
  return (
    <>
      {search.remedy !== null && <Notice>{t("transcription.voices.unavailable")}</Notice>}
      {search.status === "ready" && (
        <div role="status">
          <p>
            {search.speakers.length > 0
              ? t("transcription.voices.found", { count: search.speakers.length })
              : t("transcription.voices.none")}
          </p>
          <ul className="mt-1 text-sm text-soft">
            {search.speakers.map(({ name, seconds }) => (
              <li key={name} dir="auto">
                {t("transcription.voices.spoken", { name, time: clock(seconds) })}
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

function isRunning(search: RecordingSpeakers | undefined) {
  return search?.status === "pending" || search?.status === "processing";
}
