/**
 * Keys of what is on the screen. Each part of the page registers its own with a sentence, so that `?` can show exactly
 * those that work here and now. Single letters do nothing while somebody types (WCAG 2.1.4).
 */
import { useEffect, useRef } from "react";

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

const groups: { current: KeyGroup }[] = [];

/** The keys that work now, those of the innermost part first. */
export function keyGroups(): KeyGroup[] {
  return groups.map(({ current }) => current).toReversed();
}

export function useKeys(title: string, keys: Key[]) {
  const group = useRef<KeyGroup>({ title, keys });
  useEffect(() => {
    group.current = { title, keys };
  });
  useEffect(() => {
    groups.push(group);
    if (groups.length === 1) addEventListener("keydown", press);
    return () => {
      groups.splice(groups.indexOf(group), 1);
      if (groups.length === 0) removeEventListener("keydown", press);
    };
  }, []);
}

/** For a button that does what a key does. */
export function pressKey(key: string) {
  keyGroups()
    .flatMap(({ keys }) => keys)
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
  const key = keyGroups()
    .flatMap(({ keys }) => keys)
    .find((one) => one.key === event.key);
  if (!key) return;
  event.preventDefault();
  key.run();
}
