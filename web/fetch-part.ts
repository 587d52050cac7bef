/**
 * Parts of the page that come later than its first JavaScript: pages, dialogs, texts. Without a connection a part is
 * waited for, and what is on the screen stays; the window is never loaded again by itself, for something may be
 * recorded, uploaded or typed in it.
 */
import { useSyncExternalStore } from "react";
import { BASE } from "./api/base-path.ts";

/** The server is there and the part is not: it runs another version of the page. */
export class PageOutdated extends Error {}

const LONGEST_PAUSE_MS = 10_000;
/** Parts that wait for the connection. */
let waiting = 0;
const listeners = new Set<() => void>();
const later: (() => Promise<unknown>)[] = [];

/** @throws PageOutdated */
export async function fetchPart<T>(load: () => Promise<T>): Promise<T> {
  let waits = false;
  try {
    for (let pause = 500, missing = 0; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        return await load();
      } catch (error) {
        if ((await isReachable()) && ++missing > 1)
          throw new PageOutdated("a part of the page is gone", { cause: error });
      }
      if (!waits) {
        waits = true;
        count(1);
      }
      await pauseOrOnline(pause);
    }
  } finally {
    if (waits) count(-1);
  }
}

/** Whether a part waits for the connection; somebody waits for it where the router is on its way to a page. */
export function usePartsWaiting() {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => waiting > 0,
  );
}

/** Fetched by `fetchAllParts` unless it was needed before. */
export function fetchLater(load: () => Promise<unknown>) {
  later.push(load);
}

/**
 * One after the other while nothing else is to be done, so that every page opens without a network.
 * @returns what stops it
 */
export function fetchAllParts() {
  let stopped = false;
  void (async () => {
    await idle();
    while (!stopped && later.length > 0) {
      await later.shift()!().catch(() => {});
      await idle();
    }
  })();
  return () => {
    stopped = true;
  };
}

function idle() {
  return new Promise<void>((resolve) => {
    // Safari knows no idle time.
    if ("requestIdleCallback" in window) requestIdleCallback(() => resolve(), { timeout: 5000 });
    else setTimeout(resolve, 500);
  });
}

/** Also false where a proxy stands before a server that is away. */
async function isReachable() {
  try {
    const answer = await fetch(`${BASE}/api/health`, { cache: "no-store" });
    return answer.headers.get("content-type")?.includes("json") === true;
  } catch {
    return false;
  }
}

function pauseOrOnline(ms: number) {
  return new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    addEventListener("online", end);
  });
}

function count(more: number) {
  waiting += more;
  for (const listener of listeners) listener();
}
