import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Transcription } from "#server/features/transcription/shapes.ts";
import { Badge } from "../../ui/badge.tsx";
import { TextEncoding } from "../content/text-encoding.tsx";
import { CaptionRemark } from "./caption-remark.tsx";
import { enginesQuery, useEngineName } from "./engines.ts";

/** Where the words come from, and how far they can be trusted. */
export function TranscriptLabels({ transcription }: { transcription: Transcription }) {
  const { t } = useTranslation();
  const {
    source,
    engine,
    language,
    edited_at: edited,
    is_current: isCurrent,
    completed_at: completed,
  } = transcription;
  const nameOf = useEngineName();
  const isRough = useQuery(enginesQuery).data?.find(({ name }) => name === engine)?.rough;
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 text-sm">
        {source === "supplied" ? (
          <Badge tone="accent">{t("transcription.supplied")}</Badge>
        ) : (
          <Badge>{nameOf(transcription)}</Badge>
        )}
        {isRough && <Badge tone="warning">{t("transcription.rough")}</Badge>}
        {language && <Badge>{languageName(language)}</Badge>}
        {edited && <Badge>{t("transcription.edited")}</Badge>}
        {!isCurrent && completed && <Badge tone="warning">{t("transcription.older")}</Badge>}
        {isRough && <span className="text-soft">{t("transcription.roughText")}</span>}
      </div>
      {transcription.remark && <CaptionRemark remark={transcription.remark} />}
      <TextEncoding
        path={`/transcriptions/${transcription.id}`}
        encoding={transcription.text_encoding}
        foundBy={transcription.text_encoding_found_by}
        stale={[
          ["transcription", transcription.id],
          ["transcriptions", transcription.recording_id],
        ]}
      />
    </>
  );
}

function languageName(tag: string) {
  try {
    return (
      new Intl.DisplayNames([document.documentElement.lang || "en"], { type: "language" }).of(
        tag,
      ) ?? tag
    );
  } catch {
    return tag;
  }
}
