/** A source on one page: its words, its parts, and the sentences that say most, each where it stands. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Printer, Sparkles } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import type { CardWitness } from "#server/features/study/cards/shapes.ts";
import type { Overview } from "#server/features/study/overviews/shapes.ts";
import { Button, buttonClass } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { ErrorNotice } from "../../../ui/notice.tsx";
import { Page } from "../../../ui/page.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { citationTarget } from "../../interactions/citation-target.ts";
import { SuggestDialog } from "../cards/suggest-dialog.tsx";
import { WitnessView } from "../cards/witness-view.tsx";
import { overviewQuery } from "../queries.ts";
import { WrittenSummary } from "./written-summary.tsx";

const route = getRouteApi("/app/learn/overview");

export function OverviewPage() {
  const { t } = useTranslation();
  const { recording, material } = route.useSearch();
  const id = recording ?? material ?? "";
  const kind = recording ? ("recording" as const) : ("study_material" as const);
  const overview = useQuery({ ...overviewQuery(kind, id), enabled: id !== "" });
  const [suggesting, setSuggesting] = useState(false);
  if (!overview.data)
    return (
      <Page title={t("study.overview.title")}>
        {id === "" ? (
          <EmptyState title={t("errors.notFoundTitle")} />
        ) : overview.error ? (
          <ErrorNotice error={overview.error} />
        ) : (
          <Spinner className="mx-auto size-6 text-accent" />
        )}
      </Page>
    );
  const search = recording ? { recording } : { material: id };
  return (
    <Page
      title={t("study.overview.titleOf", { title: overview.data.source.title })}
      heading={overview.data.source.title}
      lead={t("study.overview.lead")}
      actions={
        <span className="flex flex-wrap gap-2 print:hidden">
          <Button onClick={() => print()}>
            <Printer className="size-4" aria-hidden="true" /> {t("study.print.print")}
          </Button>
          <Link to="/learn/quizzes" search={search} className={buttonClass("quiet")}>
            {t("study.quiz.start")}
          </Link>
          <Link to="/learn/explain" search={search} className={buttonClass("quiet")}>
            {t("study.explain.start")}
          </Link>
          <Button variant="primary" onClick={() => setSuggesting(true)}>
            <Sparkles className="size-4" aria-hidden="true" /> {t("study.suggest.start")}
          </Button>
        </span>
      }
    >
      <Parts overview={overview.data} summary={<WrittenSummary key={id} kind={kind} id={id} />} />
      {suggesting && (
        <SuggestDialog source={{ source: { kind, id } }} onClose={() => setSuggesting(false)} />
      )}
    </Page>
  );
}

function Parts({
  overview: { terms, outline, sentences },
  summary,
}: {
  overview: Overview;
  summary: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
      <div className="grid content-start gap-8">
        {summary}
        <section aria-labelledby="sentences">
          <h2 id="sentences" className="mb-3 font-semibold">
            {t("study.overview.sentences")}
          </h2>
          <ul className="grid gap-3">
            {sentences.map(({ text, witness }) => (
              <li key={witness.start_offset}>
                <WitnessView witness={{ ...witness, quote: text }} />
              </li>
            ))}
          </ul>
        </section>
      </div>
      <div className="grid content-start gap-8">
        <Outline outline={outline} />
        <section aria-labelledby="key-terms">
          <h2 id="key-terms" className="mb-3 font-semibold">
            {t("study.overview.terms")}
          </h2>
          <ul className="flex flex-wrap gap-2">
            {terms.map(({ term, count, witness }) => (
              <li key={term}>
                <Place
                  witness={witness}
                  className={
                    "inline-flex min-h-8 items-center gap-2 rounded-full border " +
                    "border-line-strong bg-surface px-3 text-sm"
                  }
                >
                  {term} <span className="text-soft tabular-nums">{count}</span>
                </Place>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </div>
  );
}

function Outline({ outline }: Pick<Overview, "outline">) {
  const { t } = useTranslation();
  if (outline.length === 0) return null;
  return (
    <section aria-labelledby="outline">
      <h2 id="outline" className="mb-3 font-semibold">
        {t("study.overview.outline")}
      </h2>
      <ol className="grid gap-1">
        {outline.map(({ title, page, start_seconds: start, witness }) => (
          <li key={witness.start_offset}>
            <Place
              witness={witness}
              className="-mx-2 flex items-baseline gap-3 rounded-lg px-2 py-1.5"
            >
              <span className="min-w-0 flex-1">{title}</span>
              <span className="shrink-0 text-sm text-soft tabular-nums">
                {start !== undefined
                  ? clock(start)
                  : page !== undefined && t("material.page", { page })}
              </span>
            </Place>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Opens where it stands. */
function Place({
  witness,
  className,
  children,
}: {
  witness: CardWitness;
  className: string;
  children: ReactNode;
}) {
  const target = citationTarget(witness);
  if (!target) return <span className={className}>{children}</span>;
  return (
    <Link {...target} className={`${className} hover:bg-sunken`}>
      {children}
    </Link>
  );
}
