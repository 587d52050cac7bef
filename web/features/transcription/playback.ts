/**
 * One <audio> element and those who follow it. The time is told to listeners and not kept in React: a word lights up with the frame in
 * which it is heard.
 */
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
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
  const [measured, setMeasured] = useState(0);
  const listeners = useRef(new Set<(seconds: number) => void>());
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

  useEffect(() => {
    let frame = 0;
    const tell = () => {
      for (const listener of listeners.current) listener(audio.currentTime);
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
    const measure = () => setMeasured(Number.isFinite(audio.duration) ? audio.duration : 0);
    // The cookie for files lasts half an hour; a lecture lasts longer. Take a new one and go on where it stopped.
    let lastRescue = 0;
    const rescue = () => {
      if (!source.current || Date.now() - lastRescue < 10_000) return;
      lastRescue = Date.now();
      const at = audio.currentTime;
      const playing = !audio.paused;
      void ensureMediaCookie().then(() => {
        audio.src = source.current!;
        audio.currentTime = at;
        if (playing) void audio.play().catch(() => {});
      });
    };
    const events = {
      play: start,
      pause: stop,
      ended: stop,
      seeking: tell,
      timeupdate: tell,
      durationchange: measure,
      error: rescue,
    };
    for (const [name, listener] of Object.entries(events)) audio.addEventListener(name, listener);
    return () => {
      cancelAnimationFrame(frame);
      for (const [name, listener] of Object.entries(events))
        audio.removeEventListener(name, listener);
    };
  }, [audio]);

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
        for (const listener of listeners.current) listener(audio.currentTime);
        if (options.play) play();
      },
      onTime(listener) {
        listeners.current.add(listener);
        return () => listeners.current.delete(listener);
      },
    };
  }, [audio, duration]);
}

export function usePlaying({ audio }: Playback) {
  return useSyncExternalStore(
    (changed) => {
      for (const name of ["play", "pause", "ended"]) audio.addEventListener(name, changed);
      return () => {
        for (const name of ["play", "pause", "ended"]) audio.removeEventListener(name, changed);
      };
    },
    () => !audio.paused,
  );
}
