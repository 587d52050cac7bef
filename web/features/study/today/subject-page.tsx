/** A subject as a place: its lectures, documents, cards and conversations, how it stands, and its words. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { AudioLines, FileText, GraduationCap } from "lucide-react";
import { useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Statistics } from "#server/features/study/today/shapes.ts";
import { Button, buttonClass } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { day, percent } from "../../../ui/format.ts";
import { ErrorNotice } from "../../../ui/notice.tsx";
import { Page } from "../../../ui/page.tsx";
import { mergeLists } from "../../content/library-items.ts";
import { materialsQuery, recordingsQuery } from "../../content/queries.ts";
import { ListenButton } from "../../content/speech/listen.tsx";
import { SuggestDialog } from "../cards/suggest-dialog.tsx";
import { SubjectTerms } from "../overviews/subject-terms.tsx";
import { statisticsQuery, subjectsQuery, todayQuery } from "../queries.ts";
import { ExamsSection } from "./exams-section.tsx";
import { SubjectConversations } from "./subject-conversations.tsx";
import { SubjectVocabulary } from "./subject-vocabulary.tsx";

const route = getRouteApi("/app/learn/subjects/$subject");

export function SubjectPage() {
  const { t } = useTranslation();
  const { subject } = route.useParams();
  const summary = useQuery(subjectsQuery);
  const statistics = useQuery(statisticsQuery(subject, 30)).data;
  const exams = useQuery(todayQuery).data?.exams ?? [];
  const [suggesting, setSuggesting] = useState(false);
  const there = summary.data?.find((one) => one.subject === subject);
  const hasText = there !== undefined && there.recordings + there.study_materials > 0;
  return (
    <Page
      title={subject}
      actions={
        <>
          {hasText && (
            <Button onClick={() => setSuggesting(true)}>{t("study.suggest.start")}</Button>
          )}
          <Link
            to="/learn/review"
            search={{ subject }}
            className={buttonClass(there && there.due > 0 ? "primary" : "quiet")}
          >
            <GraduationCap className="size-4" aria-hidden="true" /> {t("study.review.title")}
          </Link>
        </>
      }
    >
      <ErrorNotice error={summary.error} />
      {summary.data && !there ? (
        <EmptyState
          title={t("study.subject.emptyTitle")}
          action={
            <Link to="/library" className={buttonClass("primary")}>
              {t("shell.library")}
            </Link>
          }
        >
          <p>{t("study.subject.emptyText")}</p>
        </EmptyState>
      ) : (
        <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
          <div className="grid content-start gap-8">
            {statistics && <Standing statistics={statistics} subject={subject} />}
            <Sources subject={subject} aloud={(there?.study_materials ?? 0) > 0} />
            {hasText && <SubjectTerms subject={subject} />}
          </div>
          <div className="grid content-start gap-8">
            <Ways subject={subject} />
            <ExamsSection
              subject={subject}
              exams={exams.filter((exam) => exam.subject === subject)}
            />
            <SubjectConversations subject={subject} />
            <SubjectVocabulary subject={subject} />
          </div>
        </div>
      )}
      {suggesting && <SuggestDialog subject={subject} onClose={() => setSuggesting(false)} />}
    </Page>
  );
}

function Standing({ statistics, subject }: { statistics: Statistics; subject: string }) {
  const { t } = useTranslation();
  const { cards, retention } = statistics;
  const learned = cards.total - cards.new;
  const facts: [string, ReactNode][] = [
    [
      t("study.subject.cards"),
      <Link key="cards" to="/learn" search={{ subject }} className="underline underline-offset-4">
        {cards.total}
      </Link>,
    ],
    [t("study.subject.begun"), cards.total > 0 ? percent(learned / cards.total) : "–"],
    [t("study.subject.recalled"), retention.rate === null ? "–" : percent(retention.rate)],
  ];
  return (
    <dl className="grid grid-cols-3 gap-3">
      {facts.map(([name, value]) => (
        <div key={name} className="rounded-2xl border border-line bg-surface px-4 py-3.5">
          <dt className="text-sm text-soft">{name}</dt>
          <dd className="mt-0.5 text-xl font-semibold tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** @param aloud whether there is a document to be read */
function Sources({ subject, aloud }: { subject: string; aloud: boolean }) {
  const { t } = useTranslation();
  const recordings = useInfiniteQuery(recordingsQuery(subject));
  const materials = useInfiniteQuery(materialsQuery(subject));
  const items = useMemo(() => mergeLists(recordings, materials), [recordings.data, materials.data]);
  return (
    <section aria-labelledby="sources">
      <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-1">
        <h2 id="sources" className="me-auto font-semibold">
          {t("study.subject.sources")}
        </h2>
        {aloud && (
          <>
            <ListenButton
              source={{ kind: "subject", id: subject }}
              title={subject}
              label={t("study.subject.aloud")}
              size="small"
            />
            <p className="basis-full text-sm text-soft">{t("study.subject.aloudHint")}</p>
          </>
        )}
      </div>
      <ErrorNotice error={recordings.error ?? materials.error} />
      <ul className="divide-y divide-line rounded-2xl border border-line bg-surface shadow-card empty:hidden">
        {items.map(({ kind, item }) => {
          const Icon = kind === "recording" ? AudioLines : FileText;
          return (
            <li key={item.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3">
              <Icon className="size-5 shrink-0 text-soft" aria-hidden="true" />
              <Link
                to={kind === "recording" ? "/recordings/$id" : "/materials/$id"}
                params={{ id: item.id }}
                className="min-w-0 flex-1 basis-40 truncate font-medium underline-offset-4 hover:underline"
              >
                {item.title}
              </Link>
              <span className="text-sm text-soft">{day(item.created_at)}</span>
              <Link
                to="/learn/overview"
                search={kind === "recording" ? { recording: item.id } : { material: item.id }}
                className={buttonClass("quiet", "small")}
              >
                {t("study.overview.short")}
              </Link>
            </li>
          );
        })}
      </ul>
      {(recordings.hasNextPage || materials.hasNextPage) && (
        <Button
          size="small"
          className="mt-3"
          onClick={() => {
            if (recordings.hasNextPage) void recordings.fetchNextPage();
            if (materials.hasNextPage) void materials.fetchNextPage();
          }}
        >
          {t("common.loadMore")}
        </Button>
      )}
    </section>
  );
}

function Ways({ subject }: { subject: string }) {
  const { t } = useTranslation();
  const look = `${buttonClass("quiet")} justify-start!`;
  return (
    <nav aria-label={t("study.subject.ways")} className="grid gap-2">
      <Link to="/learn/quizzes" search={{ subject }} className={look}>
        {t("study.quiz.start")}
      </Link>
      <Link to="/learn/explain" search={{ subject }} className={look}>
        {t("study.explain.start")}
      </Link>
      <Link to="/learn/progress" search={{ subject }} className={look}>
        {t("study.progress.title")}
      </Link>
      <Link to="/tutor" search={{ subject }} className={look}>
        {t("study.subject.ask")}
      </Link>
    </nav>
  );
}
