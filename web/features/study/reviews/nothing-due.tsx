/** The end of a sitting, or a day without cards: what was done, when it goes on, and what else there is to do. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { i18n } from "../../../i18n.ts";
import { Button, buttonClass } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { statisticsQuery } from "../queries.ts";

export function NothingDue({
  done,
  undoable,
  next,
  subject,
  onUndo,
}: {
  done: number;
  undoable: boolean;
  next: string | null;
  subject: string | undefined;
  onUndo: () => void;
}) {
  const { t } = useTranslation();
  const statistics = useQuery(statisticsQuery(subject, 30)).data;
  const none = statistics?.cards.total === 0;
  return (
    <EmptyState
      title={
        done > 0
          ? t("study.review.finished", { count: done })
          : none
            ? t("study.cards.emptyTitle")
            : t("study.review.nothingTitle")
      }
      action={
        <>
          {none ? (
            <Link to="/learn/cards/new" className={buttonClass("primary")}>
              {t("study.cards.new")}
            </Link>
          ) : (
            <Link to="/" className={buttonClass("primary")}>
              {t("study.today.title")}
            </Link>
          )}
          <Link
            to="/learn/quizzes"
            search={subject ? { subject } : {}}
            className={buttonClass("quiet")}
          >
            {t("study.quiz.start")}
          </Link>
          {undoable && <Button onClick={onUndo}>{t("study.review.undo")}</Button>}
        </>
      }
    >
      {none ? (
        <p>{t("study.cards.emptyText")}</p>
      ) : (
        <>
          {next && <p>{t("study.review.comesBack", { time: timeOf(next) })}</p>}
          {done > 0 && statistics && statistics.streak.current > 0 && (
            <p>{t("study.review.streak", { count: statistics.streak.current })}</p>
          )}
          {!next && done === 0 && <p>{t("study.review.nothingText")}</p>}
        </>
      )}
    </EmptyState>
  );
}

function timeOf(timestamp: string) {
  const date = new Date(timestamp);
  const today = date.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(i18n.language, {
    timeStyle: "short",
    ...(today ? {} : { dateStyle: "medium" }),
  }).format(date);
}
