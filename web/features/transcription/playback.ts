/**
 * One <audio> element and those who follow it. The time is told to listeners and not kept in React: a word lights up
 * with the frame in which it is heard. What plays when its page is left goes on in the small player (`docked`).
 */
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
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

/** What the small player and the keys of the system say of the sound. */
export interface Dock {
  recordingId: string;
  title: string;
}

type Sound = Omit<Playback, "duration"> & {
  address: string;
  load(): void;
  unload(): void;
};

export interface Docked extends Dock {
  sound: Sound;
  duration: number;
}

let docked: Docked | undefined;
const watchers = new Set<() => void>();

/** The sound that goes on although its page was left. */
export function useDocked() {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => docked,
  );
}

export function closeDocked() {
  docked?.sound.unload();
  setDocked(undefined);
}

/**
 * With `dock` it goes on playing when the page is left, else it ends.
 * @param title what the lock screen says; left out: the dock's
 */
export function usePlayback(
  address: string,
  knownDuration: number | null,
  dock?: Dock,
  title = dock?.title,
): Playback {
  const [sound] = useState(() =>
    docked?.sound.address === address ? docked.sound : createSound(address),
  );
  const measured = useMeasuredDuration(sound.audio);
  const duration = knownDuration ?? measured;
  const [latest] = useState<{ dock: Dock | undefined; duration: number }>({ dock, duration });
  Object.assign(latest, { dock, duration });
  useEffect(() => {
    if (docked?.sound === sound) setDocked(undefined);
    sound.load();
    return () => {
      const { dock, duration } = latest;
      if (dock && !sound.audio.paused) setDocked({ sound, duration, ...dock });
      else sound.unload();
    };
  }, [sound, latest]);
  useEffect(() => (title === undefined ? undefined : tellSystem(sound, title)), [sound, title]);
  return useMemo(() => ({ ...sound, duration }), [sound, duration]);
}

function createSound(address: string): Sound {
  const audio = new Audio();
  const listeners = new Set<(seconds: number) => void>();
  const tell = () => {
    for (const listener of listeners) listener(audio.currentTime);
  };
  let loaded = false;
  const play = () =>
    void ensureMediaCookie()
      .then(() => audio.play())
      .catch(() => {});
  const sound: Sound = {
    address,
    audio,
    play,
    pause: () => audio.pause(),
    toggle: () => (audio.paused ? play() : audio.pause()),
    seek(seconds, options = {}) {
      audio.currentTime = Math.max(0, seconds);
      tell();
      if (options.play) play();
    },
    onTime(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Once the address may be asked for. */
    load() {
      if (loaded) return;
      loaded = true;
      audio.preload = "metadata";
      void ensureMediaCookie().then(() => {
        if (!loaded) return;
        // Set before the metadata are there, currentTime is the position to begin with.
        const wanted = audio.currentTime;
        audio.src = address;
        if (wanted > 0) audio.currentTime = wanted;
      });
    },
    unload() {
      loaded = false;
      audio.pause();
      audio.removeAttribute("src");
      audio.load();
    },
  };
  tellTime(audio, tell);
  rescue(audio, () => (loaded ? address : undefined));
  listen(audio, {
    play: () => {
      if (docked && docked.sound !== sound) closeDocked();
    },
  });
  return sound;
}

/** With each frame while there is sound, and after each jump. */
function tellTime(audio: HTMLAudioElement, tell: () => void) {
  let frame = 0;
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
  listen(audio, { play: start, pause: stop, ended: stop, seeking: tell, timeupdate: tell });
}

const RESCUE_MS = 10_000;

/** The cookie for files lasts half an hour; a lecture lasts longer. Takes a new one and goes on where it stopped. */
function rescue(audio: HTMLAudioElement, source: () => string | undefined) {
  let lastRescue = 0;
  listen(audio, {
    error() {
      if (!source() || Date.now() - lastRescue < RESCUE_MS) return;
      lastRescue = Date.now();
      const at = audio.currentTime;
      const playing = !audio.paused;
      void ensureMediaCookie().then(() => {
        const address = source();
        if (!address) return;
        audio.src = address;
        audio.currentTime = at;
        if (playing) void audio.play().catch(() => {});
      });
    },
  });
}

/**
 * The keys of a headset and of the lock screen (Media Session API, https://www.w3.org/TR/mediasession/).
 * @returns what ends it
 */
function tellSystem(sound: Sound, title: string) {
  const session = "mediaSession" in navigator ? navigator.mediaSession : undefined;
  if (!session) return;
  return listen(sound.audio, {
    play() {
      session.metadata = new MediaMetadata({ title, artist: "Little Monster" });
      const jump = (seconds: number) => () => sound.seek(sound.audio.currentTime + seconds);
      session.setActionHandler("play", sound.play);
      session.setActionHandler("pause", sound.pause);
      session.setActionHandler("seekbackward", jump(-15));
      session.setActionHandler("seekforward", jump(15));
      session.setActionHandler(
        "seekto",
        ({ seekTime }) => seekTime != null && sound.seek(seekTime),
      );
    },
  });
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

function setDocked(next: Docked | undefined) {
  docked = next;
  for (const watcher of watchers) watcher();
}

export function usePlaying({ audio }: Pick<Playback, "audio">) {
  return useSyncExternalStore(
    (changed) => listen(audio, { play: changed, pause: changed, ended: changed }),
    () => !audio.paused,
  );
}
