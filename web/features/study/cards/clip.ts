/** "Hear it": the seconds of a witness, in the lecturer's own voice. One sound at a time. */
import { useSyncExternalStore } from "react";
import type { CardWitness } from "#server/features/study/cards/shapes.ts";
import { addressOf } from "../../../api/client.ts";
import { ensureMediaCookie } from "../../../api/session.ts";
import { toast } from "../../../ui/toast.tsx";

/** Some breath before and after, and never so short that nothing is understood. */
const BEFORE = 0.4;
const AFTER = 0.6;
const SHORTEST = 3;

let sound: HTMLAudioElement | undefined;
let playing: string | undefined;
let until = Infinity;
let finish: (() => void) | undefined;
const listeners = new Set<() => void>();

/** Which span of its recording; undefined where nobody said it. */
export function clipOf({ source, start_seconds: start, end_seconds: end }: CardWitness) {
  if (source.kind !== "recording" || !source.id || start === undefined) return undefined;
  const from = Math.max(0, start - BEFORE);
  return { id: source.id, from, to: Math.max((end ?? start) + AFTER, from + SHORTEST) };
}

/** @returns when it was heard to its end, or was stopped. */
export async function playClip(witness: CardWitness, sentence: string): Promise<void> {
  const clip = clipOf(witness);
  if (!clip) return;
  stopClip();
  const audio = element();
  const mine = `${clip.id} ${clip.from}`;
  playing = mine;
  tell();
  await ensureMediaCookie();
  if (playing !== mine) return;
  until = clip.to;
  audio.src = addressOf(`/recordings/${clip.id}/audio`);
  audio.currentTime = clip.from;
  const ended = new Promise<void>((resolve) => (finish = resolve));
  try {
    await audio.play();
  } catch {
    if (playing === mine) {
      stopClip();
      toast(sentence, { tone: "error" });
    }
    return;
  }
  return ended;
}

export function stopClip() {
  sound?.pause();
  until = Infinity;
  playing = undefined;
  finish?.();
  finish = undefined;
  tell();
}

export function useClipPlaying(witness: CardWitness) {
  const clip = clipOf(witness);
  const mine = clip && `${clip.id} ${clip.from}`;
  return useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => playing !== undefined && playing === mine,
  );
}

function element() {
  if (sound) return sound;
  sound = new Audio();
  sound.preload = "auto";
  sound.addEventListener("timeupdate", () => {
    if (sound!.currentTime >= until) stopClip();
  });
  sound.addEventListener("ended", stopClip);
  return sound;
}

function tell() {
  for (const listener of listeners) listener();
}
