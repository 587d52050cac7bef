import { useMemo, useState, type MouseEvent } from "react";
import type { LibraryItem } from "./library-items.ts";

/** Several of a list: one by one, or with Shift all up to the one before; by the space bar as well. */
export function useSelection(items: LibraryItem[]) {
  const [active, setActive] = useState(false);
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [last, setLast] = useState<string>();
  // What is no longer listed is no longer chosen.
  const chosen = useMemo(() => items.filter(({ item }) => ids.has(item.id)), [items, ids]);

  function toggle(id: string, event: Pick<MouseEvent, "shiftKey">) {
    const next = new Set(ids);
    const place = (of: string | undefined) => items.findIndex(({ item }) => item.id === of);
    const [from, to] = [place(last), place(id)];
    const range =
      event.shiftKey && from >= 0
        ? items.slice(Math.min(from, to), Math.max(from, to) + 1).map(({ item }) => item.id)
        : [id];
    const add = !ids.has(id);
    for (const one of range) {
      if (add) next.add(one);
      else next.delete(one);
    }
    setIds(next);
    setLast(id);
  }

  function end() {
    setActive(false);
    setIds(new Set());
    setLast(undefined);
  }

  return {
    active,
    chosen,
    has: (id: string) => ids.has(id),
    start: () => setActive(true),
    toggle,
    all: () => setIds(new Set(items.map(({ item }) => item.id))),
    end,
  };
}

export type Selection = ReturnType<typeof useSelection>;
