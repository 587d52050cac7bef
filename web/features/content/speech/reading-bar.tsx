/**
 * What is read aloud, at the foot of every page: it goes on while another page is open, and its words light up wherever
 * their text is shown.
 */
import { useMutation, useQuery } from "@tanstack/react-query";
import { Download, Pause, Play, X } from "lucide-react";
import { useEffect, useRef, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import type { Speech } from "#server/features/content/speech/shapes.ts";
import { addressOf, request } from "../../../api/client.ts";
import { failureSentence, inWordsOfPage } from "../../../api/failure-sentence.ts";
import { useJobProgress } from "../../../api/job-progress.ts";
import { ensureMediaCookie } from "../../../api/session.ts";
import { Button, IconButton } from "../../../ui/button.tsx";
import { ErrorNotice, Notice } from "../../../ui/notice.tsx";
import { ProgressBar } from "../../../ui/progress-bar.tsx";
import { toastError } from "../../../ui/toast.tsx";
import { closeDocked, usePlayback, usePlaying } from "../../transcription/playback.ts";
import { SpeedButton } from "../../transcription/speed-button.tsx";
import { followWords, surfaceOf, surfacesOf } from "./follow-words.ts";
import {
  readAloud,
  readAloudName,
  useReading,
  type ListenSource,
  type Reading,
} from "./reading.ts";
import { baseOf, rememberVoice, voicesQuery, type ChosenVoice } from "./voices.ts";

export function ReadingBar() {
  const reading = useReading();
  // Whoever logs out does not go on hearing.
  useEffect(() => () => readAloud(undefined), []);
  return reading ? <Bar key={readAloudName(reading.source)} reading={reading} /> : null;
}

function Bar({ reading }: { reading: Reading }) {
  const { t } = useTranslation();
  const { source, title } = reading;
  const start = useMutation({
    mutationFn: (voice: ChosenVoice | undefined) =>
      request<Speech>("/tts", { method: "POST", json: { ...wishOf(source), ...voice } }),
  });
  const { mutate } = start;
  useEffect(() => mutate(undefined), [mutate]);
  // Another voice goes on where the one before was.
  const place = useRef(0);
  const id = start.data?.id;
  // Events make this stale when the speech is ready.
  const speech = useQuery({
    queryKey: ["tts", id],
    queryFn: ({ signal }) => request<Speech>(`/tts/${id}`, { signal }),
    enabled: id !== undefined,
    initialData: start.data,
    initialDataUpdatedAt: 0,
  }).data;
  const failed = speech?.status === "failed";
  return (
    <section
      aria-label={t("speech.reading", { title })}
      className={
        "fixed inset-x-2 bottom-17 z-30 grid animate-appear gap-2 rounded-2xl border border-line " +
        "bg-surface p-2 shadow-float md:right-6 md:bottom-6 md:left-auto md:w-[28rem]"
      }
    >
      <div className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate px-1 text-sm font-medium" dir="auto">
          {title}
        </span>
        {speech && <VoiceChoice speech={speech} onChoose={mutate} />}
        <IconButton size="small" label={t("player.stop")} onClick={() => readAloud(undefined)}>
          <X className="size-4.5" aria-hidden="true" />
        </IconButton>
      </div>
      <ErrorNotice error={start.error} />
      {failed && (
        <Notice
          tone="error"
          action={
            <Button size="small" onClick={() => mutate(start.variables)}>
              {t("common.tryAgain")}
            </Button>
          }
        >
          {failureSentence(speech.error_code, speech.error_message)}
        </Notice>
      )}
      {!start.error && !failed && speech?.status !== "ready" && <Preparing speech={speech} />}
      {speech?.status === "ready" && (
        <Player key={speech.id} speech={speech} reading={reading} place={place} />
      )}
    </section>
  );
}

function wishOf(source: ListenSource) {
  return source.kind === "subject" ? { subject: source.id } : { source };
}

function Preparing({ speech }: { speech: Speech | undefined }) {
  const { t } = useTranslation();
  const progress = useJobProgress(speech?.job_id, speech?.status === "processing");
  return (
    <div role="status" className="grid gap-2 px-1 pb-1 text-sm">
      <p className="text-soft">{t("speech.preparing")}</p>
      <ProgressBar label={t("speech.preparing")} value={progress} />
    </div>
  );
}

/** The voices of the language that is read, where there are several. */
function VoiceChoice({
  speech: { voice, provider },
  onChoose,
}: {
  speech: Speech;
  onChoose: (chosen: ChosenVoice) => void;
}) {
  const { t } = useTranslation();
  const voices = useQuery(voicesQuery).data?.items ?? [];
  const language = voices.find(({ id, engine }) => id === voice && engine === provider)?.language;
  const same = voices.filter((one) => baseOf(one.language) === baseOf(language ?? ""));
  if (same.length < 2) return null;
  return (
    <select
      aria-label={t("speech.voice")}
      title={t("speech.voice")}
      value={`${provider} ${voice}`}
      onChange={(event) => {
        const chosen = same.find(({ id, engine }) => `${engine} ${id}` === event.target.value);
        if (!chosen) return;
        const choice = { voice: chosen.id, engine: chosen.engine };
        onChoose(choice);
        rememberVoice(chosen.language, choice).catch(toastError);
      }}
      className="min-h-8 max-w-36 min-w-0 rounded-lg bg-sunken px-2 text-sm text-ellipsis text-soft"
    >
      {same.map(({ id, label, engine }) => (
        <option key={`${engine} ${id}`} value={`${engine} ${id}`}>
          {inWordsOfPage(label)}
        </option>
      ))}
    </select>
  );
}

function Player({
  speech,
  reading: { source, title },
  place,
}: {
  speech: Speech;
  reading: Reading;
  /** How much of it was heard, of 1. */
  place: RefObject<number>;
}) {
  const { t } = useTranslation();
  const playback = usePlayback(
    addressOf(`/tts/${speech.id}/audio`),
    speech.duration_seconds,
    undefined,
    title,
  );
  const playing = usePlaying(playback);
  const range = useRef<HTMLInputElement>(null);
  const shownTime = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    closeDocked();
    if (place.current > 0) playback.seek(place.current * playback.duration);
    playback.play();
  }, [playback, place]);
  useEffect(() => {
    const words = followWords(speech, () =>
      source.kind === "subject" ? surfacesOf("study_material") : [surfaceOf(readAloudName(source))],
    );
    const end = playback.onTime((seconds) => {
      if (range.current) range.current.value = String(seconds);
      if (shownTime.current) shownTime.current.textContent = clock(seconds);
      words.show(seconds);
      if (playback.duration > 0) place.current = seconds / playback.duration;
    });
    return () => {
      end();
      words.stop();
    };
  }, [playback, speech, source, place]);
  const Icon = playing ? Pause : Play;
  return (
    <div className="flex items-center gap-2">
      <IconButton
        label={playing ? t("player.pause") : t("player.play")}
        onClick={() => playback.toggle()}
      >
        <Icon className="size-5 fill-current" aria-hidden="true" />
      </IconButton>
      <input
        ref={range}
        type="range"
        min={0}
        max={playback.duration}
        step={0.1}
        defaultValue={0}
        aria-label={t("player.position")}
        onInput={(event) => playback.seek(Number(event.currentTarget.value))}
        className="min-w-0 flex-1 accent-accent"
      />
      <SpeedButton sound={playback} />
      <IconButton
        size="small"
        label={t("speech.download")}
        onClick={() =>
          void ensureMediaCookie().then(() =>
            location.assign(addressOf(`/tts/${speech.id}/audio`, { download: true })),
          )
        }
      >
        <Download className="size-4" aria-hidden="true" />
      </IconButton>
      <span className="pr-1 text-sm whitespace-nowrap text-soft tabular-nums">
        <span ref={shownTime}>0:00</span> / {clock(playback.duration)}
      </span>
    </div>
  );
}
