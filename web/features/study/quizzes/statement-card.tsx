import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Statement } from "#server/features/study/quizzes/shapes.ts";
import { Button } from "../../../ui/button.tsx";
import { toast } from "../../../ui/toast.tsx";
import { CardForm } from "../cards/card-form.tsx";
import { EMPTY_DRAFT } from "../cards/draft.ts";
import { createCard } from "../cards/new-card-page.tsx";
import { WitnessView } from "../cards/witness-view.tsx";

/** A key statement of the sources, why it counts as that, and a card of it where it was missed. */
export function StatementCard({
  statement: { statement, said, why, witness },
  verdict,
}: {
  statement: Statement;
  verdict: "covered" | "missed" | "contradicted";
}) {
  const { t } = useTranslation();
  const [writing, setWriting] = useState(false);
  const { source } = witness;
  return (
    <li className="grid gap-3 rounded-2xl border border-line bg-surface p-4 sm:p-5">
      <p className="text-sm text-soft">
        {t(`study.explain.why.${why.kind}`, { ...why, words: why.words?.join(", ") ?? "" })}
      </p>
      {said && <p className="text-[0.9375rem]">{t("study.explain.said", { text: said })}</p>}
      <WitnessView witness={{ ...witness, quote: statement }} />
      {verdict !== "covered" &&
        source.id &&
        (writing ? (
          <CardForm
            start={{
              ...EMPTY_DRAFT,
              back: statement,
              witness: {
                source: source.transcription_id
                  ? { kind: "transcription", id: source.transcription_id }
                  : { kind: source.kind, id: source.id },
                start_offset: witness.start_offset,
                end_offset: witness.end_offset,
                shown: witness,
              },
            }}
            submit={t("study.card.add")}
            onCancel={() => setWriting(false)}
            onSave={async (content, draft) => {
              await createCard(content, draft);
              toast(t("study.card.added", { count: 1 }));
              setWriting(false);
            }}
          />
        ) : (
          <Button size="small" className="justify-self-end" onClick={() => setWriting(true)}>
            {t("study.explain.makeCard")}
          </Button>
        ))}
    </li>
  );
}
