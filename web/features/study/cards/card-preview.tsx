import { useDeferredValue } from "react";
import { useTranslation } from "react-i18next";
import { AnswerSide, QuestionSide, type Shown } from "./card-sides.tsx";
import { gapsOf } from "./cloze.ts";
import { contentOf, type Draft } from "./draft.ts";

/** What the student will be asked, while it is written. */
export function CardPreview({ draft }: { draft: Draft }) {
  const { t } = useTranslation();
  const { kind, front, back, options } = contentOf(useDeferredValue(draft));
  if (front.trim() === "" || kind === "occlusion") return null;
  const gap = kind === "cloze" ? gapsOf(front)[0] : undefined;
  const card: Shown = {
    kind,
    front,
    back,
    options,
    ordinal: gap ? gap.number - 1 : 0,
  };
  return (
    <section aria-label={t("study.card.preview")} className="rounded-xl border border-line">
      <h3 className="border-b border-line px-4 py-2 text-xs font-medium text-soft">
        {t("study.card.preview")}
      </h3>
      <div className="px-4 py-4 text-center">
        <QuestionSide card={card} />
      </div>
      {(back.trim() !== "" || gap) && (
        <div className="border-t border-line px-4 py-4 text-center">
          {kind === "cloze" && <QuestionSide card={card} shown />}
          {kind === "choice" ? <p>{back}</p> : <AnswerSide card={card} />}
        </div>
      )}
    </section>
  );
}
