/** The sound that goes on while another page is open. */
import { Link } from "@tanstack/react-router";
import { Pause, Play, RotateCcw, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import { IconButton } from "../../ui/button.tsx";
import { readAloud } from "../content/speech/reading.ts";
import { closeDocked, useDocked, usePlaying, type Docked } from "./playback.ts";
import { SpeedButton } from "./speed-button.tsx";

export function MiniPlayer() {
  const docked = useDocked();
  // Whoever logs out does not go on hearing.
  useEffect(() => closeDocked, []);
  // One voice at a time.
  const isPlaying = docked !== undefined;
  useEffect(() => {
    if (isPlaying) readAloud(undefined);
  }, [isPlaying]);
  return docked ? <Playing key={docked.recordingId} docked={docked} /> : null;
}

function Playing({ docked: { sound, recordingId, title, duration } }: { docked: Docked }) {
  const { t } = useTranslation();
  const playing = usePlaying(sound);
  const time = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const show = (seconds: number) => {
      if (time.current) time.current.textContent = clock(seconds);
    };
    show(sound.audio.currentTime);
    return sound.onTime(show);
  }, [sound]);
  const Icon = playing ? Pause : Play;
  return (
    <section
      aria-label={t("player.mini")}
      className={
        "fixed inset-x-2 bottom-17 z-30 flex min-h-14 animate-appear items-center gap-1 " +
        "rounded-2xl border border-line bg-surface px-2 shadow-float sm:left-auto sm:w-96 " +
        "md:right-6 md:bottom-6"
      }
    >
      <IconButton
        label={playing ? t("player.pause") : t("player.play")}
        onClick={() => sound.toggle()}
      >
        <Icon className="size-5 fill-current" aria-hidden="true" />
      </IconButton>
      <IconButton
        label={t("player.back15")}
        onClick={() => sound.seek(sound.audio.currentTime - 15)}
      >
        <RotateCcw className="size-4.5" aria-hidden="true" />
      </IconButton>
      <SpeedButton sound={sound} />
      <Link
        to="/recordings/$id"
        params={{ id: recordingId }}
        className="min-w-0 flex-1 rounded-md px-1 text-sm"
      >
        <span className="block truncate font-medium" dir="auto">
          {title}
        </span>
        <span className="text-soft tabular-nums">
          <span ref={time} /> / {clock(duration)}
        </span>
      </Link>
      <IconButton label={t("player.stop")} onClick={closeDocked}>
        <X className="size-4.5" aria-hidden="true" />
      </IconButton>
    </section>
  );
}
