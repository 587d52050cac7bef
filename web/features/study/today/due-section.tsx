import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FileUp, Mic, Sparkles } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Today } from "#server/features/study/today/shapes.ts";
import { i18n } from "../../../i18n.ts";
import { Button, buttonClass } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { ProgressBar } from "../../../ui/progress-bar.tsx";
import { materialsQuery, recordingsQuery } from "../../content/queries.ts";
import { ACCEPTED, addUploads } from "../../content/uploads.ts";
import { SuggestDialog } from "../cards/suggest-dialog.tsx";
import { statisticsQuery } from "../queries.ts";

/** What there is to do now; where there is nothing, what would make it so. */
export function DueSection({ today }: { today: Today }) {
  const { t } = useTranslation();
  const recordings = useInfiniteQuery(recordingsQuery());
  const materials = useInfiniteQuery(materialsQuery());
  const statistics = useQuery(statisticsQuery(undefined, 30)).data;
  const { due, done_today: done, next_due_at: next } = today;
  if (due.total > 0) return <Due today={today} />;
  if (!statistics || recordings.isPending || materials.isPending) return null;
  const isEmpty =
    recordings.data?.pages[0]?.items.length === 0 && materials.data?.pages[0]?.items.length === 0;
  if (statistics.cards.total === 0) return isEmpty ? <NoSources /> : <NoCards />;
  return (
    <EmptyState
      title={done > 0 ? t("study.today.allDone", { count: done }) : t("study.today.nothingDue")}
      action={
        <>
          <Link to="/learn/quizzes" className={buttonClass("primary")}>
            {t("study.quiz.start")}
          </Link>
          <Link to="/learn/explain" className={buttonClass("quiet")}>
            {t("study.explain.start")}
          </Link>
        </>
      }
    >
      {next && <p>{t("study.review.comesBack", { time: momentOf(next) })}</p>}
      {statistics.streak.current > 0 && (
        <p>{t("study.review.streak", { count: statistics.streak.current })}</p>
      )}
    </EmptyState>
  );
}

function Due({ today: { due, done_today: done } }: { today: Today }) {
  const { t } = useTranslation();
  return (
    <section
      aria-labelledby="due"
      className="rounded-2xl border border-line bg-surface p-5 shadow-card sm:p-7"
    >
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-4">
        <div>
          <h2 id="due" className="text-xl font-semibold">
            {t("study.today.toReview", { count: due.total })}
          </h2>
          <p className="mt-1 flex flex-wrap gap-x-3 text-sm text-soft">
            {due.review > 0 && <span>{t("study.review.reviewLeft", { count: due.review })}</span>}
            {due.learning > 0 && (
              <span>{t("study.review.learningLeft", { count: due.learning })}</span>
            )}
            {due.new > 0 && <span>{t("study.review.newLeft", { count: due.new })}</span>}
          </p>
        </div>
        <Link to="/learn/review" className={buttonClass("primary")}>
          {done > 0 ? t("study.review.goOn") : t("study.review.start")}
        </Link>
      </div>
      {done > 0 && (
        <div className="mt-5 grid gap-2">
          <ProgressBar value={done / (done + due.total)} label={t("study.review.progress")} />
          <p className="text-sm text-soft">{t("study.review.done", { count: done })}</p>
        </div>
      )}
      {due.by_subject.length > 1 && (
        <ul className="mt-5 flex flex-wrap gap-2">
          {due.by_subject
            .filter(({ subject }) => subject !== null)
            .slice(0, 8)
            .map(({ subject, due: count }) => (
              <li key={subject}>
                <Link
                  to="/learn/review"
                  search={{ subject: subject! }}
                  className={buttonClass("quiet", "small")}
                >
                  {subject} <span className="text-soft tabular-nums">{count}</span>
                </Link>
              </li>
            ))}
        </ul>
      )}
    </section>
  );
}

function NoSources() {
  const { t } = useTranslation();
  const picker = useRef<HTMLInputElement>(null);
  return (
    <EmptyState
      title={t("study.today.emptyTitle")}
      action={
        <>
          <Button variant="primary" onClick={() => picker.current?.click()}>
            <FileUp className="size-4" aria-hidden="true" /> {t("library.chooseFiles")}
          </Button>
          <Link to="/record" className={buttonClass("quiet")}>
            <Mic className="size-4" aria-hidden="true" /> {t("library.record")}
          </Link>
          <input
            ref={picker}
            type="file"
            multiple
            accept={ACCEPTED}
            className="sr-only"
            tabIndex={-1}
            aria-label={t("library.upload")}
            onChange={(event) => {
              addUploads(event.target.files ?? []);
              event.target.value = "";
            }}
          />
        </>
      }
    >
      <p>{t("study.today.emptyText")}</p>
    </EmptyState>
  );
}

function NoCards() {
  const { t } = useTranslation();
  const [suggesting, setSuggesting] = useState(false);
  return (
    <EmptyState
      title={t("study.today.noCardsTitle")}
      action={
        <>
          <Button variant="primary" onClick={() => setSuggesting(true)}>
            <Sparkles className="size-4" aria-hidden="true" /> {t("study.suggest.start")}
          </Button>
          <Link to="/learn/cards/new" className={buttonClass("quiet")}>
            {t("study.cards.new")}
          </Link>
        </>
      }
    >
      <p>{t("study.today.noCardsText")}</p>
      {suggesting && <SuggestDialog onClose={() => setSuggesting(false)} />}
    </EmptyState>
  );
}

function momentOf(timestamp: string) {
  const date = new Date(timestamp);
  const today = date.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(i18n.language, {
    timeStyle: "short",
    ...(today ? {} : { dateStyle: "medium" }),
  }).format(date);
}
