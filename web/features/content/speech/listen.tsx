/** "Listen": a text is read aloud, with the words lighting up where the voice gives their times. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { Pause, Play, Volume2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import type { SpokenWord, Speech as TtsAudioFile } from "#server/features/content/speech/shapes.ts";
import { addressOf, request } from "../../../api/client.ts";
import { failureSentence } from "../../../api/failure-sentence.ts";
import { Button, IconButton, type ButtonSize } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { ErrorNotice, Notice } from "../../../ui/notice.tsx";
import { ProgressBar } from "../../../ui/progress-bar.tsx";
import { scrollBehavior } from "../../../ui/scroll.ts";
import { usePlayback, usePlaying } from "../../transcription/playback.ts";
import { rangeIn } from "../../transcription/word-highlights.ts";

export interface ListenSource {
  kind: "transcription" | "study_material" | "message";
  id: string;
}

export function ListenButton({
  source,
  title,
  iconOnly = false,
  size,
}: {
  source: ListenSource;
  title: string;
  iconOnly?: boolean;
  size?: ButtonSize;
}) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      {iconOnly ? (
        <IconButton label={t("speech.listen")} size={size ?? "small"} onClick={() => setOpen(true)}>
          <Volume2 className="size-4" aria-hidden="true" />
        </IconButton>
      ) : (
        <Button onClick={() => setOpen(true)} size={size ?? "medium"}>
          <Volume2 className="size-4" aria-hidden="true" /> {t("speech.listen")}
        </Button>
      )}
      {open && <ListenDialog source={source} title={title} onClose={() => setOpen(false)} />}
    </>
  );
}

function ListenDialog({
  source,
  title,
  onClose,
}: {
  source: ListenSource;
  title: string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const start = useMutation({
    mutationFn: () => request<TtsAudioFile>("/tts", { method: "POST", json: { source } }),
  });
  const { mutate } = start;
  useEffect(() => mutate(), [mutate]);
  const id = start.data?.id;
  // Events make this stale when the speech is ready.
  const speech = useQuery({
    queryKey: ["tts", id],
    queryFn: ({ signal }) => request<TtsAudioFile>(`/tts/${id}`, { signal }),
    enabled: id !== undefined,
    initialData: start.data,
    initialDataUpdatedAt: 0,
  }).data;
  return (
    <Dialog open onOpenChange={onClose} title={title} side="right">
      <div className="grid gap-5 pt-2">
        <ErrorNotice error={start.error} />
        {speech?.status === "failed" && (
          <Notice
            tone="error"
            action={
              <Button size="small" onClick={() => mutate()}>
                {t("common.tryAgain")}
              </Button>
            }
          >
            {failureSentence(speech.error_code, speech.error_message)}
          </Notice>
        )}
        {!start.error && speech?.status !== "failed" && speech?.status !== "ready" && (
          <div role="status" className="grid gap-3">
            <p className="text-soft">{t("speech.preparing")}</p>
            <ProgressBar label={t("speech.preparing")} />
          </div>
        )}
        {speech?.status === "ready" && <Reading speech={speech} />}
      </div>
    </Dialog>
  );
}

function Reading({ speech }: { speech: TtsAudioFile }) {
  const { t } = useTranslation();
  const playback = usePlayback(addressOf(`/tts/${speech.id}/audio`), speech.duration_seconds);
  const playing = usePlaying(playback);
  const text = useRef<HTMLParagraphElement>(null);
  const range = useRef<HTMLInputElement>(null);
  const shownTime = useRef<HTMLSpanElement>(null);
  const { words } = speech;
  useEffect(() => playback.play(), [playback]);
  useEffect(() => {
    let lit: SpokenWord | undefined;
    return playback.onTime((seconds) => {
      if (range.current) range.current.value = String(seconds);
      if (shownTime.current) shownTime.current.textContent = clock(seconds);
      const word = words?.findLast(({ start }) => start <= seconds);
      if (word === lit || !("highlights" in CSS)) return;
      lit = word;
      const spot = word && rangeIn(text.current ?? undefined, word.start_offset, word.end_offset);
      if (!spot) return void CSS.highlights.delete("lm-playing");
      CSS.highlights.set("lm-playing", new Highlight(spot));
      const box = spot.getBoundingClientRect();
      if (box.bottom > innerHeight - 80 || box.top < 160)
        spot.startContainer.parentElement
          ?.closest(".overflow-y-auto")
          ?.scrollBy({ top: box.top - innerHeight / 2, behavior: scrollBehavior() });
    });
  }, [playback, words]);
  useEffect(
    () => () => {
      if ("highlights" in CSS) CSS.highlights.delete("lm-playing");
    },
    [],
  );
  const Icon = playing ? Pause : Play;
  return (
    <>
      <div className="sticky top-0 flex items-center gap-3 border-b border-line bg-surface py-3">
        <button
          type="button"
          onClick={playback.toggle}
          aria-label={playing ? t("player.pause") : t("player.play")}
          className={
            "flex size-11 shrink-0 items-center justify-center rounded-full bg-accent " +
            "text-on-accent hover:bg-accent-hover"
          }
        >
          <Icon className="size-5 fill-current" aria-hidden="true" />
        </button>
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
        <span className="text-sm whitespace-nowrap text-soft tabular-nums">
          <span ref={shownTime}>0:00</span> / {clock(playback.duration)}
        </span>
      </div>
      <p ref={text} className="text-[1.0625rem] leading-[1.75] whitespace-pre-wrap">
        {speech.text}
      </p>
    </>
  );
}
