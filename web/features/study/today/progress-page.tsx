/** What was learned, how much of it stays, and what is to come. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Statistics } from "#server/features/study/today/shapes.ts";
import { buttonClass } from "../../../ui/button.tsx";
import { classes } from "../../../ui/classes.ts";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { inputClass } from "../../../ui/field.tsx";
import { day, percent, roughly } from "../../../ui/format.ts";
import { ErrorNotice } from "../../../ui/notice.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { statisticsQuery, subjectsQuery } from "../queries.ts";
import { StudyPage } from "../study-page.tsx";
import { BarChart, Calendar } from "./charts.tsx";

const route = getRouteApi("/app/learn/progress");
const DAYS = 30;

export function ProgressPage() {
  const { t } = useTranslation();
  const { subject } = route.useSearch();
  const statistics = useQuery(statisticsQuery(subject, 365));
  const { data } = statistics;
  return (
    <StudyPage title={t("study.progress.title")} actions={<SubjectSelect subject={subject} />}>
      <ErrorNotice error={statistics.error} />
      {!data ? (
        !statistics.error && <Spinner className="mx-auto size-6 text-accent" />
      ) : data.reviews.total === 0 ? (
        <EmptyState
          title={t("study.progress.emptyTitle")}
          action={
            <Link to="/learn/review" className={buttonClass("primary")}>
              {t("study.review.title")}
            </Link>
          }
        >
          <p>{t("study.progress.emptyText")}</p>
        </EmptyState>
      ) : (
        <Pictures statistics={data} />
      )}
    </StudyPage>
  );
}

function SubjectSelect({ subject }: { subject: string | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const subjects = useQuery(subjectsQuery).data ?? [];
  return (
    <select
      aria-label={t("common.subject")}
      value={subject ?? ""}
      onChange={(event) =>
        void navigate({
          to: "/learn/progress",
          search: event.target.value ? { subject: event.target.value } : {},
        })
      }
      className={classes(inputClass, "min-h-10 w-auto! max-w-56")}
    >
      <option value="">{t("library.allSubjects")}</option>
      {subjects.map((one) => (
        <option key={one.subject}>{one.subject}</option>
      ))}
    </select>
  );
}

function Pictures({ statistics }: { statistics: Statistics }) {
  const { t } = useTranslation();
  const { days, forecast, streak } = statistics;
  const month = days.slice(-DAYS);
  const tested = month.reduce((sum, one) => sum + one.tested, 0);
  const recalled = month.reduce((sum, one) => sum + one.recalled, 0);
  const nameOf = (date: string) => day(`${date}T12:00:00`);
  return (
    <div className="grid gap-6">
      <Figures statistics={statistics} rate={tested > 0 ? recalled / tested : null} />
      <Calendar
        title={t("study.progress.calendar")}
        summary={t("study.progress.streak", { count: streak.current, longest: streak.longest })}
        columns={[t("study.progress.day"), t("study.progress.reviews")]}
        days={days.map(({ date, reviews }) => ({
          date,
          label: nameOf(date),
          value: reviews,
          shown: t("study.progress.reviewCount", { count: reviews }),
        }))}
      />
      <div className="grid gap-6 lg:grid-cols-2">
        <BarChart
          title={t("study.progress.retention")}
          summary={t("study.progress.retentionText", {
            wanted: percent(statistics.retention.desired),
          })}
          columns={[t("study.progress.day"), t("study.progress.recalled")]}
          most={1}
          bars={month.map(({ date, tested: of, recalled: right }) => ({
            label: nameOf(date),
            value: of > 0 ? right / of : 0,
            shown:
              of > 0
                ? t("study.progress.rate", { rate: percent(right / of), count: of })
                : t("study.progress.notTested"),
          }))}
        />
        <BarChart
          title={t("study.progress.forecast")}
          summary={t("study.progress.forecastText")}
          columns={[t("study.progress.day"), t("study.progress.cards")]}
          bars={forecast.slice(0, DAYS).map(({ date, due }) => ({
            label: nameOf(date),
            value: due,
            shown: t("study.progress.cardCount", { count: due }),
          }))}
        />
      </div>
      <Weak weak={statistics.weak} />
    </div>
  );
}

function Figures({ statistics, rate }: { statistics: Statistics; rate: number | null }) {
  const { t } = useTranslation();
  const { cards, reviews, streak } = statistics;
  const facts = [
    [t("study.progress.allCards"), String(cards.total)],
    [t("study.progress.today"), String(reviews.today)],
    [
      t("study.progress.timeToday"),
      reviews.seconds_today > 0 ? roughly(reviews.seconds_today) : "–",
    ],
    [t("study.progress.recalledMonth"), rate === null ? "–" : percent(rate)],
    [t("study.progress.streakShort"), t("study.cards.days", { count: streak.current })],
  ];
  return (
    <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-5">
      {facts.map(([name, value]) => (
        <div key={name} className="rounded-2xl border border-line bg-surface px-4 py-3.5">
          <dt className="text-sm text-soft">{name}</dt>
          <dd className="mt-0.5 text-xl font-semibold tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Weak({ weak }: { weak: Statistics["weak"] }) {
  const { t } = useTranslation();
  if (weak.length === 0) return null;
  return (
    <section
      aria-labelledby="weak"
      className="rounded-2xl border border-line bg-surface p-5 shadow-card sm:p-6"
    >
      <h2 id="weak" className="font-semibold">
        {t("study.progress.weak")}
      </h2>
      <p className="mt-0.5 text-sm text-soft">{t("study.progress.weakText")}</p>
      <ul className="mt-4 grid gap-3">
        {weak.map(({ source, title, subject, tested, recalled }) => (
          <li
            key={`${source?.id ?? ""} ${title}`}
            className="flex flex-wrap items-center gap-x-4 gap-y-1"
          >
            <span className="min-w-0 flex-1 basis-48">
              <span className="block truncate font-medium">{title}</span>
              <span className="text-sm text-soft">
                {t("study.progress.rate", { rate: percent(recalled / tested), count: tested })}
              </span>
            </span>
            {source ? (
              <>
                <Link
                  to="/learn"
                  search={{ source_id: source.id }}
                  className={buttonClass("quiet", "small")}
                >
                  {t("study.progress.itsCards")}
                </Link>
                <Link
                  to="/learn/quizzes"
                  search={
                    source.kind === "recording" ? { recording: source.id } : { material: source.id }
                  }
                  className={buttonClass("quiet", "small")}
                >
                  {t("study.quiz.start")}
                </Link>
              </>
            ) : (
              subject && (
                <Link
                  to="/learn/quizzes"
                  search={{ subject }}
                  className={buttonClass("quiet", "small")}
                >
                  {t("study.quiz.start")}
                </Link>
              )
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
