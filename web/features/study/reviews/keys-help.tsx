import { useTranslation } from "react-i18next";
import { Dialog } from "../../../ui/dialog.tsx";

const KEYS = [
  ["Space", "show"],
  ["1 2 3 4", "rate"],
  ["u", "undo"],
  ["e", "edit"],
  ["s", "suspend"],
  ["b", "bury"],
  ["h", "hear"],
  ["f", "handsFree"],
  ["?", "help"],
] as const;

export function KeysHelp({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("study.review.keys")}>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-4 gap-y-2.5 pt-2">
        {KEYS.map(([key, what]) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="inline-block min-w-8 rounded-md border border-line-strong bg-sunken px-2 py-0.5 text-center text-sm">
                {key === "Space" ? t("study.review.space") : key}
              </kbd>
            </dt>
            <dd className="text-[0.9375rem]">{t(`study.review.keyHelp.${what}`)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
