/** Labelled inputs whose hint and error belong to them for a screen reader too. */
import { Eye, EyeOff } from "lucide-react";
import {
  useId,
  useState,
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
} from "react";
import { useTranslation } from "react-i18next";
import { classes } from "./classes.ts";

export const inputClass = classes(
  "block w-full rounded-lg border border-line-strong bg-surface px-3 text-[0.9375rem] text-ink",
  "aria-invalid:border-danger disabled:opacity-60",
  "focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0",
);

interface Surroundings {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
}

export function TextField({
  label,
  hint,
  error,
  className,
  ...rest
}: Surroundings & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error} className={className}>
      <input
        id={id}
        dir="auto"
        {...described(id, hint, error)}
        {...rest}
        className={classes(inputClass, "min-h-10")}
      />
    </Frame>
  );
}

export function PasswordField({
  label,
  hint,
  error,
  className,
  ...rest
}: Surroundings & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <Frame id={id} label={label} hint={hint} error={error} className={className}>
      <div className="relative">
        <input
          id={id}
          type={shown ? "text" : "password"}
          {...described(id, hint, error)}
          {...rest}
          className={classes(inputClass, "min-h-10 pr-11")}
        />
        <button
          type="button"
          onClick={() => setShown(!shown)}
          aria-pressed={shown}
          aria-label={t("common.showPassword")}
          className="absolute inset-y-0 right-0 flex w-10 items-center justify-center text-faint hover:text-ink"
        >
          <Icon className="size-4.5" aria-hidden="true" />
        </button>
      </div>
    </Frame>
  );
}

export function TextArea({
  label,
  hint,
  error,
  className,
  rows = 4,
  ...rest
}: Surroundings & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error} className={className}>
      <textarea
        id={id}
        rows={rows}
        dir="auto"
        {...described(id, hint, error)}
        {...rest}
        className={classes(inputClass, "py-2 leading-relaxed")}
      />
    </Frame>
  );
}

export function SelectField({
  label,
  hint,
  error,
  className,
  children,
  ...rest
}: Surroundings & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error} className={className}>
      <select
        id={id}
        {...described(id, hint, error)}
        {...rest}
        className={classes(inputClass, "min-h-10 pr-8")}
      >
        {children}
      </select>
    </Frame>
  );
}

export function CheckField({
  label,
  hint,
  ...rest
}: { label: string; hint?: ReactNode } & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div className="flex items-start gap-3">
      <input
        id={id}
        type="checkbox"
        {...described(id, hint, undefined)}
        {...rest}
        className="mt-0.5 size-5 shrink-0 accent-accent"
      />
      <div>
        <label htmlFor={id} className="text-[0.9375rem]">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="text-sm text-soft">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}

function Frame({
  id,
  label,
  hint,
  error,
  className,
  children,
}: Surroundings & { id: string; className?: string | undefined; children: ReactNode }) {
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        {label}
      </label>
      {children}
      {error ? (
        <p id={`${id}-error`} className="mt-1.5 text-sm text-danger">
          {error}
        </p>
      ) : (
        hint && (
          <p id={`${id}-hint`} className="mt-1.5 text-sm text-soft">
            {hint}
          </p>
        )
      )}
    </div>
  );
}

function described(id: string, hint: ReactNode, error: string | undefined) {
  if (error) return { "aria-invalid": true as const, "aria-describedby": `${id}-error` };
  return hint ? { "aria-describedby": `${id}-hint` } : {};
}
