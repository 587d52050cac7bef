/** "Find the speakers": a search for the voices of a recording, and whom it found. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import type { RecordingSpeakers } from "#server/features/speakers/shapes.ts";
import type { SpeakerNaming } from "#server/features/transcription/shapes.ts";
import { request } from "../../api/client.ts";
import { failureSentence } from "../../api/failure-sentence.ts";
import { useJobProgress } from "../../api/job-progress.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { ErrorNotice, Notice } from "../../ui/notice.tsx";
import { ProgressBar } from "../../ui/progress-bar.tsx";
import { Spinner } from "../../ui/spinner.tsx";

const MOST = 10;

export function VoicesDialog({
  recordingId,
  transcriptionId,
  onClose,
}: {
  recordingId: string;
  /** Whose names are changed; those of other versions follow with the next search. */
  transcriptionId: string | undefined;
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
        {data ? (
          <State search={data} transcriptionId={transcriptionId} />
        ) : (
          <Spinner className="mx-auto size-5 text-accent" />
        )}
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

function State({
  search,
  transcriptionId,
}: {
  search: RecordingSpeakers;
  transcriptionId: string | undefined;
}) {
  const { t } = useTranslation();
  const progress = useJobProgress(search.job_id, search.status === "processing");
  if (search.status === "failed")
    return <Notice tone="error">{failureSentence(search.error_code, search.error_message)}</Notice>;
  if (search.status === "pending") return <p role="status">{t("transcription.voices.waiting")}</p>;
  if (search.status === "processing")
    return (
      <div role="status">
        <p className="mb-2 text-sm text-soft">{t("transcription.voices.running")}</p>
        <ProgressBar label={t("transcription.voices.running")} value={progress} />
      </div>
    );
  return (
    <>
      {search.remedy !== null && <Notice>{t("transcription.voices.unavailable")}</Notice>}
      {search.status === "ready" && (
        <div>
          <p role="status">
            {search.speakers.length > 0
              ? t("transcription.voices.found", { count: search.speakers.length })
              : t("transcription.voices.none")}
          </p>
          <ul className="mt-2 grid gap-3">
            {search.speakers.map((speaker) => (
              <Voice
                key={speaker.name}
                speaker={speaker}
                recordingId={search.recording_id}
                transcriptionId={transcriptionId}
              />
            ))}
          </ul>
          {search.speakers.length > 1 && (
            <p className="mt-2 text-sm text-soft">{t("transcription.voices.merge")}</p>
          )}
        </div>
      )}
    </>
  );
}

/** A voice gets a name; that of another makes one voice of both. */
function Voice({
  speaker: { name, seconds },
  recordingId,
  transcriptionId,
}: {
  speaker: RecordingSpeakers["speakers"][number];
  recordingId: string;
  transcriptionId: string | undefined;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [typed, setTyped] = useState(name);
  const save = useMutation({
    mutationFn: (given: string) =>
      request(`/transcriptions/${transcriptionId}/speakers`, {
        method: "PATCH",
        json: { speaker: name, name: given } satisfies SpeakerNaming,
      }),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ["recording", recordingId, "speakers"] }),
        client.invalidateQueries({ queryKey: ["transcription"] }),
      ]),
  });
  const given = typed.trim();
  return (
    <li>
      <form
        className="flex flex-wrap items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (given !== "" && given !== name) save.mutate(given);
        }}
      >
        <TextField
          label={t("transcription.voices.spoken", { name, time: clock(seconds) })}
          value={typed}
          maxLength={200}
          disabled={transcriptionId === undefined}
          className="min-w-40 flex-1"
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button
          type="submit"
          busy={save.isPending}
          disabled={transcriptionId === undefined || given === "" || given === name}
        >
          {t("common.save")}
        </Button>
      </form>
      <ErrorNotice error={save.error} />
    </li>
  );
}

function isRunning(search: RecordingSpeakers | undefined) {
  return search?.status === "pending" || search?.status === "processing";
}
