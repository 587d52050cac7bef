/** The cards of one lecture, beside its transcript: made, heard and opened without leaving it. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus, Sparkles } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Recording } from "#server/features/content/recordings/shapes.ts";
import type { Card } from "#server/features/study/cards/shapes.ts";
import { Button, buttonClass } from "../../../ui/button.tsx";
import { ErrorNotice } from "../../../ui/notice.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { cardsQuery } from "../queries.ts";
import { linesOf } from "./card-row.tsx";
import { SuggestDialog } from "./suggest-dialog.tsx";
import { HearButton } from "./witness-view.tsx";

export function CardsPanel({
  recording: { id, subject },
}: {
  recording: Pick<Recording, "id" | "subject">;
}) {
  const { t } = useTranslation();
  const cards = useInfiniteQuery(cardsQuery({ source_id: id }));
  const [suggesting, setSuggesting] = useState(false);
  const all = cards.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <section aria-label={t("study.cards.ofThis")} className="grid gap-3">
      <div className="flex flex-wrap gap-2">
        <Button size="small" variant="primary" onClick={() => setSuggesting(true)}>
          <Sparkles className="size-4" aria-hidden="true" /> {t("study.suggest.start")}
        </Button>
        <Link
          to="/learn/cards/new"
          search={subject ? { subject } : {}}
          className={buttonClass("quiet", "small")}
        >
          <Plus className="size-4" aria-hidden="true" /> {t("study.cards.new")}
        </Link>
      </div>
      <ErrorNotice error={cards.error} />
      {cards.isPending && <Spinner className="mx-auto size-5 text-accent" />}
      {cards.data && all.length === 0 && (
        <p className="text-sm text-soft">{t("study.cards.noneOfThis")}</p>
      )}
      <ul className="divide-y divide-line rounded-2xl border border-line bg-surface empty:hidden">
        {all.map((card) => (
          <PanelCard key={card.id} card={card} />
        ))}
      </ul>
      {cards.hasNextPage && (
        <Button busy={cards.isFetchingNextPage} onClick={() => void cards.fetchNextPage()}>
          {t("common.loadMore")}
        </Button>
      )}
      {suggesting && (
        <SuggestDialog
          source={{ source: { kind: "recording", id } }}
          onClose={() => setSuggesting(false)}
        />
      )}
    </section>
  );
}

function PanelCard({ card }: { card: Card }) {
  const { t } = useTranslation();
  const { question, answer } = linesOf(card);
  return (
    <li className="grid gap-1.5 px-4 py-3">
      <Link
        to="/learn/cards/$id"
        params={{ id: card.id }}
        className="font-medium underline-offset-4 hover:underline"
      >
        {question || t(`study.card.kinds.${card.kind}`)}
      </Link>
      <p className="line-clamp-2 text-sm text-soft">{answer}</p>
      {card.witness && (
        <div>
          <HearButton witness={card.witness} />
        </div>
      )}
    </li>
  );
}
