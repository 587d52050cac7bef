import { useEffect, useRef } from "react";

/** Single keys for the whole page; not while something is typed, chosen or shown above it. */
export function useKeys(actions: Record<string, (() => void) | undefined>) {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    function press(event: KeyboardEvent) {
      if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
      const target = event.target instanceof Element ? event.target : undefined;
      if (target?.closest("input,textarea,select,[contenteditable=true],[role=dialog],[role=menu]"))
        return;
      // A button that has the focus is pressed by these two.
      if ((event.key === " " || event.key === "Enter") && target?.closest("button,a,audio,summary"))
        return;
      const action = latest.current[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!action) return;
      event.preventDefault();
      action();
    }
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}
