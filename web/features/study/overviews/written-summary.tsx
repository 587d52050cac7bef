/**
 * What a language model makes of a source, each sentence with the words that bear it out. Nobody writes one unasked.
 */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { PenLine } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { SourceSummary } from "#server/features/study/overviews/summaries/shapes.ts";
import { request } from "../../../api/client.ts";
import { failureSentence } from "../../../api/failure-sentence.ts";
import { Button } from "../../../ui/button.tsx";
import { ErrorNotice, Notice } from "../../../ui/notice.tsx";
import { ProgressBar } from "../../../ui/progress-bar.tsx";
import { WitnessView } from "../cards/witness-view.tsx";
import { summaryQuery } from "../queries.ts";

export function WrittenSummary({ kind, id }: { kind: "recording" | "study_material"; id: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const kept = useQuery(summaryQuery(kind, id));
  const write = useMutation({
    mutationFn: () =>
      request<SourceSummary>("/overviews/summary", {
        method: "POST",
        json: { source: { kind, id } },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["summary", id] }),
  });
  if (!kept.data) return <ErrorNotice error={kept.error} />;
  const { can_write: canWrite, summary } = kept.data;
  const working = summary?.status === "pending" || summary?.status === "processing";
  const isWritten = summary?.status === "completed";
  return (
    <section aria-labelledby="written-summary" className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id="written-summary" className="font-semibold">
          {t("study.overview.summary")}
        </h2>
        {canWrite && !working && (
          <Button
            size="small"
            className="print:hidden"
            busy={write.isPending}
            onClick={() => write.mutate()}
          >
            <PenLine className="size-4" aria-hidden="true" />
            {t(summary ? "study.overview.writeAgain" : "study.overview.write")}
          </Button>
        )}
      </div>
      <ErrorNotice error={write.error} />
      {!summary && (
        <p className="text-sm text-soft">
          {t(canWrite ? "study.overview.writeText" : "study.overview.noModel")}
        </p>
      )}
      {working && (
        <div role="status" className="rounded-2xl border border-line bg-surface p-5">
          <p className="mb-3 text-soft">{t("study.overview.writing")}</p>
          <ProgressBar label={t("study.overview.writing")} />
        </div>
      )}
      {(summary?.status === "failed" || summary?.status === "cancelled") && (
        <Notice tone="error">{failureSentence(summary.error_code, summary.error_message)}</Notice>
      )}
      {isWritten && <Sentences summary={summary} />}
    </section>
  );
}

function Sentences({
  summary: { sentences, engine, dropped, parts, parts_read: read },
}: {
  summary: SourceSummary;
}) {
  const { t } = useTranslation();
  if (sentences.length === 0)
    return <Notice tone="warning">{t("study.overview.summaryEmpty")}</Notice>;
  return (
    <>
      <ul className="grid gap-2 rounded-2xl border border-line bg-surface p-4 sm:p-5">
        {sentences.map(({ text, witness }) => (
          <li key={`${witness.start_offset} ${text}`}>
            <p className="leading-relaxed">{text}</p>
            <details className="mt-1">
              <summary className="w-fit cursor-pointer py-1 text-sm text-soft">
                {t("study.overview.showWords")}
              </summary>
              <div className="mt-1 mb-2">
                <WitnessView witness={{ ...witness, quote: witness.quote.replace(/\s+/g, " ") }} />
              </div>
            </details>
          </li>
        ))}
      </ul>
      <p className="text-sm text-soft">
        {[
          t("study.overview.summaryLead", { engine }),
          dropped > 0 && t("study.overview.summaryDropped", { count: dropped }),
          parts !== null && read !== null && read < parts
            ? t("study.overview.summaryParts", { read, parts })
            : "",
        ]
          .filter(Boolean)
          .join(" ")}
      </p>
    </>
  );
}
