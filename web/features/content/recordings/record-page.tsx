import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Mic, Pause, Play, Square } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import { SUBJECT_LENGTH, TITLE_LENGTH } from "#server/vocabulary.ts";
import { Button } from "../../../ui/button.tsx";
import { classes } from "../../../ui/classes.ts";
import { CheckField, SelectField, TextField } from "../../../ui/field.tsx";
import { bytes } from "../../../ui/format.ts";
import { Notice } from "../../../ui/notice.tsx";
import { Page } from "../../../ui/page.tsx";
import { toastError } from "../../../ui/toast.tsx";
import {
  describeRecording,
  listMicrophones,
  pauseRecording,
  readLevel,
  resumeRecording,
  startRecording,
  stopRecording,
  useRecorder,
} from "./recorder.ts";
import { sendKept } from "./send-kept.ts";
import { UnfinishedRecordings } from "./unfinished-recordings.tsx";

export function RecordPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { phase, elapsedSeconds, sizeBytes, warning, error } = useRecorder();
  const [source, setSource] = useState<Source>({ deviceId: undefined, withComputerSound: false });
  const active = phase === "recording" || phase === "paused";

  async function finish() {
    try {
      const kept = await stopRecording();
      if (kept)
        await sendKept(
          kept,
          (id) => void navigate({ to: "/recordings/$id", params: { id }, search: {} }),
        );
    } catch (reason) {
      // It is kept here and goes by itself later: the notice above says so.
      await client.invalidateQueries({ queryKey: ["kept-recordings"] });
      if (navigator.onLine) toastError(reason);
    }
  }

  return (
    <Page title={t("recorder.title")} lead={t("recorder.lead")} width="narrow">
      {!active && phase !== "stopping" && <UnfinishedRecordings />}
      <div className="grid gap-6">
        {error && <Notice tone="error">{error}</Notice>}
        {warning && <Notice tone="warning">{warning}</Notice>}
        <section
          aria-label={t("recorder.title")}
          className={
            "flex flex-col items-center rounded-3xl border border-line bg-surface px-6 py-10 " +
            "shadow-card sm:py-14"
          }
        >
          <LevelMeter running={phase === "recording"} />
          <p
            className="mt-6 text-5xl font-semibold tracking-tight tabular-nums"
            role="timer"
            aria-label={t("recorder.elapsed")}
          >
            {clock(elapsedSeconds)}
          </p>
          <p className="mt-2 h-5 text-sm text-soft tabular-nums" aria-live="polite">
            {phase === "recording" && t("recorder.recording", { size: bytes(sizeBytes) })}
            {phase === "paused" && t("recorder.paused", { size: bytes(sizeBytes) })}
            {phase === "stopping" && t("recorder.saving")}
          </p>
          <Controls phase={phase} source={source} onFinish={() => void finish()} />
        </section>
        {active ? <Description /> : <SourceFields source={source} onChange={setSource} />}
        <p className="text-sm text-soft">{t("recorder.safety")}</p>
      </div>
    </Page>
  );
}

/** What is recorded; without a device the browser's own choice. */
interface Source {
  deviceId: string | undefined;
  withComputerSound: boolean;
}

function Controls({
  phase,
  source,
  onFinish,
}: {
  phase: ReturnType<typeof useRecorder>["phase"];
  source: Source;
  onFinish: () => void;
}) {
  const { t } = useTranslation();
  const running = phase === "recording";
  return (
    <div className="mt-8 flex flex-wrap justify-center gap-3">
      {!running && phase !== "paused" ? (
        <Button
          variant="primary"
          className="min-h-12 rounded-full px-8 text-base"
          busy={phase === "starting" || phase === "stopping"}
          onClick={() => void startRecording(source)}
        >
          <Mic className="size-5" aria-hidden="true" /> {t("recorder.start")}
        </Button>
      ) : (
        <>
          <Button
            className="min-h-12 rounded-full px-6 text-base"
            onClick={running ? pauseRecording : resumeRecording}
          >
            {running ? (
              <Pause className="size-5" aria-hidden="true" />
            ) : (
              <Play className="size-5" aria-hidden="true" />
            )}
            {running ? t("recorder.pause") : t("recorder.resume")}
          </Button>
          <Button
            variant="primary"
            className="min-h-12 rounded-full px-6 text-base"
            onClick={onFinish}
          >
            <Square className="size-4 fill-current" aria-hidden="true" /> {t("recorder.finish")}
          </Button>
        </>
      )}
    </div>
  );
}

function Description() {
  const { t } = useTranslation();
  return (
    <div className="grid gap-5 sm:grid-cols-2">
      <TextField
        label={t("recorder.name")}
        maxLength={TITLE_LENGTH}
        onChange={(event) => describeRecording({ title: event.target.value })}
      />
      <TextField
        label={t("recorder.subject")}
        maxLength={SUBJECT_LENGTH}
        onChange={(event) => describeRecording({ subject: event.target.value })}
      />
    </div>
  );
}

function SourceFields({
  source,
  onChange,
}: {
  source: Source;
  onChange: (source: Source) => void;
}) {
  const { t } = useTranslation();
  const microphones = useQuery({
    queryKey: ["microphones"],
    queryFn: listMicrophones,
    staleTime: 0,
  });
  return (
    <div className="grid gap-5">
      {(microphones.data?.length ?? 0) > 1 && (
        <SelectField
          label={t("recorder.microphone")}
          value={source.deviceId ?? ""}
          onChange={(event) => onChange({ ...source, deviceId: event.target.value || undefined })}
        >
          <option value="">{t("recorder.defaultMicrophone")}</option>
          {microphones.data?.map((device, index) => (
            <option key={device.deviceId} value={device.deviceId}>
              {device.label || t("recorder.microphoneNumber", { number: index + 1 })}
            </option>
          ))}
        </SelectField>
      )}
      {"getDisplayMedia" in (navigator.mediaDevices ?? {}) && (
        <CheckField
          label={t("recorder.computerSound")}
          hint={t("recorder.computerSoundHint")}
          checked={source.withComputerSound}
          onChange={(event) => onChange({ ...source, withComputerSound: event.target.checked })}
        />
      )}
    </div>
  );
}

const BARS = 32;

/** Drawn outside of React: sixty times a second. */
function LevelMeter({ running }: { running: boolean }) {
  const { t } = useTranslation();
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!running) return;
    const levels: number[] = Array.from({ length: BARS }, () => 0);
    let frame = 0;
    let last = 0;
    const draw = (now: number) => {
      frame = requestAnimationFrame(draw);
      if (now - last < 50) return;
      last = now;
      levels.shift();
      levels.push(readLevel());
      [...(ref.current?.children ?? [])].forEach((bar, index) => {
        (bar as HTMLElement).style.height = `${8 + levels[index]! * 92}%`;
      });
    };
    frame = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(frame);
  }, [running]);
  return (
    <div
      ref={ref}
      role="img"
      aria-label={t("recorder.level")}
      className="flex h-20 items-center gap-1"
    >
      {Array.from({ length: BARS }, (_, index) => (
        <span
          key={index}
          className={classes(
            "h-[8%] w-1 rounded-full transition-[height] duration-75 sm:w-1.5",
            running ? "bg-accent" : "bg-line-strong",
          )}
        />
      ))}
    </div>
  );
}
