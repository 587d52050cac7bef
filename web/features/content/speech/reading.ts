/** What is being read aloud: one thing at a time; it goes on while another page is open. */
import { useSyncExternalStore } from "react";

export interface ListenSource {
  kind: "transcription" | "study_material" | "message" | "subject";
  /** Of a subject its name: all its documents are read. */
  id: string;
}

export interface Reading {
  source: ListenSource;
  title: string;
}

let reading: Reading | undefined;
const watchers = new Set<() => void>();

export function useReading() {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => reading,
  );
}

export function readAloud(next: Reading | undefined) {
  reading = next;
  for (const watcher of watchers) watcher();
}

/** The name of the elements that show its text. */
export function readAloudName({ kind, id }: ListenSource) {
  return `${kind}:${id}`;
}
