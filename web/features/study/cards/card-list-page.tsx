/** All cards: found by words, subject and state; edited, suspended, buried and deleted, one or many. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { Ellipsis, GraduationCap, Plus, Printer, Sparkles, Upload } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Card } from "#server/features/study/cards/shapes.ts";
import { Button, buttonClass, IconButton } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { Menu } from "../../../ui/menu.tsx";
import { ErrorNotice } from "../../../ui/notice.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { cardsQuery, todayQuery } from "../queries.ts";
import { StudyPage } from "../study-page.tsx";
import { BulkBar } from "./bulk-bar.tsx";
import { CardDialog } from "./card-dialog.tsx";
import { CardFilters } from "./card-filters.tsx";
import { CardRow } from "./card-row.tsx";
import { useLeavingCards } from "./delete-cards.ts";
import { SuggestDialog } from "./suggest-dialog.tsx";

const route = getRouteApi("/app/learn/");

export function CardListPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const leaving = useLeavingCards();
  const cards = useInfiniteQuery(cardsQuery(search));
  const due = useQuery(todayQuery).data?.due.total ?? 0;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [edited, setEdited] = useState<Card>();
  const [suggesting, setSuggesting] = useState(false);
  const items = useMemo(
    () =>
      (cards.data?.pages ?? []).flatMap((page) => page.items).filter(({ id }) => !leaving.has(id)),
    [cards.data, leaving],
  );
  const filtered = Object.values(search).some((value) => value !== undefined);
  const choose = (ids: string[], on: boolean) =>
    setChosen((before) => {
      const after = new Set(before);
      for (const id of ids)
        if (on) after.add(id);
        else after.delete(id);
      return after;
    });
  const selected = items.filter(({ id }) => chosen.has(id));
  return (
    <StudyPage
      title={t("study.cards.title")}
      actions={<Actions due={due} subject={search.subject} onSuggest={() => setSuggesting(true)} />}
    >
      {cards.isSuccess && items.length === 0 && !filtered ? (
        <NoCards onSuggest={() => setSuggesting(true)} />
      ) : (
        <>
          <CardFilters search={search} />
          <ErrorNotice error={cards.error} />
          {selected.length > 0 && <BulkBar cards={selected} onDone={() => setChosen(new Set())} />}
          {cards.isPending ? (
            <Spinner className="mx-auto size-6 text-accent" />
          ) : items.length === 0 ? (
            <p className="py-12 text-center text-soft">{t("study.cards.nothingMatches")}</p>
          ) : (
            <ul className="divide-y divide-line rounded-2xl border border-line bg-surface shadow-card">
              {items.map((card) => (
                <CardRow
                  key={card.id}
                  card={card}
                  chosen={chosen.has(card.id)}
                  onChoose={(on) => choose([card.id], on)}
                  onEdit={() => setEdited(card)}
                />
              ))}
            </ul>
          )}
          {cards.hasNextPage && (
            <div className="mt-6 text-center">
              <Button busy={cards.isFetchingNextPage} onClick={() => void cards.fetchNextPage()}>
                {t("common.loadMore")}
              </Button>
            </div>
          )}
        </>
      )}
      {edited && <CardDialog card={edited} onClose={() => setEdited(undefined)} />}
      {suggesting && (
        <SuggestDialog subject={search.subject} onClose={() => setSuggesting(false)} />
      )}
    </StudyPage>
  );
}

function Actions({
  due,
  subject,
  onSuggest,
}: {
  due: number;
  subject: string | undefined;
  onSuggest: () => void;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <>
      <Menu
        trigger={
          <IconButton label={t("common.more")}>
            <Ellipsis className="size-5" aria-hidden="true" />
          </IconButton>
        }
        actions={[
          { label: t("study.suggest.title"), icon: Sparkles, run: onSuggest },
          {
            label: t("study.transfer.title"),
            icon: Upload,
            run: () => void navigate({ to: "/learn/transfer" }),
          },
          {
            label: t("study.print.title"),
            icon: Printer,
            run: () => void navigate({ to: "/learn/print", search: subject ? { subject } : {} }),
          },
        ]}
      />
      <Link
        to="/learn/cards/new"
        search={subject ? { subject } : {}}
        className={buttonClass("quiet")}
      >
        <Plus className="size-4" aria-hidden="true" /> {t("study.cards.new")}
      </Link>
      <Link
        to="/learn/review"
        search={subject ? { subject } : {}}
        className={buttonClass(due > 0 ? "primary" : "quiet")}
      >
        <GraduationCap className="size-4" aria-hidden="true" />
        {due > 0 ? t("study.review.startCount", { count: due }) : t("study.review.title")}
      </Link>
    </>
  );
}

function NoCards({ onSuggest }: { onSuggest: () => void }) {
  const { t } = useTranslation();
  return (
    <EmptyState
      title={t("study.cards.emptyTitle")}
      action={
        <>
          <Button variant="primary" onClick={onSuggest}>
            <Sparkles className="size-4" aria-hidden="true" /> {t("study.suggest.start")}
          </Button>
          <Link to="/learn/cards/new" className={buttonClass("quiet")}>
            {t("study.cards.new")}
          </Link>
          <Link to="/learn/transfer" className={buttonClass("quiet")}>
            {t("study.transfer.import")}
          </Link>
        </>
      }
    >
      <p>{t("study.cards.emptyText")}</p>
    </EmptyState>
  );
}
