/** The second press: a card of marked words, ready to be added as it is, or changed first. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../../ui/dialog.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { toast } from "../../../ui/toast.tsx";
import { materialQuery, recordingQuery } from "../../content/queries.ts";
import { transcriptionQuery, transcriptionsQuery } from "../../transcription/queries.ts";
import { CardForm } from "./card-form.tsx";
import { EMPTY_DRAFT, type Draft } from "./draft.ts";
import { createCard } from "./new-card-page.tsx";
import { cardOfWords } from "./words-card.ts";

export interface MarkedWords {
  source: { kind: "recording" | "study_material"; id: string };
  /** UTF-16 code units in the source's text. */
  start_offset: number;
  end_offset: number;
  quote: string;
}

export function CardOfWords({ words, onClose }: { words: MarkedWords; onClose: () => void }) {
  const { t } = useTranslation();
  const source = useSource(words.source);
  const made =
    source && cardOfWords(source.text, words.start_offset, words.end_offset, source.language);
  return (
    <NewCardDialog
      onClose={onClose}
      start={
        source && {
          ...EMPTY_DRAFT,
          ...(made?.draft ?? { back: words.quote }),
          subject: source.subject ?? "",
          witness: {
            source: words.source,
            start_offset: made?.start_offset ?? words.start_offset,
            end_offset: made?.end_offset ?? words.end_offset,
            quote: made?.quote ?? words.quote,
            shown: {
              quote: made?.quote ?? words.quote,
              source: { ...words.source, title: source.title },
            },
          },
        }
      }
      title={t("study.card.ofWords")}
    />
  );
}

/** Opens at once; the form comes with its words. */
export function NewCardDialog({
  start,
  title,
  onClose,
}: {
  start: Draft | undefined;
  title: string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return (
    <Dialog open onOpenChange={onClose} title={title} side="right">
      <div className="pt-2">
        {start ? (
          <CardForm
            start={start}
            submit={t("study.card.add")}
            submitFirst
            onCancel={onClose}
            onSave={async (content, draft) => {
              const card = await createCard(content, draft);
              await client.invalidateQueries({ queryKey: ["cards"] });
              toast(
                card.duplicates.length > 0
                  ? t("study.card.addedAgain")
                  : t("study.card.added", { count: card.siblings.length + 1 }),
              );
              onClose();
            }}
          />
        ) : (
          <Spinner className="mx-auto size-6 text-accent" />
        )}
      </div>
    </Dialog>
  );
}

/** The pages that words are marked on have fetched all of this before. */
function useSource({ kind, id }: MarkedWords["source"]) {
  const isRecording = kind === "recording";
  const material = useQuery({ ...materialQuery(id), enabled: !isRecording }).data;
  const recording = useQuery({ ...recordingQuery(id), enabled: isRecording }).data;
  const versions = useQuery({ ...transcriptionsQuery(id), enabled: isRecording }).data?.items;
  const current = versions?.find((version) => version.is_current) ?? versions?.[0];
  const transcription = useQuery({
    ...transcriptionQuery(current?.id ?? ""),
    enabled: current !== undefined,
  }).data;
  if (material)
    return {
      text: material.content,
      title: material.title,
      subject: material.subject,
      language: material.language,
    };
  if (recording && transcription)
    return {
      text: transcription.text,
      title: recording.title,
      subject: recording.subject,
      language: transcription.language,
    };
  return undefined;
}
