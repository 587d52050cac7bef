/**
 * One <audio> element and those who follow it. The time is told to listeners and not kept in React: a word lights up with the frame in
 * which it is heard.
 */
import { useEffect, useMemo, useRef, useState, useSyncExternalStore, type RefObject } from "react";
import { ensureMediaCookie } from "../../api/session.ts";

export interface Playback {
  audio: HTMLAudioElement;
  /** Seconds; MediaRecorder's files do not say theirs, so the server's measure is preferred. */
  duration: number;
  play(): void;
  pause(): void;
  toggle(): void;
  seek(seconds: number, options?: { play?: boolean }): void;
  onTime(listener: (seconds: number) => void): () => void;
}

export function usePlayback(address: string, knownDuration: number | null): Playback {
  const [audio] = useState(() => new Audio());
  const [listeners] = useState(() => new Set<(seconds: number) => void>());
  const source = useSource(audio, address);
  useTelling(audio, listeners);
  useRescue(audio, source);
  const measured = useMeasuredDuration(audio);
  const duration = knownDuration ?? measured;
  return useMemo(() => {
    const play = () =>
      void ensureMediaCookie()
        .then(() => audio.play())
        .catch(() => {});
    return {
      audio,
      duration,
      play,
      pause: () => audio.pause(),
      toggle: () => (audio.paused ? play() : audio.pause()),
      seek(seconds, options = {}) {
        audio.currentTime = Math.max(0, seconds);
        for (const listener of listeners) listener(audio.currentTime);
        if (options.play) play();
      },
      onTime(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
  }, [audio, duration, listeners]);
}

/** The address of the sound once it may be asked for. */
function useSource(audio: HTMLAudioElement, address: string) {
  const source = useRef<string>(undefined);
  useEffect(() => {
    audio.preload = "metadata";
    let cancelled = false;
    void ensureMediaCookie().then(() => {
      if (cancelled) return;
      source.current = address;
      // Set before the metadata are there, currentTime is the position to begin with.
      const wanted = audio.currentTime;
      audio.src = address;
      if (wanted > 0) audio.currentTime = wanted;
    });
    return () => {
      cancelled = true;
      audio.pause();
      audio.removeAttribute("src");
      audio.load();
    };
  }, [audio, address]);
  return source;
}

/** Tells the time with each frame while there is sound, and after each jump. */
function useTelling(audio: HTMLAudioElement, listeners: Set<(seconds: number) => void>) {
  useEffect(() => {
    let frame = 0;
    const tell = () => {
      for (const listener of listeners) listener(audio.currentTime);
    };
    const follow = () => {
      tell();
      frame = requestAnimationFrame(follow);
    };
    const start = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(follow);
    };
    const stop = () => {
      cancelAnimationFrame(frame);
      tell();
    };
    const end = listen(audio, {
      play: start,
      pause: stop,
      ended: stop,
      seeking: tell,
      timeupdate: tell,
    });
    return () => {
      cancelAnimationFrame(frame);
      end();
    };
  }, [audio, listeners]);
}

const RESCUE_MS = 10_000;

/** The cookie for files lasts half an hour; a lecture lasts longer. Takes a new one and goes on where it stopped. */
function useRescue(audio: HTMLAudioElement, source: RefObject<string | undefined>) {
  useEffect(() => {
    let lastRescue = 0;
    return listen(audio, {
      error() {
        if (!source.current || Date.now() - lastRescue < RESCUE_MS) return;
        lastRescue = Date.now();
        const at = audio.currentTime;
        const playing = !audio.paused;
        void ensureMediaCookie().then(() => {
          audio.src = source.current!;
          audio.currentTime = at;
          if (playing) void audio.play().catch(() => {});
        });
      },
    });
  }, [audio, source]);
}

function useMeasuredDuration(audio: HTMLAudioElement) {
  const [measured, setMeasured] = useState(0);
  useEffect(
    () =>
      listen(audio, {
        durationchange: () => setMeasured(Number.isFinite(audio.duration) ? audio.duration : 0),
      }),
    [audio],
  );
  return measured;
}

/** @returns what ends it */
function listen(audio: HTMLAudioElement, listeners: Record<string, () => void>) {
  for (const [name, listener] of Object.entries(listeners)) audio.addEventListener(name, listener);
  return () => {
    for (const [name, listener] of Object.entries(listeners))
      audio.removeEventListener(name, listener);
  };
}

export function usePlaying({ audio }: Playback) {
  return useSyncExternalStore(
    (changed) => listen(audio, { play: changed, pause: changed, ended: changed }),
    () => !audio.paused,
  );
}
