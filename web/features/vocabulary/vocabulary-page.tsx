/** The terms of a subject: each with where it stands, to be changed, removed and added to. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Pencil, RefreshCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { VocabularyTerm } from "#server/features/vocabulary/shapes.ts";
import { request } from "../../api/client.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { ErrorNotice } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { toast, toastError } from "../../ui/toast.tsx";
import { CitationCard } from "../interactions/citation-chip.tsx";
import { subjectsQuery, termsQuery } from "./queries.ts";

const route = getRouteApi("/app/vocabulary");

export function VocabularyPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const search = route.useSearch();
  const subjects = useQuery(subjectsQuery).data?.items ?? [];
  const named = subjects.find(({ subject }) => subject !== null)?.subject;
  // The first subject with a name, where nobody asks for another.
  const subject = search.subject === "-" ? null : (search.subject ?? named ?? null);
  const [q, setQ] = useState("");
  const mine = useMutation({
    mutationFn: () =>
      request("/vocabulary/mine", { method: "POST", json: subject === null ? {} : { subject } }),
    onSuccess: () => toast(t("vocabulary.mining")),
    onError: toastError,
  });
  return (
    <Page
      title={t("vocabulary.title")}
      lead={t("vocabulary.lead")}
      actions={
        <Button busy={mine.isPending} onClick={() => mine.mutate()}>
          <RefreshCw className="size-4" aria-hidden="true" /> {t("vocabulary.mine")}
        </Button>
      }
    >
      <div className="grid gap-4 sm:grid-cols-3">
        <SelectField
          label={t("vocabulary.subject")}
          value={subject ?? "-"}
          onChange={(event) =>
            void navigate({ to: "/vocabulary", search: { subject: event.target.value } })
          }
        >
          <option value="-">{t("vocabulary.noSubject")}</option>
          {subjects.flatMap((one) =>
            one.subject === null
              ? []
              : [
                  <option key={one.subject} value={one.subject}>
                    {one.subject}
                  </option>,
                ],
          )}
        </SelectField>
        <TextField
          label={t("vocabulary.find")}
          type="search"
          value={q}
          onChange={(event) => setQ(event.target.value)}
        />
        <AddTerm
          subject={subject}
          onAdded={() => void client.invalidateQueries({ queryKey: ["vocabulary"] })}
        />
      </div>
      <Terms key={subject ?? ""} subject={subject} q={q.trim()} />
    </Page>
  );
}

function AddTerm({ subject, onAdded }: { subject: string | null; onAdded: () => void }) {
  const { t } = useTranslation();
  const [term, setTerm] = useState("");
  const add = useMutation({
    mutationFn: () =>
      request("/vocabulary", {
        method: "POST",
        json: { term, ...(subject === null ? {} : { subject }) },
      }),
    onSuccess: () => {
      setTerm("");
      onAdded();
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

function Terms({ subject, q }: { subject: string | null; q: string }) {
  const { t } = useTranslation();
  const found = useInfiniteQuery(termsQuery(subject, q));
  const terms = found.data?.pages.flatMap(({ items }) => items) ?? [];
  if (found.error) return <ErrorNotice error={found.error} />;
  if (found.isPending) return <Spinner className="mx-auto mt-8 size-6 text-accent" />;
  if (terms.length === 0)
    return (
      <div className="mt-8">
        <EmptyState title={t("vocabulary.emptyTitle")}>{t("vocabulary.emptyText")}</EmptyState>
      </div>
    );
  return (
    <>
      <ul className="mt-6 divide-y divide-line" aria-label={t("vocabulary.title")}>
        {terms
          .toSorted((a, b) => a.term.localeCompare(b.term))
          .map((term) => (
            <TermRow key={term.id} term={term} />
          ))}
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

function TermRow({ term }: { term: VocabularyTerm }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [written, setWritten] = useState<string>();
  const changed = () => client.invalidateQueries({ queryKey: ["vocabulary"] });
  const rename = useMutation({
    mutationFn: (given: string) =>
      request(`/vocabulary/${term.id}`, { method: "PATCH", json: { term: given } }),
    onSuccess: () => {
      setWritten(undefined);
      void changed();
    },
  });
  const remove = useMutation({
    mutationFn: () => request(`/vocabulary/${term.id}`, { method: "DELETE" }),
    onSuccess: () => {
      void changed();
      toast(t("vocabulary.removed", { term: term.term }));
    },
    onError: toastError,
  });
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
