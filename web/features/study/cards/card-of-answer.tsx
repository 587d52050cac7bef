/** A card of a tutor's answer, or of what was marked in it; its witness is the quotation that bears it out. */
import { useTranslation } from "react-i18next";
import type { Citation } from "#server/features/interactions/shapes.ts";
import { citationFor, withoutCitations } from "./answer-witness.ts";
import { NewCardDialog } from "./card-of-words.tsx";
import { EMPTY_DRAFT, type Draft } from "./draft.ts";

export function CardOfAnswer({
  question,
  answer,
  marked,
  citations,
  subject,
  onClose,
}: {
  question: string;
  answer: string;
  /** Words that were marked in the answer; else it is meant as a whole. */
  marked: string | undefined;
  citations: Citation[];
  subject: string | null;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const said = marked ?? answer;
  const citation = citationFor(answer, said, citations);
  const start: Draft = {
    ...EMPTY_DRAFT,
    front: question,
    back: withoutCitations(said),
    subject: subject ?? "",
    witness: citation && witnessOf(citation),
  };
  return <NewCardDialog start={start} title={t("study.card.ofAnswer")} onClose={onClose} />;
}

function witnessOf({ source, quote, start_offset, end_offset }: Citation): Draft["witness"] {
  if (!source.id) return undefined;
  return {
    source: source.transcription_id
      ? { kind: "transcription", id: source.transcription_id }
      : { kind: source.kind, id: source.id },
    start_offset,
    end_offset,
    quote,
    shown: { quote, source },
  };
}
