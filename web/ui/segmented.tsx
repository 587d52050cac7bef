import type { ReactNode } from "react";
import { classes } from "./classes.ts";

/** A few values side by side, of which one is chosen. */
export function Segmented<Value extends string>({
  label,
  value,
  options,
  onChange,
  className,
}: {
  /** Says to those who listen what is chosen. */
  label: string;
  value: Value;
  options: { value: Value; label: ReactNode }[];
  onChange: (value: Value) => void;
  className?: string;
}) {
  return (
    <div
      role="group"
      aria-label={label}
      className={classes("inline-flex max-w-full rounded-lg bg-sunken p-1", className)}
    >
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={value === option.value}
          onClick={() => onChange(option.value)}
          className={classes(
            "flex min-h-8 items-center gap-2 rounded-md px-2 text-sm font-medium whitespace-nowrap text-soft sm:px-3",
            "aria-pressed:bg-surface aria-pressed:text-ink aria-pressed:shadow-card",
          )}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
