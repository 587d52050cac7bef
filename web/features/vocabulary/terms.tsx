/** The terms of a subject and the form that adds to them: on the page of the vocabulary and on the subject's own. */
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Pencil, Trash2, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { VocabularyTerm } from "#server/features/vocabulary/shapes.ts";
import { request } from "../../api/client.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { TextField } from "../../ui/field.tsx";
import { ErrorNotice } from "../../ui/notice.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { toast, toastError } from "../../ui/toast.tsx";
import { CitationCard } from "../interactions/citation-chip.tsx";
import { termsQuery } from "./queries.ts";

/** `subject` null: to sources without one. */
export function AddTerm({ subject }: { subject: string | null }) {
  const { t } = useTranslation();
  const changed = useChanged();
  const [term, setTerm] = useState("");
  const add = useMutation({
    mutationFn: () =>
      request("/vocabulary", {
        method: "POST",
        json: { term, ...(subject === null ? {} : { subject }) },
      }),
    onSuccess: () => {
      setTerm("");
      void changed();
    },
  });
  return (
    <form
      className="flex items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (term.trim() !== "") add.mutate();
      }}
    >
      <TextField
        label={t("vocabulary.add")}
        className="min-w-0 flex-1"
        maxLength={100}
        value={term}
        error={add.error?.message}
        onChange={(event) => setTerm(event.target.value)}
      />
      <Button type="submit" busy={add.isPending}>
        {t("vocabulary.addButton")}
      </Button>
    </form>
  );
}

interface TermsProps {
  /** Null: of sources without one. */
  subject: string | null;
  /** What a term has to contain; empty: all. */
  q?: string;
  /** Beside other things of a subject: the words alone, each to be removed. */
  compact?: boolean;
}

export function Terms({ subject, q = "", compact = false }: TermsProps) {
  const { t } = useTranslation();
  const found = useInfiniteQuery(termsQuery(subject, q));
  const terms = found.data?.pages.flatMap(({ items }) => items) ?? [];
  if (found.error) return <ErrorNotice error={found.error} />;
  if (found.isPending) return <Spinner className="mx-auto mt-8 size-6 text-accent" />;
  if (terms.length === 0)
    return compact ? null : (
      <div className="mt-8">
        <EmptyState title={t("vocabulary.emptyTitle")}>{t("vocabulary.emptyText")}</EmptyState>
      </div>
    );
  return (
    <>
      <ul
        className={compact ? "flex flex-wrap gap-1.5" : "mt-6 divide-y divide-line"}
        aria-label={t("vocabulary.title")}
      >
        {terms
          .toSorted((a, b) => a.term.localeCompare(b.term))
          .map((term) =>
            compact ? (
              <TermChip key={term.id} term={term} />
            ) : (
              <TermRow key={term.id} term={term} />
            ),
          )}
      </ul>
      {found.hasNextPage && (
        <Button
          className="mt-4"
          busy={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {t("vocabulary.more")}
        </Button>
      )}
    </>
  );
}

function TermChip({ term }: { term: VocabularyTerm }) {
  const { t } = useTranslation();
  const remove = useRemove(term);
  return (
    <li
      title={term.witness?.quote}
      className="inline-flex items-center rounded-full border border-line-strong bg-surface pl-3 text-sm"
    >
      {term.term}
      <button
        type="button"
        aria-label={t("vocabulary.remove", { term: term.term })}
        onClick={() => remove.mutate()}
        className="flex size-7 items-center justify-center rounded-full text-faint hover:text-ink"
      >
        <X className="size-3.5" aria-hidden="true" />
      </button>
    </li>
  );
}

function TermRow({ term }: { term: VocabularyTerm }) {
  const { t } = useTranslation();
  const [written, setWritten] = useState<string>();
  const changed = useChanged();
  const rename = useMutation({
    mutationFn: (given: string) =>
      request(`/vocabulary/${term.id}`, { method: "PATCH", json: { term: given } }),
    onSuccess: () => {
      setWritten(undefined);
      void changed();
    },
  });
  const remove = useRemove(term);
  if (written !== undefined)
    return (
      <li className="py-3">
        <form
          className="flex flex-wrap items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            rename.mutate(written);
          }}
        >
          <TextField
            autoFocus
            label={t("vocabulary.rename", { term: term.term })}
            className="min-w-0 flex-1"
            maxLength={100}
            value={written}
            error={rename.error?.message}
            onChange={(event) => setWritten(event.target.value)}
          />
          <Button type="submit" variant="primary" busy={rename.isPending}>
            {t("common.save")}
          </Button>
          <Button onClick={() => setWritten(undefined)}>{t("common.cancel")}</Button>
        </form>
      </li>
    );
  return (
    <li className="grid gap-2 py-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,1.2fr)_auto] sm:items-center">
      <div className="min-w-0">
        <p className="font-medium break-words">{term.term}</p>
        <p className="mt-0.5 flex flex-wrap gap-2 text-sm text-soft">
          <Badge>{t(`vocabulary.origins.${term.origin}`)}</Badge>
          {term.count > 0 && t("vocabulary.times", { count: term.count })}
        </p>
      </div>
      {term.witness ? <CitationCard citation={term.witness} /> : <span />}
      <div className="flex justify-end">
        <IconButton
          label={t("vocabulary.rename", { term: term.term })}
          onClick={() => setWritten(term.term)}
        >
          <Pencil className="size-4" aria-hidden="true" />
        </IconButton>
        <IconButton
          label={t("vocabulary.remove", { term: term.term })}
          onClick={() => remove.mutate()}
        >
          <Trash2 className="size-4" aria-hidden="true" />
        </IconButton>
      </div>
    </li>
  );
}

function useRemove({ id, term }: VocabularyTerm) {
  const { t } = useTranslation();
  const changed = useChanged();
  return useMutation({
    mutationFn: () => request(`/vocabulary/${id}`, { method: "DELETE" }),
    onSuccess: () => {
      void changed();
      toast(t("vocabulary.removed", { term }));
    },
    onError: toastError,
  });
}

function useChanged() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ["vocabulary"] });
}
