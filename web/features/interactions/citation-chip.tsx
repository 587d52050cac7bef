/** A quotation that opens at its second or page. */
import { Link } from "@tanstack/react-router";
import { AudioLines, FileText } from "lucide-react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import type { Citation } from "#server/features/interactions/shapes.ts";
import { Badge } from "../../ui/badge.tsx";
import { classes } from "../../ui/classes.ts";
import { RoughBadge } from "./citation-preview.tsx";
import { citationTarget } from "./citation-target.ts";
import { useIsRough } from "./rough.ts";

export function CitationCard({ citation }: { citation: Citation }) {
  const { t } = useTranslation();
  const { source, quote, page, start_seconds: start, status, number } = citation;
  const target = citationTarget(citation);
  const isRough = useIsRough(citation);
  const Icon = source.kind === "recording" ? AudioLines : FileText;
  const place =
    start != null ? clock(start) : page != null ? t("material.page", { page }) : undefined;
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
        {place && <span className="shrink-0 text-soft tabular-nums">{place}</span>}
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
