import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { SearchMeasurement } from "#server/features/search/measurements/shapes.ts";

type Figures = NonNullable<SearchMeasurement["results"]>[number];

/** Words and numbers are not broken: 313 px hold the three columns beside the name. */
const NUMBER = "px-1.5 py-2 text-right align-top tabular-nums [overflow-wrap:normal]";

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
            <th className="py-2 pr-3 font-medium">{t("quality.engine")}</th>
            <th className={`${NUMBER} font-medium`}>{t("quality.first")}</th>
            <th className={`${NUMBER} font-medium`}>{t("quality.three")}</th>
            <th className={`${NUMBER} font-medium`}>
              <abbr title={t("quality.mrrText")}>{t("quality.mrr")}</abbr>
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {figures.map((one, at) => (
            <tr key={one.engine}>
              <th className="py-2 pr-3 font-normal">
                <EngineName engine={one.engine} />
                <div className="mt-1">{remark(one, at)}</div>
              </th>
              <td className={NUMBER}>{percent(one.hit_at_1)}</td>
              <td className={NUMBER}>{percent(one.hit_at_3)}</td>
              <td className={NUMBER}>
                {one.mrr.toLocaleString(i18n.language, { maximumFractionDigits: 2 })}
              </td>
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
