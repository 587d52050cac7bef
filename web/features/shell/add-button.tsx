import { Plus } from "lucide-react";
import type { ComponentProps } from "react";
import { useTranslation } from "react-i18next";

/** Stands in the bar of the phone before its menu is there. */
export function AddButton(props: ComponentProps<"button">) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      {...props}
      className={
        "flex min-h-15 flex-col items-center justify-center gap-1 text-[0.6875rem] font-medium " +
        "text-soft data-[state=open]:text-accent-ink"
      }
    >
      <span className="rounded-full bg-accent px-3.5 py-0.5 text-on-accent">
        <Plus className="size-5" aria-hidden="true" />
      </span>
      {t("shell.add")}
    </button>
  );
}
