import type { ButtonHTMLAttributes, ReactNode } from "react";
import { classes } from "./classes.ts";
import { Spinner } from "./spinner.tsx";

export type ButtonVariant = "primary" | "quiet" | "plain" | "danger";
export type ButtonSize = "medium" | "small";

/** Also for links that look like buttons. */
export function buttonClass(variant: ButtonVariant = "quiet", size: ButtonSize = "medium") {
  return classes(
    "inline-flex shrink-0 items-center justify-center gap-2 rounded-lg font-medium " +
      "max-w-full transition-colors duration-100 select-none sm:whitespace-nowrap",
    "disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:opacity-50",
    size === "medium" ? "min-h-10 px-4 text-[0.9375rem]" : "min-h-8 px-3 text-sm",
    variant === "primary" && "bg-accent text-on-accent hover:bg-accent-hover",
    variant === "quiet" && "border border-line-strong bg-surface text-ink hover:bg-sunken",
    variant === "plain" && "text-soft hover:bg-sunken hover:text-ink",
    variant === "danger" && "border border-danger/40 bg-surface text-danger hover:bg-danger-soft",
  );
}

export function Button({
  variant = "quiet",
  size = "medium",
  busy = false,
  className,
  children,
  disabled,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & {
  variant?: ButtonVariant;
  size?: ButtonSize;
  busy?: boolean;
}) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={classes(buttonClass(variant, size), className)}
    >
      {busy && <Spinner />}
      {children}
    </button>
  );
}

/** A button that shows only an icon: its label is its name and its tooltip. */
export function IconButton({
  label,
  children,
  className,
  size = "medium",
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & {
  label: string;
  children: ReactNode;
  size?: ButtonSize;
}) {
  return (
    <button
      type="button"
      title={label}
      aria-label={label}
      {...rest}
      className={classes(
        "inline-flex shrink-0 items-center justify-center rounded-lg text-soft " +
          "transition-colors hover:bg-sunken hover:text-ink",
        "aria-pressed:bg-accent-soft aria-pressed:text-accent-ink disabled:cursor-not-allowed disabled:opacity-40",
        size === "medium" ? "size-10" : "size-8",
        className,
      )}
    >
      {children}
    </button>
  );
}
