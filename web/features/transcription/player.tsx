/**
 * Waveform, play, speed. The waveform (wavesurfer.js, https://wavesurfer.xyz) is only drawn; a range input above it
 * takes mouse, touch and keyboard, so that everybody has the same slider.
 */
import { useQuery } from "@tanstack/react-query";
import {
  FastForward,
  Keyboard,
  Pause,
  Play,
  Repeat1,
  RotateCcw,
  RotateCw,
  SlidersHorizontal,
} from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import type { Recording, Waveform } from "#server/features/content/recordings/shapes.ts";
import { request } from "../../api/client.ts";
import { IconButton } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { pressKey } from "../../ui/keys.ts";
import type { Listening } from "./listening.ts";
import { usePlaying, type Playback } from "./playback.ts";
import { SPEEDS, type Speed } from "./speed.ts";
import { drawWaveform } from "./waveform.ts";

export function Player({
  recording,
  playback,
  listening,
  speed,
  tools,
  onTools,
}: {
  recording: Recording;
  playback: Playback;
  listening: Listening;
  speed: Speed;
  /** On a phone, where the player is one line: what else there is is shown. */
  tools: boolean;
  onTools: () => void;
}) {
  const { t } = useTranslation();
  const playing = usePlaying(playback);
  const peaks = useQuery({
    queryKey: ["waveform", recording.id],
    staleTime: Infinity,
    retry: false,
    queryFn: async ({ signal }) => {
      const { peaks } = await request<Waveform>(`/recordings/${recording.id}/waveform`, { signal });
      return peaks;
    },
  });
  const Icon = playing ? Pause : Play;
  const jump = (seconds: number) => playback.seek(playback.audio.currentTime + seconds);
  return (
    <section
      aria-label={t("player.title")}
      className="flex flex-wrap items-center gap-x-3 sm:flex-nowrap"
    >
      <div className="flex items-center gap-1">
        <button
          type="button"
          onClick={() => playback.toggle()}
          aria-label={playing ? t("player.pause") : t("player.play")}
          className={
            "flex size-10 shrink-0 items-center sm:size-12 justify-center rounded-full " +
            "bg-accent text-on-accent hover:bg-accent-hover focus-visible:rounded-full"
          }
        >
          <Icon
            className={playing ? "size-5 fill-current" : "size-5 translate-x-px fill-current"}
            aria-hidden="true"
          />
        </button>
        <IconButton label={t("player.back")} onClick={() => jump(-10)}>
          <RotateCcw className="size-4.5" aria-hidden="true" />
        </IconButton>
        <IconButton label={t("player.forward")} onClick={() => jump(10)}>
          <RotateCw className="size-4.5" aria-hidden="true" />
        </IconButton>
      </div>
      <div className="order-1 min-w-0 basis-full sm:order-none sm:flex-1 sm:basis-0">
        <Timeline playback={playback} peaks={peaks.data} />
      </div>
      <Clock playback={playback} />
      <IconButton
        label={t("player.tools")}
        aria-expanded={tools}
        className="-ml-2 sm:hidden"
        onClick={onTools}
      >
        <SlidersHorizontal className="size-4.5" aria-hidden="true" />
      </IconButton>
      <div
        className={classes(
          "items-center gap-3 sm:flex",
          tools ? "order-2 flex basis-full sm:order-none sm:basis-auto" : "hidden",
        )}
      >
        <ListeningButtons listening={listening} />
        <SpeedField speed={speed} />
      </div>
    </section>
  );
}

function ListeningButtons({ listening }: { listening: Listening }) {
  const { t } = useTranslation();
  return (
    <div className="flex items-center">
      <IconButton
        label={t("player.loop")}
        size="small"
        aria-pressed={listening.loop !== undefined}
        onClick={listening.toggleLoop}
      >
        <Repeat1 className="size-4" aria-hidden="true" />
      </IconButton>
      <IconButton
        label={t("player.skip")}
        size="small"
        aria-pressed={listening.skipping}
        onClick={listening.toggleSkipping}
      >
        <FastForward className="size-4" aria-hidden="true" />
      </IconButton>
      <IconButton
        label={t("player.keys")}
        size="small"
        className="hidden pointer-fine:inline-flex"
        onClick={() => pressKey("?")}
      >
        <Keyboard className="size-4" aria-hidden="true" />
      </IconButton>
    </div>
  );
}

function SpeedField({ speed }: { speed: Speed }) {
  const { t } = useTranslation();
  return (
    <select
      aria-label={t("player.speed")}
      value={speed.rate}
      onChange={(event) => speed.set(Number(event.target.value))}
      className="min-h-8 rounded-lg border border-line bg-surface px-1.5 text-sm text-soft tabular-nums"
    >
      {SPEEDS.map((rate) => (
        <option key={rate} value={rate}>
          {rate}×
        </option>
      ))}
    </select>
  );
}

function Clock({ playback }: { playback: Playback }) {
  const ref = useRef<HTMLSpanElement>(null);
  useEffect(
    () =>
      playback.onTime((seconds) => {
        if (ref.current) ref.current.textContent = clock(seconds);
      }),
    [playback],
  );
  return (
    <span className="ml-auto text-sm whitespace-nowrap text-soft tabular-nums sm:ml-0">
      <span ref={ref} className="text-ink" data-testid="player-time">
        {clock(playback.audio.currentTime)}
      </span>{" "}
      / {clock(playback.duration)}
    </span>
  );
}

function Timeline({ playback, peaks }: { playback: Playback; peaks: number[] | null | undefined }) {
  const { t } = useTranslation();
  const range = useRef<HTMLInputElement>(null);
  const fill = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLDivElement>(null);
  const { duration, audio } = playback;
  useEffect(() => {
    const show = (seconds: number) => {
      if (range.current) {
        range.current.value = String(seconds);
        range.current.setAttribute("aria-valuetext", clock(seconds));
      }
      if (fill.current)
        fill.current.style.width = `${duration > 0 ? Math.min(100, (seconds / duration) * 100) : 0}%`;
    };
    show(audio.currentTime);
    return playback.onTime(show);
  }, [playback, duration, audio]);
  useEffect(() => {
    if (!peaks || !canvas.current || duration <= 0) return;
    return drawWaveform(canvas.current, audio, peaks, duration);
  }, [peaks, duration, audio]);
  return (
    <div
      className={
        "relative h-4 rounded-lg sm:h-12 has-focus-visible:outline-2 " +
        "has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
      }
    >
      {peaks && <div ref={canvas} className="hidden h-12 sm:block" aria-hidden="true" />}
      <div
        className={classes(
          "absolute inset-x-0 top-1/2 h-1.5 -translate-y-1/2 overflow-hidden rounded-full bg-line",
          peaks && "sm:hidden",
        )}
        aria-hidden="true"
      >
        <div ref={fill} className="h-full rounded-full bg-accent" />
      </div>
      <input
        ref={range}
        type="range"
        min={0}
        max={Math.max(duration, 0.1)}
        step={0.1}
        defaultValue={0}
        aria-label={t("player.position")}
        onInput={(event) => playback.seek(Number(event.currentTarget.value))}
        onKeyDown={(event) => {
          // The native step is a tenth of a second: for a lecture an arrow means five.
          const step = {
            ArrowRight: 5,
            ArrowUp: 5,
            ArrowLeft: -5,
            ArrowDown: -5,
            PageUp: 60,
            PageDown: -60,
          }[event.key];
          if (!step) return;
          event.preventDefault();
          playback.seek(audio.currentTime + step);
        }}
        className="absolute inset-0 w-full cursor-pointer opacity-0"
      />
    </div>
  );
}
