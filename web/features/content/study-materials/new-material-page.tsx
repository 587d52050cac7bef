/** A typed note, or a web address. Files are dropped anywhere. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import { SUBJECT_LENGTH, TITLE_LENGTH } from "#server/vocabulary.ts";
import { request } from "../../../api/client.ts";
import { Problem } from "../../../api/problem.ts";
import { Button } from "../../../ui/button.tsx";
import { TextArea, TextField } from "../../../ui/field.tsx";
import { ErrorNotice } from "../../../ui/notice.tsx";
import { Page } from "../../../ui/page.tsx";
import { Segmented } from "../../../ui/segmented.tsx";

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
      <Segmented
        label={t("material.newTitle")}
        value={kind}
        options={(["note", "web"] as const).map((value) => ({
          value,
          label: t(`material.kinds.${value}`),
        }))}
        onChange={setKind}
        className="mb-6"
      />
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
        {kind === "note" ? <NoteFields problem={problem} /> : <WebFields problem={problem} />}
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

function NoteFields({ problem }: { problem: Problem | undefined }) {
  const { t } = useTranslation();
  return (
    <>
      <TextField
        label={t("common.title")}
        name="title"
        required
        maxLength={TITLE_LENGTH}
        autoFocus
        error={problem?.fieldError("title")}
      />
      <SubjectField problem={problem} />
      <TextArea
        label={t("material.text")}
        name="content"
        required
        rows={14}
        error={problem?.fieldError("content")}
      />
    </>
  );
}

function WebFields({ problem }: { problem: Problem | undefined }) {
  const { t } = useTranslation();
  return (
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
      <SubjectField problem={problem} />
    </>
  );
}

function SubjectField({ problem }: { problem: Problem | undefined }) {
  const { t } = useTranslation();
  return (
    <TextField
      label={t("material.subjectOptional")}
      name="subject"
      maxLength={SUBJECT_LENGTH}
      error={problem?.fieldError("subject")}
    />
  );
}
