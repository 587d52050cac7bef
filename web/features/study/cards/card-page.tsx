/** One card: how it is asked, what it rests on, how it stands. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Pencil } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Card } from "#server/features/study/cards/shapes.ts";
import { isMissing } from "../../../api/problem.ts";
import { Button } from "../../../ui/button.tsx";
import { day, moment } from "../../../ui/format.ts";
import { ErrorNotice } from "../../../ui/notice.tsx";
import { Page } from "../../../ui/page.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { NotFoundPage } from "../../shell/failed-page.tsx";
import { cardQuery } from "../queries.ts";
import { CardDialog } from "./card-dialog.tsx";
import { linesOf } from "./card-row.tsx";
import { AnswerSide, QuestionSide } from "./card-sides.tsx";
import { deleteCards } from "./delete-cards.ts";
import { useSetAside } from "./set-aside.ts";
import { WitnessView } from "./witness-view.tsx";

const route = getRouteApi("/app/learn/cards/$id");

export function CardPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const card = useQuery(cardQuery(id));
  if (isMissing(card.error)) return <NotFoundPage />;
  if (card.data) return <CardView key={id} card={card.data} />;
  return (
    <Page title={t("study.review.card")} width="narrow">
      {card.error ? (
        <ErrorNotice error={card.error} />
      ) : (
        <Spinner className="mx-auto size-6 text-accent" />
      )}
    </Page>
  );
}

function CardView({ card }: { card: Card }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const setAside = useSetAside();
  const [editing, setEditing] = useState(false);
  return (
    <Page
      title={linesOf(card).question.slice(0, 80) || t("study.review.card")}
      heading={t("study.review.card")}
      width="narrow"
      lead={[card.subject, ...card.tags.map((tag) => `#${tag}`)].filter(Boolean).join(" · ")}
      actions={
        <>
          <Button onClick={() => void setAside([card.id], { suspended: !card.suspended })}>
            {t(card.suspended ? "study.cards.unsuspend" : "study.cards.suspend")}
          </Button>
          <Button
            variant="danger"
            onClick={() => {
              deleteCards([card.id], {
                done: t("study.cards.deleted", { count: 1 }),
                undo: t("common.undo"),
              });
              void navigate({ to: "/learn" });
            }}
          >
            {t("common.delete")}
          </Button>
          <Button variant="primary" onClick={() => setEditing(true)}>
            <Pencil className="size-4" aria-hidden="true" /> {t("common.edit")}
          </Button>
        </>
      }
    >
      <div className="grid gap-5">
        <article className="rounded-2xl border border-line bg-surface text-center shadow-card">
          <div className="px-5 py-8 text-lg sm:px-8">
            <QuestionSide card={card} shown={card.kind === "choice"} />
          </div>
          <div className="grid gap-4 border-t border-line px-5 py-6 text-lg empty:hidden sm:px-8">
            {(card.kind === "cloze" || card.kind === "occlusion") && (
              <QuestionSide card={card} shown />
            )}
            <AnswerSide card={card} />
          </div>
        </article>
        {card.witness && <WitnessView witness={card.witness} />}
        <Standing card={card} />
      </div>
      {editing && <CardDialog card={card} onClose={() => setEditing(false)} />}
    </Page>
  );
}

function Standing({ card }: { card: Card }) {
  const { t } = useTranslation();
  const facts: [string, string][] = [
    [t("study.cards.state"), t(`study.cards.states.${card.state}`)],
    [t("study.cards.due"), card.state === "new" ? t("study.cards.notYet") : day(card.due_at)],
    [t("study.cards.reviews"), String(card.reps)],
    [t("study.cards.lapses"), String(card.lapses)],
    [
      t("study.cards.stability"),
      card.stability === null ? "–" : t("study.cards.days", { count: Math.round(card.stability) }),
    ],
    [
      t("study.cards.lastReviewed"),
      card.last_reviewed_at ? moment(card.last_reviewed_at) : t("study.cards.notYet"),
    ],
  ];
  return (
    <dl
      className={
        "grid grid-cols-2 gap-x-6 gap-y-3 rounded-2xl border border-line bg-surface p-5 text-sm " +
        "sm:grid-cols-3"
      }
    >
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt className="text-soft">{name}</dt>
          <dd className="font-medium tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
