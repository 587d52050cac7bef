import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import type { Citation } from "#server/features/interactions/shapes.ts";

/** Where the quotation stands: its second, or its page. */
export function CitationPlace({
  citation: { page, start_seconds: start },
}: {
  citation: Pick<Citation, "page" | "start_seconds">;
}) {
  const { t } = useTranslation();
  const place =
    start != null ? clock(start) : page != null ? t("material.page", { page }) : undefined;
  return place && <span className="shrink-0 text-soft tabular-nums">{place}</span>;
}
