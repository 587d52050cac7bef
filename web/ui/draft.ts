/** What is typed and not saved yet stays on this device until it is. */
import { useCallback, useState } from "react";

const PREFIX = "lm-draft:";

/** @param key says what is written about; its draft is found again there */
export function useDraft(key: string, saved = "") {
  const [text, setText] = useState(() => read(key) ?? saved);
  const type = useCallback(
    (typed: string) => {
      setText(typed);
      write(key, typed === saved ? undefined : typed);
    },
    [key, saved],
  );
  const drop = useCallback(() => {
    setText(saved);
    write(key, undefined);
  }, [key, saved]);
  return { text, type, drop, kept: text !== saved };
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

function read(key: string) {
  try {
    return localStorage.getItem(PREFIX + key) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(key: string, text: string | undefined) {
  try {
    if (text === undefined) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, text);
  } catch {
    // Blocked or full: the text is still on the screen.
  }
}
