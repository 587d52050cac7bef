/** Somebody, perhaps oneself in another tab, saved the same thing meanwhile: both are shown, and one is chosen. */
import { useTranslation } from "react-i18next";
import { Button } from "./button.tsx";
import { Notice } from "./notice.tsx";

export function Conflict({
  theirs,
  onKeepMine,
  onTakeTheirs,
}: {
  /** What stands there now. */
  theirs: string;
  onKeepMine: () => void;
  onTakeTheirs: () => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="grid gap-3">
      <Notice tone="warning">{t("drafts.conflict")}</Notice>
      <figure className="grid gap-1.5">
        <figcaption className="text-sm font-medium">{t("drafts.theirs")}</figcaption>
        <div
          dir="auto"
          tabIndex={0}
          className={
            "max-h-60 overflow-y-auto rounded-lg border border-line bg-sunken px-3 py-2 " +
            "text-[0.9375rem] whitespace-pre-wrap wrap-anywhere"
          }
        >
          {theirs}
        </div>
      </figure>
      <div className="flex flex-wrap justify-end gap-2">
        <Button size="small" onClick={onTakeTheirs}>
          {t("drafts.takeTheirs")}
        </Button>
        <Button size="small" variant="primary" onClick={onKeepMine}>
          {t("drafts.keepMine")}
        </Button>
      </div>
    </div>
  );
}
