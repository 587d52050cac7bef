/** What is typed and not saved yet stays on this device until it is. */
import { useCallback, useEffect, useRef, useState } from "react";

const PREFIX = "lm-draft:";
/** Keys of long texts on the screen that are not saved: leaving them asks. */
const unsaved = new Set<string>();

export function hasUnsaved() {
  return unsaved.size > 0;
}

/**
 * @param key says what is written about; its draft is found again there. Undefined: nothing is kept
 * @param saved what is there without a draft: a text, or anything that JSON holds
 * @param asks whether leaving the page asks first
 */
export function useDraft<T = string>(key: string | undefined, saved: T, { asks = true } = {}) {
  const [value, setValue] = useState(() => (key && read<T>(key)) || saved);
  const kept = JSON.stringify(value) !== JSON.stringify(saved);
  const current = useRef(value);
  const type = useCallback(
    (given: T | ((before: T) => T)) => {
      const typed =
        typeof given === "function" ? (given as (before: T) => T)(current.current) : given;
      current.current = typed;
      setValue(typed);
      if (key) write(key, JSON.stringify(typed) === JSON.stringify(saved) ? undefined : typed);
    },
    [key, saved],
  );
  const drop = useCallback(() => {
    current.current = saved;
    setValue(saved);
    if (key) dropDraft(key);
  }, [key, saved]);
  useEffect(() => {
    if (!key || !kept || !asks) return;
    unsaved.add(key);
    return () => {
      unsaved.delete(key);
    };
  }, [key, kept, asks]);
  return { value, type, drop, kept };
}

/** The rest of the keys that begin so and have a draft. */
export function draftsUnder(key: string) {
  try {
    const start = PREFIX + key;
    return Object.keys(localStorage)
      .filter((name) => name.startsWith(start))
      .map((name) => name.slice(start.length));
  } catch {
    return [];
  }
}

export function hasDraft(key: string) {
  return read(key) !== undefined;
}

export function dropDraft(key: string) {
  write(key, undefined);
  unsaved.delete(key);
}

/** As if it had been typed there: whoever opens that form finds it. */
export function keepDraft(key: string, value: unknown) {
  write(key, value);
}

/** Whoever logs out leaves nothing behind. */
export function dropDrafts() {
  try {
    for (const key of Object.keys(localStorage))
      if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch {
    // Storage may be blocked; then there are no drafts either.
  }
}

/** Undefined also for what an older version of the page wrote in another form. */
function read<T>(key: string): T | undefined {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key) ?? "") as T;
  } catch {
    return undefined;
  }
}

function write(key: string, value: unknown) {
  try {
    if (value === undefined) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Blocked or full: the text is still on the screen.
  }
}
