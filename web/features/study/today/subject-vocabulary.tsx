/** Names and terms of a subject: a recogniser hears them better, and misheard words are found by them. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { VocabularyTerm } from "#server/features/vocabulary/shapes.ts";
import type { Page } from "#server/http/router.ts";
import { request } from "../../../api/client.ts";
import { Button } from "../../../ui/button.tsx";
import { classes } from "../../../ui/classes.ts";
import { inputClass } from "../../../ui/field.tsx";
import { ErrorNotice } from "../../../ui/notice.tsx";

const SHOWN = 60;

export function SubjectVocabulary({ subject }: { subject: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [term, setTerm] = useState("");
  const queryKey = ["vocabulary", "of", subject];
  const terms = useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      request<Page<VocabularyTerm>>("/vocabulary", { query: { subject, limit: SHOWN }, signal }),
  });
  const onSuccess = () => client.invalidateQueries({ queryKey });
  const add = useMutation({
    mutationFn: () => request("/vocabulary", { method: "POST", json: { term, subject } }),
    onSuccess: async () => {
      setTerm("");
      await onSuccess();
    },
  });
  const remove = useMutation({
    mutationFn: (id: string) => request(`/vocabulary/${id}`, { method: "DELETE" }),
    onSuccess,
  });
  return (
    <section aria-labelledby="vocabulary">
      <h2 id="vocabulary" className="font-semibold">
        {t("study.subject.vocabulary")}
      </h2>
      <p className="mt-0.5 mb-3 text-sm text-soft">{t("study.subject.vocabularyText")}</p>
      <ul className="mb-3 flex flex-wrap gap-1.5 empty:hidden">
        {terms.data?.items.map(({ id, term: word, witness }) => (
          <li
            key={id}
            title={witness?.quote}
            className="inline-flex items-center rounded-full border border-line-strong bg-surface pl-3 text-sm"
          >
            {word}
            <button
              type="button"
              aria-label={t("study.subject.removeTerm", { term: word })}
              onClick={() => remove.mutate(id)}
              className="flex size-7 items-center justify-center rounded-full text-faint hover:text-ink"
            >
              <X className="size-3.5" aria-hidden="true" />
            </button>
          </li>
        ))}
      </ul>
      <form
        className="flex gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate();
        }}
      >
        <input
          value={term}
          required
          aria-label={t("study.subject.newTerm")}
          placeholder={t("study.subject.newTerm")}
          onChange={(event) => setTerm(event.target.value)}
          className={classes(inputClass, "min-h-10")}
        />
        <Button type="submit" busy={add.isPending} aria-label={t("study.subject.addTerm")}>
          <Plus className="size-4" aria-hidden="true" />
        </Button>
      </form>
      <ErrorNotice error={add.error ?? remove.error ?? terms.error} />
    </section>
  );
}
