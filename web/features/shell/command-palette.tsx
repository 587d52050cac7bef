/**
 * Ctrl or Cmd and K: one line in which everything is found and done. A combobox with a list, as WAI-ARIA describes it:
 * https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { useDeferredValue, useEffect, useId, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { SearchAnswer } from "#server/features/search/shapes.ts";
import { request } from "../../api/client.ts";
import { useSession } from "../../api/session.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { inputClass } from "../../ui/field.tsx";
import { usePaletteCommands, type Command } from "./palette-commands.ts";

const MOST_FOUND = 6;

export function CommandPalette({ showKeys }: { showKeys: () => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "k")
        return;
      event.preventDefault();
      setOpen((before) => !before);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  return (
    <Dialog open={open} onOpenChange={setOpen} title={t("palette.title")}>
      {open && <Palette close={() => setOpen(false)} showKeys={showKeys} />}
    </Dialog>
  );
}

function Palette({ close, showKeys }: { close: () => void; showKeys: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const text = useDeferredValue(typed.trim());
  const commands = usePaletteCommands(showKeys).filter(({ label }) =>
    label.toLocaleLowerCase().includes(typed.trim().toLocaleLowerCase()),
  );
  const found = useFound(text);
  const shown = [...commands, ...found];
  const current = shown[Math.min(at, shown.length - 1)];
  const run = (command: Command | undefined) => {
    close();
    command?.run();
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((Math.min(at, shown.length - 1) + step + shown.length) % shown.length);
    else if (event.key === "Enter") run(current);
    else return;
    event.preventDefault();
  };
  const groups = [...Map.groupBy(shown, ({ group }) => group)];
  return (
    <>
      <div className="relative">
        <Search
          className="pointer-events-none absolute top-3 left-3 size-4.5 text-faint"
          aria-hidden="true"
        />
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={current && `${id}-${shown.indexOf(current)}`}
          aria-label={t("palette.placeholder")}
          placeholder={t("palette.placeholder")}
          value={typed}
          maxLength={200}
          onChange={(event) => {
            setTyped(event.target.value);
            setAt(0);
          }}
          onKeyDown={press}
          dir="auto"
          className={`${inputClass} min-h-11 ps-10`}
        />
      </div>
      <div role="listbox" id={`${id}-list`} aria-label={t("palette.title")} className="mt-3">
        {groups.map(([group, items]) => (
          <div key={group} role="group" aria-label={t(`palette.${group}`)} className="mt-3">
            <p aria-hidden="true" className="mb-1 px-2 text-xs font-medium text-faint">
              {t(`palette.${group}`)}
            </p>
            {items.map((command) => (
              <Option
                key={command.id}
                id={`${id}-${shown.indexOf(command)}`}
                command={command}
                isCurrent={command === current}
                point={() => setAt(shown.indexOf(command))}
                run={() => run(command)}
              />
            ))}
          </div>
        ))}
      </div>
    </>
  );
}

function Option({
  id,
  command,
  isCurrent,
  point,
  run,
}: {
  id: string;
  command: Command;
  isCurrent: boolean;
  point: () => void;
  run: () => void;
}) {
  const look =
    "flex min-h-10 cursor-pointer items-center gap-3 rounded-lg px-2 text-[0.9375rem] " +
    "aria-selected:bg-accent-soft aria-selected:text-accent-ink";
  return (
    <div
      id={id}
      role="option"
      aria-selected={isCurrent}
      // The list follows the arrow keys; a mouse needs no focus.
      onPointerMove={point}
      onClick={run}
      ref={(row) => {
        if (isCurrent) row?.scrollIntoView({ block: "nearest" });
      }}
      className={look}
    >
      <command.icon className="size-4.5 shrink-0 opacity-70" aria-hidden="true" />
      <span dir="auto" className="min-w-0 flex-1 truncate">
        {command.label}
      </span>
    </div>
  );
}

/** Titles and passages of the student's own materials. */
function useFound(text: string): Command[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { user } = useSession();
  const answer = useQuery({
    queryKey: ["search", "palette", text],
    queryFn: ({ signal }) =>
      request<SearchAnswer>("/search", { query: { q: text, limit: MOST_FOUND }, signal }),
    enabled: text.length > 1 && user !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  }).data;
  if (text.length < 2) return [];
  const titles = (answer?.titles ?? []).map(({ id, kind, title }) => ({
    id: `title ${id}`,
    group: "found" as const,
    icon: Search,
    label: title,
    run: () =>
      void navigate(
        kind === "recording"
          ? { to: "/recordings/$id", params: { id }, search: {} }
          : { to: "/materials/$id", params: { id }, search: {} },
      ),
  }));
  return [
    ...titles.slice(0, MOST_FOUND),
    {
      id: "search",
      group: "found",
      icon: Search,
      label: t("palette.searchFor", { text }),
      run: () => void navigate({ to: "/search", search: { q: text } }),
    },
  ];
}
