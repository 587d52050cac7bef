/** What was suggested, looked through one by one or all at once; nothing is in the deck before it was kept. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Check, X } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type {
  SuggestedCard,
  Suggestions,
} from "#server/features/study/cards/suggestions/shapes.ts";
import { request } from "../../../api/client.ts";
import { failureSentence, inWordsOfPage } from "../../../api/failure-sentence.ts";
import { Button, buttonClass } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { useKeys } from "../../../ui/keys.ts";
import { ErrorNotice, Notice } from "../../../ui/notice.tsx";
import { Page } from "../../../ui/page.tsx";
import { ProgressBar } from "../../../ui/progress-bar.tsx";
import { toastError } from "../../../ui/toast.tsx";
import { suggestionsQuery } from "../queries.ts";
import { SuggestedItem } from "./suggested-item.tsx";

const route = getRouteApi("/app/learn/suggestions/$id");

export function SuggestionsPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const suggestions = useQuery(suggestionsQuery(id));
  const { data, error } = suggestions;
  const working = data?.status === "pending" || data?.status === "processing";
  return (
    <Page
      title={t("study.suggest.title")}
      lead={data?.status === "completed" && !data.message && <Lead suggestions={data} />}
    >
      <ErrorNotice error={error} />
      {working && (
        <div role="status" className="rounded-2xl border border-line bg-surface p-5">
          <p className="mb-3 text-soft">{t("study.suggest.working")}</p>
          <ProgressBar label={t("study.suggest.working")} />
        </div>
      )}
      {data?.status === "failed" && (
        <Notice tone="error">{failureSentence(data.error_code, data.error_message)}</Notice>
      )}
      {data?.message && data.items.length > 0 && (
        <div className="mb-4">
          <Notice>{inWordsOfPage(data.message)}</Notice>
        </div>
      )}
      {data?.status === "completed" &&
        (data.items.length === 0 ? (
          <EmptyState
            title={t("study.suggest.noneTitle")}
            action={
              <Link to="/learn/cards/new" className={buttonClass("primary")}>
                {t("study.cards.new")}
              </Link>
            }
          >
            <p>{data.message ? inWordsOfPage(data.message) : t("study.suggest.noneText")}</p>
          </EmptyState>
        ) : (
          <Deciding suggestions={data} />
        ))}
    </Page>
  );
}

function Lead({ suggestions: { items, asked, dropped, engine } }: { suggestions: Suggestions }) {
  const { t } = useTranslation();
  return (
    <span className="text-sm">
      {t("study.suggest.made", { count: items.length, asked })}
      {dropped > 0 && ` ${t("study.suggest.dropped", { count: dropped })}`}
      {engine && engine !== "rules" && ` (${engine})`}
    </span>
  );
}

function useDeciding(id: string) {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  async function change(work: () => Promise<void>) {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      toastError(error);
    } finally {
      await client.invalidateQueries({ queryKey: ["card-suggestions", id] });
      setBusy(false);
    }
  }
  const drop = (item: number, dropped: boolean) =>
    request(`/cards/suggestions/${id}/items/${item}`, { method: "PATCH", json: { dropped } });
  return {
    busy,
    decide: (chosen: SuggestedCard[], keep: boolean) =>
      change(async () => {
        for (const { item } of chosen)
          await (keep
            ? request("/cards", { method: "POST", json: { suggestion_id: id, item } })
            : drop(item, true));
      }),
    takeBack: ({ item }: SuggestedCard) => change(() => drop(item, false) as Promise<void>),
  };
}

function Deciding({ suggestions: { id, items } }: { suggestions: Suggestions }) {
  const { t } = useTranslation();
  const list = useRef<HTMLUListElement>(null);
  const [at, setAt] = useState(0);
  const [editing, setEditing] = useState<number>();
  const { busy, decide, takeBack } = useDeciding(id);
  const go = (to: number) => {
    const next = Math.max(0, Math.min(items.length - 1, to));
    setAt(next);
    list.current?.children[next]?.scrollIntoView({ block: "nearest" });
  };
  const current = items[at];
  const one = (keep: boolean) => {
    if (!current || current.decision !== null || busy) return;
    void decide([current], keep);
    go(at + 1);
  };
  const edit = () => current?.decision === null && setEditing(current.item);
  useKeys(t("study.suggest.title"), [
    { key: "j", label: t("study.suggest.down"), run: () => go(at + 1) },
    { key: "k", label: t("study.suggest.up"), run: () => go(at - 1) },
    { key: "a", label: t("study.suggest.keep"), run: () => one(true) },
    { key: "e", label: t("common.edit"), run: edit },
    { key: "x", label: t("study.suggest.drop"), run: () => one(false) },
  ]);
  return (
    <>
      <AllAtOnce items={items} busy={busy} onDecide={(open, keep) => void decide(open, keep)} />
      <ul ref={list} className="grid gap-3">
        {items.map((item, index) => (
          <SuggestedItem
            key={item.item}
            suggestionId={id}
            card={item}
            current={index === at}
            editing={editing === item.item}
            busy={busy}
            onCurrent={() => setAt(index)}
            decide={{
              onKeep: () => void decide([item], true),
              onDrop: () => void decide([item], false),
              onTakeBack: () => void takeBack(item),
              onEdit: (on) => setEditing(on ? item.item : undefined),
            }}
          />
        ))}
      </ul>
    </>
  );
}

function AllAtOnce({
  items,
  busy,
  onDecide,
}: {
  items: SuggestedCard[];
  busy: boolean;
  onDecide: (open: SuggestedCard[], keep: boolean) => void;
}) {
  const { t } = useTranslation();
  const open = items.filter(({ decision }) => decision === null);
  const kept = items.filter(({ decision }) => decision === "kept").length;
  return (
    <div className="mb-4 flex flex-wrap items-center gap-2">
      <p className="mr-auto text-sm text-soft max-md:hidden">{t("study.suggest.keys")}</p>
      {open.length > 0 ? (
        <>
          <Button busy={busy} onClick={() => onDecide(open, false)}>
            <X className="size-4" aria-hidden="true" /> {t("study.suggest.dropAll")}
          </Button>
          <Button variant="primary" busy={busy} onClick={() => onDecide(open, true)}>
            <Check className="size-4" aria-hidden="true" />
            {t("study.suggest.keepAll", { count: open.length })}
          </Button>
        </>
      ) : (
        <Link to="/learn/review" className={buttonClass("primary")}>
          {t("study.suggest.review", { count: kept })}
        </Link>
      )}
    </div>
  );
}
