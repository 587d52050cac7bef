import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Card } from "#server/features/study/cards/shapes.ts";
import { change, ChangedMeanwhile } from "../../../api/change.ts";
import { Conflict } from "../../../ui/conflict.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { dropDraft } from "../../../ui/draft.ts";
import { toast } from "../../../ui/toast.tsx";
import { CardForm } from "./card-form.tsx";
import { draftOf } from "./draft.ts";
import { WitnessView } from "./witness-view.tsx";

const cardDraft = (id: string) => `card:${id}`;
const sameCard = (one: Card, other: Card) =>
  JSON.stringify(draftOf(one)) === JSON.stringify(draftOf(other));

/** Changes a card without leaving what one is doing. */
export function CardDialog({ card, onClose }: { card: Card; onClose: (changed: boolean) => void }) {
  const { t } = useTranslation();
  const [opened] = useState(card);
  const [theirs, setTheirs] = useState<Card>();
  const onto = useRef(opened);
  return (
    <Dialog open onOpenChange={() => onClose(false)} title={t("study.card.editTitle")} side="right">
      <div className="grid gap-5 pt-2">
        {card.witness && <WitnessView witness={card.witness} compact />}
        {theirs && (
          <Conflict
            theirs={[theirs.front, theirs.back].filter(Boolean).join("\n\n")}
            onTakeTheirs={() => {
              dropDraft(cardDraft(card.id));
              onClose(true);
            }}
            onKeepMine={() => {
              onto.current = theirs;
              setTheirs(undefined);
            }}
          />
        )}
        <CardForm
          draftKey={cardDraft(card.id)}
          start={draftOf(opened)}
          kindIsFixed
          submit={t("common.save")}
          onCancel={() => onClose(false)}
          onSave={async ({ kind: _kind, ...content }) => {
            try {
              await change(`/cards/${card.id}`, content, onto.current, sameCard);
            } catch (error) {
              if (error instanceof ChangedMeanwhile) setTheirs(error.now as Card);
              throw error;
            }
            toast(t("common.saved"));
            onClose(true);
          }}
        />
      </div>
    </Dialog>
  );
}
