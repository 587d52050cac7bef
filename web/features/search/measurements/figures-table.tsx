import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { SearchMeasurement } from "#server/features/search/measurements/shapes.ts";

type Figures = NonNullable<SearchMeasurement["results"]>[number];

/** One line an engine. */
export function FiguresTable({
  figures,
  remark,
}: {
  figures: Figures[];
  remark: (figures: Figures, at: number) => ReactNode;
}) {
  const { t, i18n } = useTranslation();
  const percent = (share: number) =>
    share.toLocaleString(i18n.language, { style: "percent", maximumFractionDigits: 0 });
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-left text-[0.9375rem]">
        <thead className="text-sm text-soft">
          <tr>
            <th className="py-2 pr-4 font-medium">{t("quality.engine")}</th>
            <th className="py-2 pr-4 text-right font-medium">{t("quality.first")}</th>
            <th className="py-2 pr-4 text-right font-medium">{t("quality.three")}</th>
            <th className="py-2 pr-4 text-right font-medium">
              <abbr title={t("quality.mrrText")}>{t("quality.mrr")}</abbr>
            </th>
            <td />
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {figures.map((one, at) => (
            <tr key={one.engine}>
              <th className="py-2 pr-4 font-normal break-all">
                <EngineName engine={one.engine} />
              </th>
              <td className="py-2 pr-4 text-right tabular-nums">{percent(one.hit_at_1)}</td>
              <td className="py-2 pr-4 text-right tabular-nums">{percent(one.hit_at_3)}</td>
              <td className="py-2 pr-4 text-right tabular-nums">
                {one.mrr.toLocaleString(i18n.language, { maximumFractionDigits: 2 })}
              </td>
              <td className="py-2 text-right">{remark(one, at)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function EngineName({ engine }: { engine: string }) {
  const { t } = useTranslation();
  return engine === "words" ? t("quality.words") : engine.replace(/^local\//, "");
}
