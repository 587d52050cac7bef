import type { ReactNode } from "react";
import { classes } from "./classes.ts";

const TONES = {
  neutral: "bg-sunken text-soft",
  accent: "bg-accent-soft text-accent-ink",
  warning: "bg-warn-soft text-warn",
  error: "bg-danger-soft text-danger",
};

export function Badge({
  tone = "neutral",
  children,
}: {
  tone?: keyof typeof TONES;
  children: ReactNode;
}) {
  return (
    <span
      className={classes(
        "inline-flex max-w-full items-center gap-1 rounded-full px-2 py-0.5 text-xs font-medium",
        TONES[tone],
      )}
    >
      <span dir="auto" className="truncate">
        {children}
      </span>
    </span>
  );
}
