import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { SuggestedCard } from "#server/features/study/cards/suggestions/shapes.ts";
import { request } from "../../../api/client.ts";
import { Badge } from "../../../ui/badge.tsx";
import { Button } from "../../../ui/button.tsx";
import { classes } from "../../../ui/classes.ts";
import { CardForm } from "./card-form.tsx";
import { AnswerSide, QuestionSide } from "./card-sides.tsx";
import { draftOf } from "./draft.ts";
import { WitnessView } from "./witness-view.tsx";

export interface Decide {
  onKeep: () => void;
  onDrop: () => void;
  onTakeBack: () => void;
  onEdit: (on: boolean) => void;
}

export function SuggestedItem({
  suggestionId,
  card,
  current,
  editing,
  busy,
  onCurrent,
  decide,
}: {
  suggestionId: string;
  card: SuggestedCard;
  /** The one that the keys are about. */
  current: boolean;
  editing: boolean;
  busy: boolean;
  onCurrent: () => void;
  decide: Decide;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return (
    <li
      aria-current={current || undefined}
      onClick={onCurrent}
      className={classes(
        "scroll-m-24 rounded-2xl border bg-surface p-4 sm:p-5",
        current ? "border-accent" : "border-line",
      )}
    >
      {editing ? (
        <CardForm
          start={draftOf(card)}
          kindIsFixed
          submit={t("study.suggest.keep")}
          onCancel={() => decide.onEdit(false)}
          onSave={async ({ kind: _kind, ...changes }) => {
            await request("/cards", {
              method: "POST",
              json: { suggestion_id: suggestionId, item: card.item, changes },
            });
            decide.onEdit(false);
            await client.invalidateQueries({ queryKey: ["card-suggestions", suggestionId] });
          }}
        />
      ) : (
        <div className="grid gap-4">
          <Sides card={card} />
          <Decision card={card} busy={busy} decide={decide} />
        </div>
      )}
    </li>
  );
}

function Sides({ card }: { card: SuggestedCard }) {
  const { t } = useTranslation();
  const asked = { ...card, ordinal: 0 };
  return (
    <div className="grid gap-4 md:grid-cols-2">
      <div>
        <Badge>{t(`study.card.kinds.${card.kind}`)}</Badge>
        <div className="mt-2 font-medium">
          <QuestionSide card={asked} shown={card.kind === "choice"} />
        </div>
        <div className="mt-2 text-soft empty:hidden">
          {card.kind === "cloze" && <QuestionSide card={asked} shown />}
          <AnswerSide card={asked} />
        </div>
      </div>
      <WitnessView witness={card.witness} compact />
    </div>
  );
}

function Decision({
  card: { decision, card_id },
  busy,
  decide: { onKeep, onDrop, onTakeBack, onEdit },
}: {
  card: SuggestedCard;
  busy: boolean;
  decide: Decide;
}) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-wrap items-center justify-end gap-2">
      {decision === null && (
        <>
          <Button size="small" variant="plain" disabled={busy} onClick={onDrop}>
            {t("study.suggest.drop")}
          </Button>
          <Button size="small" disabled={busy} onClick={() => onEdit(true)}>
            {t("common.edit")}
          </Button>
          <Button size="small" variant="primary" disabled={busy} onClick={onKeep}>
            {t("study.suggest.keep")}
          </Button>
        </>
      )}
      {decision === "kept" && <Badge tone="accent">{t("study.suggest.kept")}</Badge>}
      {decision === "kept" && card_id && (
        <Link
          to="/learn/cards/$id"
          params={{ id: card_id }}
          className="text-sm text-accent-ink underline underline-offset-4"
        >
          {t("study.suggest.open")}
        </Link>
      )}
      {decision === "dropped" && (
        <>
          <Badge>{t("study.suggest.isDropped")}</Badge>
          <Button size="small" variant="plain" onClick={onTakeBack}>
            {t("common.undo")}
          </Button>
        </>
      )}
    </div>
  );
}
