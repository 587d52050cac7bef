import { useTranslation } from "react-i18next";
import type { Card } from "#server/features/study/cards/shapes.ts";
import { request } from "../../../api/client.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { toast } from "../../../ui/toast.tsx";
import { CardForm } from "./card-form.tsx";
import { draftOf } from "./draft.ts";
import { WitnessView } from "./witness-view.tsx";

/** Changes a card without leaving what one is doing. */
export function CardDialog({ card, onClose }: { card: Card; onClose: (changed: boolean) => void }) {
  const { t } = useTranslation();
  return (
    <Dialog open onOpenChange={() => onClose(false)} title={t("study.card.editTitle")} side="right">
      <div className="grid gap-5 pt-2">
        {card.witness && <WitnessView witness={card.witness} compact />}
        <CardForm
          start={draftOf(card)}
          kindIsFixed
          submit={t("common.save")}
          onCancel={() => onClose(false)}
          onSave={async ({ kind: _kind, ...content }) => {
            await request(`/cards/${card.id}`, { method: "PATCH", json: content });
            toast(t("common.saved"));
            onClose(true);
          }}
        />
      </div>
    </Dialog>
  );
}
