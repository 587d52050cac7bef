/**
 * What a student marked to have on this device: its text by the answers that are kept anyway, its sound or file by the
 * cache.
 */
import { useSyncExternalStore } from "react";
import type { Recording } from "#server/features/content/recordings/shapes.ts";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import { addressOf, send } from "../api/client.ts";
import { keptThingsKey } from "./kept-ids.ts";
import { KEPT_MEDIA } from "./media-addresses.ts";

export type Thing =
  | { kind: "recording"; item: Recording }
  | { kind: "study_material"; item: StudyMaterial };

interface KeptThing {
  kind: Thing["kind"];
  id: string;
  title: string;
  bytes: number;
  /** Ids of what is read with it: its transcript, its slides. */
  parts?: string[];
}

const listeners = new Set<() => void>();
let known: { key: string; things: KeptThing[] } | undefined;
const key = keptThingsKey;

/** False where the page has no service worker: without TLS, or in a private window. */
export function useCanKeep() {
  return useSyncExternalStore(
    (listener) => {
      // It takes the page over a moment after the first visit.
      navigator.serviceWorker?.addEventListener("controllerchange", listener);
      return () => navigator.serviceWorker?.removeEventListener("controllerchange", listener);
    },
    () => "caches" in globalThis && navigator.serviceWorker?.controller != null,
  );
}

export function useKeptThings() {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, keptThings);
}

function keptThings() {
  if (known?.key === key()) return known.things;
  let things: KeptThing[] = [];
  try {
    things = JSON.parse(localStorage.getItem(key()) ?? "[]") as KeptThing[];
  } catch {
    // Blocked, or of another version.
  }
  known = { key: key(), things };
  return things;
}

/**
 * On the page of the thing, whose answers are kept by being read.
 * @throws Problem when it cannot be fetched, DOMException when the device is full.
 */
export async function keep(thing: Thing) {
  const { kind, item } = thing;
  // The browser then does not clear it by itself when space runs short.
  await navigator.storage.persist?.().catch(() => false);
  let bytes = 0;
  if (kind === "recording") {
    bytes = await keepMedia(`/recordings/${item.id}/audio`);
  } else {
    if (item.original_filename) bytes = await keepMedia(`/study-materials/${item.id}/file`);
  }
  write([
    ...keptThings().filter(({ id }) => id !== item.id),
    { kind, id: item.id, title: item.title, bytes, parts: partsOf(thing) },
  ]);
}

function partsOf({ kind, item }: Thing) {
  if (kind === "study_material") return [];
  return [item.transcription_id, item.slides_material_id].filter((id) => id !== null);
}

export async function dropThing(id: string) {
  const cache = await caches.open(KEPT_MEDIA);
  for (const path of [`/recordings/${id}/audio`, `/study-materials/${id}/file`])
    await cache.delete(addressOf(path));
  write(keptThings().filter((thing) => thing.id !== id));
}

async function keepMedia(path: string) {
  const answer = await send(path);
  const bytes = Number(answer.headers.get("content-length") ?? 0);
  await (await caches.open(KEPT_MEDIA)).put(addressOf(path), answer);
  return bytes;
}

function write(things: KeptThing[]) {
  try {
    localStorage.setItem(key(), JSON.stringify(things));
  } catch {
    // As above.
  }
  known = { key: key(), things };
  for (const listener of listeners) listener();
}
