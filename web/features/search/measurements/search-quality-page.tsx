/**
 * How well search finds what the student's own cards and questions ask, with the engine in use and beside another one.
 */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type {
  SearchEngine,
  SearchMeasurement,
} from "#server/features/search/measurements/shapes.ts";
import { request } from "../../../api/client.ts";
import { Badge } from "../../../ui/badge.tsx";
import { Button } from "../../../ui/button.tsx";
import { SelectField } from "../../../ui/field.tsx";
import { moment } from "../../../ui/format.ts";
import { ErrorNotice, Notice } from "../../../ui/notice.tsx";
import { Page } from "../../../ui/page.tsx";
import { ProgressBar } from "../../../ui/progress-bar.tsx";
import { EngineName, FiguresTable } from "./figures-table.tsx";
import { engineQuery, isRunning, measurementsQuery } from "./queries.ts";

export function SearchQualityPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const engine = useQuery(engineQuery);
  const measurements = useQuery(measurementsQuery);
  const [other, setOther] = useState("");
  const start = useMutation({
    mutationFn: () =>
      request("/search/measurements", {
        method: "POST",
        json: other === "" ? {} : { compare_with: other },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["search-measurements"] }),
  });
  const newest = measurements.data?.items[0];
  const done = measurements.data?.items.find(({ status }) => status === "completed");
  const running = isRunning(newest);
  const others = engine.data?.engines.filter((one) => one.engine !== engine.data.engine) ?? [];
  return (
    <Page title={t("quality.title")} lead={t("quality.lead")} width="narrow">
      <div className="grid gap-5">
        <ErrorNotice error={engine.error ?? measurements.error ?? start.error} />
        {engine.data?.is_provisional && <Notice>{t("quality.provisional")}</Notice>}
        <form
          className="flex flex-wrap items-end gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            start.mutate();
          }}
        >
          <SelectField
            label={t("quality.compareWith")}
            className="min-w-0 flex-1 basis-56"
            value={other}
            onChange={(event) => setOther(event.target.value)}
          >
            <option value="">{t("quality.nothingElse")}</option>
            {others.map((one) => (
              <option key={one.engine} value={one.engine}>
                {one.engine === "words" ? t("quality.words") : one.engine.replace(/^local\//, "")}
              </option>
            ))}
          </SelectField>
          <Button type="submit" variant="primary" busy={start.isPending || running}>
            {t("quality.measure")}
          </Button>
        </form>
        {running && (
          <div role="status" className="grid gap-2 text-sm text-soft">
            {t("quality.measuring")}
            <ProgressBar value={newest!.progress} label={t("quality.measuring")} />
          </div>
        )}
        {newest?.status === "failed" && <Notice tone="error">{newest.error_message}</Notice>}
        {done && engine.data ? (
          <Measured measurement={done} engine={engine.data} />
        ) : (
          !running && measurements.data && <p className="text-soft">{t("quality.noneYet")}</p>
        )}
      </div>
    </Page>
  );
}

function Measured({
  measurement: { questions, results, never_found, completed_at, is_automatic },
  engine,
}: {
  measurement: SearchMeasurement;
  engine: SearchEngine;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const choose = useMutation({
    mutationFn: (wanted: string) =>
      request<SearchEngine>("/search/engine", { method: "PUT", json: { engine: wanted } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["search-measurements"] }),
  });
  if (!results || results.length === 0)
    return <Notice>{t("quality.tooFew", { count: questions ?? 0 })}</Notice>;
  const inUse = results.find((one) => one.engine === engine.engine);
  return (
    <section className="grid gap-4" aria-label={t("quality.title")}>
      <p className="flex flex-wrap gap-2 text-sm text-soft">
        {t("quality.ofQuestions", { count: questions ?? 0 })}
        {completed_at && <span>{moment(completed_at)}</span>}
        {is_automatic && <Badge>{t("quality.automatic")}</Badge>}
      </p>
      <ErrorNotice error={choose.error} />
      <FiguresTable
        figures={results}
        remark={(one) =>
          one.engine === engine.engine ? (
            <Badge tone="accent">{t("quality.inUse")}</Badge>
          ) : inUse && one.mrr < inUse.mrr ? (
            <span className="text-sm text-soft">{t("quality.worse")}</span>
          ) : (
            <Button size="small" busy={choose.isPending} onClick={() => choose.mutate(one.engine)}>
              {t("quality.use")}
              <span className="sr-only">
                <EngineName engine={one.engine} />
              </span>
            </Button>
          )
        }
      />
      <NeverFound sources={never_found ?? []} />
    </section>
  );
}

function NeverFound({ sources }: { sources: NonNullable<SearchMeasurement["never_found"]> }) {
  const { t } = useTranslation();
  if (sources.length === 0) return <p className="text-soft">{t("quality.allFound")}</p>;
  return (
    <div>
      <h2 className="font-semibold">{t("quality.neverFound")}</h2>
      <p className="text-sm text-soft">{t("quality.neverFoundText")}</p>
      <ul className="mt-2 divide-y divide-line">
        {sources.map(({ kind, id, title, questions }) => (
          <li key={id} className="flex justify-between gap-4 py-2">
            <Link
              to={kind === "recording" ? "/recordings/$id" : "/materials/$id"}
              params={{ id }}
              className="min-w-0 truncate underline"
            >
              {title}
            </Link>
            <span className="shrink-0 text-sm text-soft">
              {t("quality.ofQuestions", { count: questions })}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
