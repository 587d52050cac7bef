/** Corrections that were begun and not saved, in another visit: found again where they were. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import type {
  Segment,
  TranscriptionWithSegments as Transcription,
} from "#server/features/transcription/shapes.ts";
import { Button } from "../../ui/button.tsx";
import { draftsUnder, dropDraft } from "../../ui/draft.ts";
import { Notice } from "../../ui/notice.tsx";
import { segmentDraft } from "./segment-editor.tsx";

export function KeptEdits({
  transcription,
  onGoOn,
}: {
  transcription: Transcription;
  onGoOn: (segment: Segment) => void;
}) {
  const { t } = useTranslation();
  const [numbers, setNumbers] = useState(() =>
    draftsUnder(segmentDraft(transcription.id, "")).map(Number),
  );
  const without = (number: number) => setNumbers(numbers.filter((one) => one !== number));
  return transcription.segments
    .filter(({ number }) => numbers.includes(number))
    .map((segment) => (
      <Notice
        key={segment.number}
        tone="warning"
        action={
          <>
            <Button
              size="small"
              onClick={() => {
                dropDraft(segmentDraft(transcription.id, segment.number));
                without(segment.number);
              }}
            >
              {t("drafts.discard")}
            </Button>
            <Button
              size="small"
              variant="primary"
              onClick={() => {
                without(segment.number);
                onGoOn(segment);
              }}
            >
              {t("drafts.goOn")}
            </Button>
          </>
        }
      >
        {t("drafts.kept", { time: clock(segment.start) })}
      </Notice>
    ));
}
