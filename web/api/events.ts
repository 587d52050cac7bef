/** Keeps the page true: each event names a thing that changed, and what shows it is fetched again. */
import { useSyncExternalStore } from "react";
import type { Changed } from "#server/changes.ts";
import { addressOf } from "./client.ts";
import { queryClient } from "./query-client.ts";
import { readServerSent } from "./server-sent.ts";
import { currentToken, refresh, session } from "./session.ts";
import { SHOWN_BY } from "./shown-by.ts";

type Connection = "connecting" | "open" | "lost";
let connection: Connection = "connecting";
const watchers = new Set<() => void>();
const arrivals = new Set<() => void>();

export function useConnection() {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => connection,
  );
}

/** Listens until stopped; reconnects with growing pauses, at once when the network is back. */
export function startEvents() {
  const stop = new AbortController();
  let wake = () => {};
  const online = () => wake();
  addEventListener("online", online);
  void (async () => {
    let pause = 500;
    let first = true;
    while (!stop.signal.aborted) {
      try {
        const token = await currentToken();
        if (!token) {
          if (session().status !== "in") break;
          throw new Error("offline");
        }
        const response = await fetch(addressOf("/events"), {
          headers: { Authorization: `Bearer ${token}` },
          signal: stop.signal,
        });
        // The session ended while nobody asked anything: whoever it was goes to the log-in.
        if (response.status === 401 && !(await refresh())) continue;
        if (!response.ok) throw new Error(String(response.status));
        for await (const { event, data } of readServerSent(response)) {
          if (event === "ready") {
            pause = 500;
            setConnection("open");
            for (const arrived of arrivals) arrived();
            // What changed while nobody listened is unknown.
            if (!first) void queryClient.invalidateQueries();
            first = false;
          } else if (event === "changed") announce(JSON.parse(data) as Changed);
        }
      } catch {
        // Reported below, tried again.
      }
      if (stop.signal.aborted) break;
      first = false;
      setConnection("lost");
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pause);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      pause = Math.min(pause * 2, 15_000);
    }
  })();
  return () => {
    stop.abort();
    removeEventListener("online", online);
    connection = "connecting";
  };
}

/** Whenever the server can be reached again. @returns what ends it. */
export function onConnected(arrived: () => void) {
  arrivals.add(arrived);
  return () => void arrivals.delete(arrived);
}

const listeners = new Set<(changed: Changed) => void>();

/** @returns what ends it. */
export function onChanged(listener: (changed: Changed) => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function announce(changed: Changed) {
  for (const listener of listeners) listener(changed);
  for (const key of SHOWN_BY[changed.kind] ?? [])
    void queryClient.invalidateQueries({ queryKey: [key] });
}

function setConnection(next: Connection) {
  if (connection === next) return;
  connection = next;
  for (const watcher of watchers) watcher();
}
