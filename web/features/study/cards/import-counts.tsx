import { useTranslation } from "react-i18next";
import type { CardTransfer } from "#server/features/study/cards/transfers/shapes.ts";
import { Notice } from "../../../ui/notice.tsx";

const NAMES = ["notes", "cards", "new", "known", "reviews", "media"] as const;

/** What is in the file, or what came of it. */
export function ImportCounts({ transfer: { counts, dry_run } }: { transfer: CardTransfer }) {
  const { t } = useTranslation();
  const remarks = Array.isArray(counts?.["remarks"]) ? counts["remarks"].map(String) : [];
  return (
    <>
      <p className="font-medium">
        {t(dry_run ? "study.transfer.counted" : "study.transfer.imported")}
      </p>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-2 text-sm sm:grid-cols-3">
        {NAMES.filter((name) => typeof counts?.[name] === "number").map((name) => (
          <div key={name}>
            <dt className="text-soft">{t(`study.transfer.counts.${name}`)}</dt>
            <dd className="text-lg font-semibold tabular-nums">{String(counts?.[name])}</dd>
          </div>
        ))}
      </dl>
      {remarks.length > 0 && (
        <Notice tone="warning">
          <ul className="grid gap-1">
            {remarks.slice(0, 20).map((remark) => (
              <li key={remark}>{remark}</li>
            ))}
          </ul>
        </Notice>
      )}
    </>
  );
}
