/**
 * Keys of what is on the screen. Each part of the page registers its own with a sentence, so that `?` can show exactly
 * those that work here and now. Single letters do nothing while somebody types (WCAG 2.1.4).
 */
import { useEffect, useRef, useSyncExternalStore } from "react";

export interface Key {
  /** As `KeyboardEvent.key` says it. */
  key: string;
  label: string;
  run: () => void;
}

export interface KeyGroup {
  title: string;
  keys: Key[];
}

/** Those of the innermost part first; a new array for each change. */
let groups: readonly { current: KeyGroup }[] = [];
const listeners = new Set<() => void>();

function setGroups(changed: typeof groups) {
  if (groups.length === 0) addEventListener("keydown", press);
  groups = changed;
  if (groups.length === 0) removeEventListener("keydown", press);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** The keys that work now: a part that comes while they are shown brings its own. */
export function useKeyGroups(): KeyGroup[] {
  return useSyncExternalStore(subscribe, () => groups).map(({ current }) => current);
}

export function useKeys(title: string, keys: Key[]) {
  const group = useRef<KeyGroup>({ title, keys });
  useEffect(() => {
    group.current = { title, keys };
  });
  useEffect(() => {
    setGroups([group, ...groups]);
    return () => setGroups(groups.filter((other) => other !== group));
  }, []);
}

/** For a button that does what a key does. */
export function pressKey(key: string) {
  groups
    .flatMap(({ current }) => current.keys)
    .find((one) => one.key === key)
    ?.run();
}

function press(event: KeyboardEvent) {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  const target = event.target instanceof Element ? event.target : undefined;
  if (target?.closest("input, textarea, select, [contenteditable], [role=dialog], [role=menu]"))
    return;
  // Space and Enter press what has the focus.
  if (
    /^( |Enter|Arrow.*)$/.test(event.key) &&
    target?.closest("button, a, summary, [tabindex='0']")
  )
    return;
  const key = groups.flatMap(({ current }) => current.keys).find((one) => one.key === event.key);
  if (!key) return;
  event.preventDefault();
  key.run();
}
