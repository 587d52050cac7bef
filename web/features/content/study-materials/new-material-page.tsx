import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
/** A typed note, or a web address. Files are dropped anywhere. */
import { SUBJECT_LENGTH, TITLE_LENGTH } from "#server/vocabulary.ts";
import { request } from "../../../api/client.ts";
import { Problem } from "../../../api/problem.ts";
import { Button } from "../../../ui/button.tsx";
import { TextArea, TextField } from "../../../ui/field.tsx";
import { ErrorNotice } from "../../../ui/notice.tsx";
import { Page } from "../../../ui/page.tsx";

export function NewMaterialPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [kind, setKind] = useState<"note" | "web">("note");
  const add = useMutation({
    mutationFn: (values: Record<string, string>) =>
      request<StudyMaterial>("/study-materials", { method: "POST", json: values }),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: ["study-materials"] });
      await navigate({ to: "/materials/$id", params: { id }, search: {} });
    },
  });
  const problem = add.error instanceof Problem ? add.error : undefined;
  return (
    <Page title={t("material.newTitle")} lead={t("material.newLead")} width="narrow">
      <div
        role="group"
        aria-label={t("material.newTitle")}
        className="mb-6 inline-flex rounded-lg bg-sunken p-1"
      >
        {(["note", "web"] as const).map((value) => (
          <button
            key={value}
            type="button"
            aria-pressed={kind === value}
            onClick={() => setKind(value)}
            className="min-h-9 rounded-md px-4 text-sm font-medium text-soft aria-pressed:bg-surface aria-pressed:text-ink aria-pressed:shadow-card"
          >
            {t(`material.kinds.${value}`)}
          </button>
        ))}
      </div>
      <form
        key={kind}
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          const given = [...new FormData(event.currentTarget)].map(
            ([name, value]) => [name, String(value).trim()] as const,
          );
          add.mutate(Object.fromEntries(given.filter(([, value]) => value !== "")));
        }}
      >
        {!problem?.errors.length && <ErrorNotice error={add.error} />}
        {kind === "note" ? (
          <>
            <TextField
              label={t("common.title")}
              name="title"
              required
              maxLength={TITLE_LENGTH}
              autoFocus
              error={problem?.fieldError("title")}
            />
            <TextField
              label={t("material.subjectOptional")}
              name="subject"
              maxLength={SUBJECT_LENGTH}
              error={problem?.fieldError("subject")}
            />
            <TextArea
              label={t("material.text")}
              name="content"
              required
              rows={14}
              error={problem?.fieldError("content")}
            />
          </>
        ) : (
          <>
            <TextField
              label={t("material.url")}
              hint={t("material.urlHint")}
              name="url"
              type="url"
              required
              autoFocus
              placeholder="https://"
              error={problem?.fieldError("url")}
            />
            <TextField
              label={t("material.subjectOptional")}
              name="subject"
              maxLength={SUBJECT_LENGTH}
              error={problem?.fieldError("subject")}
            />
          </>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={() => history.back()}>{t("common.cancel")}</Button>
          <Button type="submit" variant="primary" busy={add.isPending}>
            {t("common.save")}
          </Button>
        </div>
      </form>
    </Page>
  );
}
