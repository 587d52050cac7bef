/** Short messages at the edge of the page, with at most one action ("Undo"). Read out politely; errors at once. */
import { X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "../api/problem.ts";
import { classes } from "./classes.ts";

export interface Toast {
  id: number;
  text: string;
  tone: "info" | "error";
  action?: { label: string; run: () => void } | undefined;
}

const SHOWN_MS = 7000;
let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

export function toast(
  text: string,
  options: { tone?: Toast["tone"]; action?: Toast["action"] } = {},
) {
  const id = ++lastId;
  set([...toasts.slice(-2), { id, text, tone: options.tone ?? "info", action: options.action }]);
  setTimeout(() => dismiss(id), options.action ? SHOWN_MS * 2 : SHOWN_MS);
}

export function toastError(error: unknown) {
  toast(sentenceOf(error), { tone: "error" });
}

export function Toasts() {
  const { t } = useTranslation();
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <div
      aria-live="polite"
      className="pointer-events-none fixed inset-x-4 bottom-20 z-50 flex flex-col items-center gap-2 md:bottom-6"
    >
      {shown.map(({ id, text, tone, action }) => (
        <div
          key={id}
          role={tone === "error" ? "alert" : undefined}
          className={classes(
            "pointer-events-auto flex max-w-lg animate-appear items-center gap-3 rounded-xl " +
              "py-2 pr-2 pl-4 text-sm shadow-float",
            tone === "error" ? "bg-danger-soft text-danger" : "bg-ink text-paper",
          )}
        >
          <span className="min-w-0 py-1">{text}</span>
          {action && (
            <button
              type="button"
              className="shrink-0 rounded-md px-2 py-1 font-semibold underline underline-offset-2"
              onClick={() => {
                action.run();
                close(id);
              }}
            >
              {action.label}
            </button>
          )}
          <button
            type="button"
            aria-label={t("common.close")}
            onClick={() => close(id)}
            className="shrink-0 rounded-md p-1 opacity-70 hover:opacity-100"
          >
            <X className="size-4" aria-hidden="true" />
          </button>
        </div>
      ))}
    </div>
  );
}

/** By its own button, which had the focus. */
function close(id: number) {
  dismiss(id);
  document.getElementById("main")?.focus({ preventScroll: true });
}

function dismiss(id: number) {
  set(toasts.filter((toast) => toast.id !== id));
}

function set(next: readonly Toast[]) {
  toasts = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
