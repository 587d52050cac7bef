/** A new card by hand, or many from one text. */
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MadeCard } from "#server/features/study/cards/shapes.ts";
import { request } from "../../../api/client.ts";
import { queryClient } from "../../../api/query-client.ts";
import { dropDraft } from "../../../ui/draft.ts";
import { Notice } from "../../../ui/notice.tsx";
import { Page } from "../../../ui/page.tsx";
import { toast } from "../../../ui/toast.tsx";
import { BulkText } from "./bulk-text.tsx";
import { CardForm, type CardContent } from "./card-form.tsx";
import { EMPTY_DRAFT, type Draft } from "./draft.ts";

const DRAFT = "card:new";

const route = getRouteApi("/app/learn/cards/new");

export async function createCard(content: CardContent, { witness }: Pick<Draft, "witness">) {
  const { shown: _shown, ...given } = witness ?? { shown: undefined };
  return request<MadeCard>("/cards", {
    method: "POST",
    json: { ...content, ...(witness ? { witness: given } : {}) },
  });
}

export function NewCardPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { subject = "" } = route.useSearch();
  const [many, setMany] = useState(false);
  const [made, setMade] = useState<MadeCard>();
  const [draft, setDraft] = useState<Draft>({ ...EMPTY_DRAFT, subject });
  return (
    <Page title={t("study.cards.new")} width="narrow">
      <div
        role="group"
        aria-label={t("study.card.howMany")}
        className="mb-6 inline-flex rounded-lg bg-sunken p-1"
      >
        {[false, true].map((value) => (
          <button
            key={String(value)}
            type="button"
            aria-pressed={many === value}
            onClick={() => setMany(value)}
            className={
              "min-h-8 rounded-md px-3 text-sm font-medium text-soft aria-pressed:bg-surface " +
              "aria-pressed:text-ink aria-pressed:shadow-card"
            }
          >
            {t(value ? "study.card.many" : "study.card.one")}
          </button>
        ))}
      </div>
      {many ? (
        <BulkText subject={draft.subject} />
      ) : (
        <div className="grid gap-5">
          {made && made.duplicates.length > 0 && <Duplicates ids={made.duplicates} />}
          <CardForm
            // The next one begins empty, with the subject and tags of the last.
            key={made?.id ?? "first"}
            draftKey={DRAFT}
            start={draft}
            submit={t("study.card.add")}
            onCancel={() => void navigate({ to: "/learn" })}
            onSave={async (content, written) => {
              const card = await createCard(content, written);
              // Before the next form looks for one.
              dropDraft(DRAFT);
              await queryClient.invalidateQueries({ queryKey: ["cards"] });
              toast(t("study.card.added", { count: card.siblings.length + 1 }));
              const { kind, subject: named, tags } = written;
              setDraft({ ...EMPTY_DRAFT, kind, subject: named, tags });
              setMade(card);
            }}
          />
        </div>
      )}
    </Page>
  );
}

/** A card with the same front is no mistake, but worth a look. */
function Duplicates({ ids }: { ids: string[] }) {
  const { t } = useTranslation();
  return (
    <Notice tone="warning">
      {t("study.card.duplicate")}{" "}
      {ids.slice(0, 3).map((id) => (
        <Link
          key={id}
          to="/learn/cards/$id"
          params={{ id }}
          className="mr-2 font-medium underline underline-offset-4"
        >
          {t("study.card.showDuplicate")}
        </Link>
      ))}
    </Notice>
  );
}
