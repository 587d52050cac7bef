/** Pictures of numbers that also read as tables. */
import { useId, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { classes } from "../../../ui/classes.ts";

export interface Bar {
  label: string;
  value: number;
  /** As it is read. */
  shown: string;
}

/** Bars from left to right; every seventh is named. */
export function BarChart({
  title,
  summary,
  bars,
  columns,
  most,
}: {
  title: string;
  summary?: ReactNode;
  bars: Bar[];
  columns: [string, string];
  /** What a full bar stands for; else the highest. */
  most?: number;
}) {
  const top = Math.max(most ?? 0, ...bars.map(({ value }) => value), most ? 0 : 1);
  const every = Math.max(1, Math.ceil(bars.length / 5));
  return (
    <Figure title={title} summary={summary} columns={columns} rows={bars}>
      <div className="flex h-32 items-end gap-px sm:gap-0.5" aria-hidden="true">
        {bars.map(({ label, value, shown }, at) => (
          <div key={at} title={`${label}: ${shown}`} className="group flex h-full flex-1 items-end">
            <div
              className={classes(
                "w-full rounded-t-sm",
                value > 0 ? "bg-accent group-hover:bg-accent-hover" : "bg-line",
              )}
              style={{ height: value > 0 ? `max(3px, ${(value / top) * 100}%)` : "2px" }}
            />
          </div>
        ))}
      </div>
      <div className="mt-1.5 flex justify-between text-xs text-soft" aria-hidden="true">
        {bars
          .filter((_, at) => at % every === 0)
          .map(({ label }) => (
            <span key={label}>{label}</span>
          ))}
      </div>
    </Figure>
  );
}

/** A year of days, a week a column. */
export function Calendar({
  title,
  summary,
  days,
  columns,
}: {
  title: string;
  summary?: ReactNode;
  days: (Bar & { date: string })[];
  columns: [string, string];
}) {
  const most = Math.max(1, ...days.map(({ value }) => value));
  const first = days[0] ? (new Date(`${days[0].date}T00:00:00Z`).getUTCDay() + 6) % 7 : 0;
  const level = (value: number) => (value === 0 ? 0 : Math.ceil((value / most) * 4));
  return (
    <Figure
      title={title}
      summary={summary}
      columns={columns}
      rows={days.filter(({ value }) => value > 0)}
    >
      <div
        className="grid w-full grid-flow-col grid-rows-7 gap-[2px] sm:gap-[3px]"
        style={{ gridAutoColumns: "minmax(0, 1fr)" }}
        aria-hidden="true"
      >
        {Array.from({ length: first }, (_, at) => (
          <span key={`before-${at}`} />
        ))}
        {days.map(({ date, label, value, shown }) => (
          <span
            key={date}
            title={`${label}: ${shown}`}
            className={classes(
              "aspect-square rounded-[2px]",
              ["bg-line", "bg-accent/30", "bg-accent/55", "bg-accent/80", "bg-accent"][
                level(value)
              ],
            )}
          />
        ))}
      </div>
    </Figure>
  );
}

function Figure({
  title,
  summary,
  columns,
  rows,
  children,
}: {
  title: string;
  summary: ReactNode;
  columns: [string, string];
  rows: Bar[];
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <figure
      aria-labelledby={id}
      className="rounded-2xl border border-line bg-surface p-5 shadow-card sm:p-6"
    >
      <figcaption className="mb-4">
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        {summary && <p className="mt-0.5 text-sm text-soft">{summary}</p>}
      </figcaption>
      {children}
      <details className="mt-3 text-sm">
        <summary className="w-fit text-soft underline-offset-4 hover:underline">
          {t("study.progress.asTable")}
        </summary>
        <div
          className="mt-2 max-h-64 overflow-y-auto"
          tabIndex={0}
          role="group"
          aria-labelledby={id}
        >
          <table className="w-full text-left tabular-nums">
            <thead>
              <tr className="text-soft">
                <th scope="col" className="py-1 pr-4 font-medium">
                  {columns[0]}
                </th>
                <th scope="col" className="py-1 font-medium">
                  {columns[1]}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ label, shown }, at) => (
                <tr key={at} className="border-t border-line">
                  <td className="py-1 pr-4">{label}</td>
                  <td className="py-1">{shown}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}
