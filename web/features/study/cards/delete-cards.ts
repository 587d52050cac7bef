/**
 * Deleting with a way back: cards leave the page at once and the server when nobody has taken it back. A page that is
 * closed before sends the rest with its last breath.
 */
import { useSyncExternalStore } from "react";
import { addressOf, request } from "../../../api/client.ts";
import { queryClient } from "../../../api/query-client.ts";
import { CSRF, currentToken } from "../../../api/session.ts";
import { toast, toastError } from "../../../ui/toast.tsx";

/** As long as the toast with its "Undo" is there. */
const UNDO_MS = 14_000;

let leaving: ReadonlySet<string> = new Set();
const waiting = new Map<number, string[]>();
const listeners = new Set<() => void>();

export function useLeavingCards() {
  return useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => leaving,
  );
}

export function deleteCards(ids: string[], texts: { done: string; undo: string }) {
  set([...leaving, ...ids]);
  const timer = window.setTimeout(() => void send(timer), UNDO_MS);
  waiting.set(timer, ids);
  // A token at hand for the last breath.
  void currentToken().then((token) => (lastToken = token));
  addEventListener("pagehide", sendAtOnce);
  toast(texts.done, {
    action: {
      label: texts.undo,
      run: () => {
        clearTimeout(timer);
        if (!waiting.delete(timer)) return;
        set([...leaving].filter((id) => !ids.includes(id)));
      },
    },
  });
}

let lastToken: string | undefined;

async function send(timer: number) {
  const ids = waiting.get(timer);
  if (!ids) return;
  waiting.delete(timer);
  try {
    for (let at = 0; at < ids.length; at += 1000)
      await request("/cards/deletions", {
        method: "POST",
        json: { ids: ids.slice(at, at + 1000) },
      });
  } catch (error) {
    toastError(error);
  }
  await queryClient.invalidateQueries({ queryKey: ["cards"] });
  set([...leaving].filter((id) => !ids.includes(id)));
}

function sendAtOnce() {
  const ids = [...waiting.values()].flat().slice(0, 1000);
  waiting.clear();
  if (ids.length === 0) return;
  void fetch(addressOf("/cards/deletions"), {
    method: "POST",
    keepalive: true,
    headers: {
      "Content-Type": "application/json",
      ...CSRF,
      ...(lastToken ? { Authorization: `Bearer ${lastToken}` } : {}),
    },
    body: JSON.stringify({ ids }),
  });
}

function set(ids: string[]) {
  leaving = new Set(ids);
  for (const listener of listeners) listener();
}
