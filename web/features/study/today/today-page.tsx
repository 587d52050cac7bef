/** The first page: what is due, what to go on with, what is new, and the way to each exam. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { AudioLines, ChevronRight, FileText } from "lucide-react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import type { SubjectSummary, Today } from "#server/features/study/today/shapes.ts";
import { i18n } from "../../../i18n.ts";
import { Badge } from "../../../ui/badge.tsx";
import { day } from "../../../ui/format.ts";
import { ErrorNotice } from "../../../ui/notice.tsx";
import { Page } from "../../../ui/page.tsx";
import { ProgressBar } from "../../../ui/progress-bar.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { SetupNotice } from "../../administration/setup-notice.tsx";
import { subjectsQuery, todayQuery } from "../queries.ts";
import { DueSection } from "./due-section.tsx";
import { ExamsSection } from "./exams-section.tsx";

export function TodayPage() {
  const { t } = useTranslation();
  const today = useQuery({ ...todayQuery, refetchOnMount: "always" });
  const subjects = useQuery(subjectsQuery).data ?? [];
  const { data } = today;
  return (
    <Page title={t("study.today.title")} lead={data && dateOf(data.date)}>
      <SetupNotice />
      <ErrorNotice error={today.error} />
      {data ? (
        <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
          <div className="grid content-start gap-8">
            <DueSection today={data} />
            <GoOn places={data.go_on} />
            <NewSince items={data.new_since.items} since={data.new_since.since} />
          </div>
          <div className="grid content-start gap-8">
            <ExamsSection exams={data.exams} />
            <Subjects subjects={subjects} />
          </div>
        </div>
      ) : (
        !today.error && <Spinner className="mx-auto size-6 text-accent" />
      )}
    </Page>
  );
}

/** A date without a time, as it is. */
export function dateOf(date: string) {
  return new Intl.DateTimeFormat(i18n.language, { dateStyle: "full", timeZone: "UTC" }).format(
    new Date(`${date}T00:00:00Z`),
  );
}

const ICONS = { recording: AudioLines, study_material: FileText };
const rowClass =
  "flex items-center gap-3 px-4 py-3 first:rounded-t-2xl last:rounded-b-2xl hover:bg-sunken/60";

function GoOn({ places }: { places: Today["go_on"] }) {
  const { t } = useTranslation();
  if (places.length === 0) return null;
  return (
    <section aria-labelledby="go-on">
      <h2 id="go-on" className="mb-3 font-semibold">
        {t("study.today.goOn")}
      </h2>
      <ul className="divide-y divide-line rounded-2xl border border-line bg-surface shadow-card">
        {places.map((place) => (
          <li key={place.source.id} className="group">
            <PlaceLink place={place} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function PlaceLink({ place }: { place: Today["go_on"][number] }) {
  const { t } = useTranslation();
  const { source, at_seconds: at, duration_seconds: whole, page, page_count: pages } = place;
  const Icon = ICONS[source.kind];
  const share =
    at !== null && whole ? at / whole : page !== null && pages ? page / pages : undefined;
  const where =
    at !== null
      ? whole
        ? t("study.today.atOf", { at: clock(at), of: clock(whole) })
        : clock(at)
      : page !== null
        ? pages
          ? t("study.today.pageOf", { page, of: pages })
          : t("material.page", { page })
        : "";
  const target =
    source.kind === "recording"
      ? ({
          to: "/recordings/$id",
          params: { id: source.id },
          search: at !== null ? { t: Math.floor(at) } : {},
        } as const)
      : ({
          to: "/materials/$id",
          params: { id: source.id },
          search: page !== null ? { page } : {},
        } as const);
  return (
    <Link {...target} className={rowClass}>
      <Icon className="size-5 shrink-0 text-soft" aria-hidden="true" />
      <span className="min-w-0 flex-1">
        <span className="flex flex-wrap items-baseline justify-between gap-x-3">
          <span className="min-w-0 truncate font-medium">{source.title}</span>
          <span className="text-sm text-soft tabular-nums">{where}</span>
        </span>
        {share !== undefined && (
          <span className="mt-2 block">
            <ProgressBar
              value={share}
              label={t("study.today.progressOf", { title: source.title })}
            />
          </span>
        )}
      </span>
      <ChevronRight className="size-4 shrink-0 text-faint" aria-hidden="true" />
    </Link>
  );
}

function NewSince({ items, since }: { items: Today["new_since"]["items"]; since: string }) {
  const { t } = useTranslation();
  if (items.length === 0) return null;
  return (
    <section aria-labelledby="new-since">
      <h2 id="new-since" className="mb-3 font-semibold">
        {t("study.today.newSince", { date: day(since) })}
      </h2>
      <ul className="divide-y divide-line rounded-2xl border border-line bg-surface shadow-card">
        {items.map(({ kind, id, title, subject }) => {
          const Icon = kind === "recording" ? AudioLines : FileText;
          return (
            <li key={id}>
              <Link
                to={kind === "recording" ? "/recordings/$id" : "/materials/$id"}
                params={{ id }}
                className={rowClass}
              >
                <Icon className="size-5 shrink-0 text-soft" aria-hidden="true" />
                <span className="min-w-0 flex-1 truncate font-medium">{title}</span>
                {subject && <Badge>{subject}</Badge>}
              </Link>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Subjects({ subjects }: { subjects: SubjectSummary[] }) {
  const { t } = useTranslation();
  if (subjects.length === 0) return null;
  return (
    <section aria-labelledby="subjects">
      <h2 id="subjects" className="mb-3 font-semibold">
        {t("study.today.subjects")}
      </h2>
      <ul className="divide-y divide-line rounded-2xl border border-line bg-surface shadow-card">
        {subjects.map(({ subject, cards, due, recordings, study_materials: materials }) => (
          <li key={subject}>
            <Link to="/learn/subjects/$subject" params={{ subject }} className={rowClass}>
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">{subject}</span>
                <span className="block text-sm text-soft">
                  {t("study.today.sources", { count: recordings + materials })},{" "}
                  {t("study.progress.cardCount", { count: cards })}
                </span>
              </span>
              {due > 0 && <Badge tone="accent">{t("study.today.due", { count: due })}</Badge>}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
