/** A quotation that opens at its second or page. */
import { Link } from "@tanstack/react-router";
import { AudioLines, FileText } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Citation } from "#server/features/interactions/shapes.ts";
import { Badge } from "../../ui/badge.tsx";
import { classes } from "../../ui/classes.ts";
import { CitationPlace } from "./citation-place.tsx";
import { RoughBadge } from "./citation-preview.tsx";
import { citationTarget } from "./citation-target.ts";
import { useIsRough } from "./rough.ts";

export function CitationCard({ citation }: { citation: Citation }) {
  const { t } = useTranslation();
  const { source, quote, status, number } = citation;
  const target = citationTarget(citation);
  const isRough = useIsRough(citation);
  const Icon = source.kind === "recording" ? AudioLines : FileText;
  const content = (
    <>
      <span className="flex items-center gap-2 text-sm">
        <span
          className={
            "flex h-5 min-w-5 shrink-0 items-center justify-center rounded-md bg-accent-soft " +
            "px-1 text-xs font-semibold text-accent-ink tabular-nums"
          }
        >
          {number}
        </span>
        <Icon className="size-4 shrink-0 text-soft" aria-hidden="true" />
        <span className="min-w-0 flex-1 truncate font-medium">{source.title}</span>
        <CitationPlace citation={citation} />
      </span>
      <span className="mt-1.5 line-clamp-3 text-sm text-soft">“{quote}”</span>
      {isRough && <RoughBadge />}
      {status === "changed" && <Badge tone="warning">{t("tutor.citationChanged")}</Badge>}
      {status === "moved" && <Badge>{t("tutor.citationMoved")}</Badge>}
      {!source.id && <Badge tone="warning">{t("tutor.sourceGone")}</Badge>}
    </>
  );
  const look = "block rounded-xl border border-line bg-surface px-3 py-2.5 text-left";
  if (!target) return <div className={look}>{content}</div>;
  return (
    <Link
      {...target}
      data-testid="citation"
      className={classes(look, "transition-colors hover:border-accent hover:bg-accent-soft/40")}
    >
      {content}
    </Link>
  );
}

/** One card a source, in the order in which they are first quoted. */
export function CitationCards({ citations }: { citations: Citation[] }) {
  const { t } = useTranslation();
  if (citations.length === 0) return null;
  return (
    <ul aria-label={t("tutor.citations")} className="grid gap-2 sm:grid-cols-2">
      {bySource(citations).map(([first, ...others]) => (
        <li key={first!.number}>
          {others.length === 0 ? (
            <CitationCard citation={first!} />
          ) : (
            <SourceCard citations={[first!, ...others]} />
          )}
        </li>
      ))}
    </ul>
  );
}

function bySource(citations: Citation[]) {
  return [...Map.groupBy(citations, ({ source }) => source.id ?? source.title).values()];
}

/** Several quotations of one source: its title once, and each of its places. */
function SourceCard({ citations }: { citations: Citation[] }) {
  const { t } = useTranslation();
  const [first] = citations;
  const { source } = first!;
  const isRough = useIsRough(first!);
  const Icon = source.kind === "recording" ? AudioLines : FileText;
  return (
    <div className="rounded-xl border border-line bg-surface pb-1.5 text-left text-sm">
      <p className="flex items-center gap-2 px-3 pt-2.5 pb-1">
        <Icon className="size-4 shrink-0 text-soft" aria-hidden="true" />
        <span dir="auto" className="min-w-0 flex-1 truncate font-medium">
          {source.title}
        </span>
        {isRough && <RoughBadge />}
        {!source.id && <Badge tone="warning">{t("tutor.sourceGone")}</Badge>}
      </p>
      <ul>
        {citations.map((citation) => (
          <li key={citation.number}>
            <PlaceRow citation={citation} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function PlaceRow({ citation }: { citation: Citation }) {
  const { t } = useTranslation();
  const { quote, status, number, source } = citation;
  const target = citationTarget(citation);
  const content = (
    <>
      <span
        className={
          "mt-px flex h-5 min-w-5 shrink-0 items-center justify-center rounded-md " +
          "bg-accent-soft px-1 text-xs font-semibold text-accent-ink tabular-nums"
        }
      >
        {number}
      </span>
      <span className="sr-only">{source.title}</span>
      <span dir="auto" className="line-clamp-2 min-w-0 flex-1 text-soft">
        “{quote}”
      </span>
      <CitationPlace citation={citation} />
      {status === "changed" && <Badge tone="warning">{t("tutor.citationChanged")}</Badge>}
      {status === "moved" && <Badge>{t("tutor.citationMoved")}</Badge>}
    </>
  );
  const look = "flex items-start gap-2 px-3 py-1.5";
  if (!target) return <div className={look}>{content}</div>;
  return (
    <Link
      {...target}
      data-testid="citation"
      className={classes(look, "transition-colors hover:bg-accent-soft/40")}
    >
      {content}
    </Link>
  );
}
