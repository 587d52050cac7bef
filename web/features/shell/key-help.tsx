/** `?`: which keys work here. */
import { useTranslation } from "react-i18next";
import { Dialog } from "../../ui/dialog.tsx";
import { useKeyGroups } from "../../ui/keys.ts";

export function KeyHelp({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const { t } = useTranslation();
  const groups = [
    ...useKeyGroups().filter(({ title }) => title !== ""),
    {
      title: t("keys.everywhere"),
      keys: [
        { key: "?", label: t("keys.help") },
        { key: "/", label: t("shell.search") },
        { key: isApple() ? "⌘ K" : "Ctrl K", label: t("palette.open") },
      ],
    },
  ];
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("keys.title")}>
      {groups.map(({ title, keys }) => (
        <section key={title} aria-label={title} className="mt-4 first:mt-0">
          <h3 className="mb-2 text-sm font-medium text-soft">{title}</h3>
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-4 gap-y-2">
            {keys.map(({ key, label }) => (
              <div key={key} className="contents">
                <dt>
                  <kbd
                    className={
                      "inline-block min-w-8 rounded-md border border-line-strong bg-sunken px-2 " +
                      "py-0.5 text-center text-sm"
                    }
                  >
                    {NAMES[key] ? t(`keys.names.${NAMES[key]}`) : key}
                  </kbd>
                </dt>
                <dd>{label}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}

const isApple = () => /Mac|iPhone|iPad/.test(navigator.userAgent);

const NAMES: Record<string, "space" | "left" | "right"> = {
  " ": "space",
  ArrowLeft: "left",
  ArrowRight: "right",
};
