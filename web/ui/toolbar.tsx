import type { ReactNode } from "react";

/** Stays in sight over a list: what can be done with what is chosen in it. */
export function Toolbar({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div
      role="toolbar"
      aria-label={label}
      className={
        "sticky top-2 z-10 mb-3 flex flex-wrap items-center gap-2 rounded-xl border " +
        "border-line bg-surface px-3 py-2 shadow-float"
      }
    >
      {children}
    </div>
  );
}
