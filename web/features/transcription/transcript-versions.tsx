import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { TranscriptionSummary } from "#server/features/transcription/shapes.ts";
import { Badge } from "../../ui/badge.tsx";
import { moment } from "../../ui/format.ts";
import { useEngineName } from "./engines.ts";

/** Each run is kept; the current one is searched and quoted. */
export function TranscriptVersions({
  recordingId,
  versions,
  shownId,
}: {
  recordingId: string;
  versions: TranscriptionSummary[];
  shownId: string;
}) {
  const { t } = useTranslation();
  const nameOf = useEngineName();
  return (
    <section aria-labelledby="versions" className="mt-6 border-t border-line pt-6">
      <h2 id="versions" className="mb-3 font-semibold">
        {t("transcription.versions")}
      </h2>
      <ul className="grid gap-1">
        {versions.map((version) => (
          <li key={version.id}>
            <Link
              to="/recordings/$id"
              params={{ id: recordingId }}
              search={version.is_current ? {} : { transcription: version.id }}
              aria-current={version.id === shownId ? "true" : undefined}
              className={
                "flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg px-3 py-2 text-sm " +
                "hover:bg-sunken aria-[current=true]:bg-accent-soft"
              }
            >
              <span className="font-medium">
                {version.source === "supplied" ? t("transcription.supplied") : nameOf(version)}
              </span>
              <span className="text-soft">{moment(version.created_at)}</span>
              {version.is_current && <Badge tone="accent">{t("transcription.current")}</Badge>}
              {version.edited_at && <Badge>{t("transcription.edited")}</Badge>}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
