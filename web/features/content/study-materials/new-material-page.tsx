/** A typed note, or a web address. Files are dropped anywhere. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState, type ChangeEvent } from "react";
import { useTranslation } from "react-i18next";
import { TITLE_LENGTH } from "#server/vocabulary.ts";
import { Problem } from "../../../api/problem.ts";
import { Button } from "../../../ui/button.tsx";
import { useDraft } from "../../../ui/draft.ts";
import { TextArea, TextField } from "../../../ui/field.tsx";
import { ErrorNotice } from "../../../ui/notice.tsx";
import { Page } from "../../../ui/page.tsx";
import { Segmented } from "../../../ui/segmented.tsx";
import { sameSubject, SubjectField as SubjectInput, useSubjects } from "../subject-field.tsx";
import { addOrKeep } from "./note-outbox.ts";

const NOTHING = { title: "", subject: "", content: "", url: "" };

export function NewMaterialPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { kind: asked = "note" } = useSearch({ from: "/app/materials/new" });
  const [kind, setKind] = useState<"note" | "web">(asked);
  const [askedBefore, setAskedBefore] = useState(asked);
  // The "+" of a phone asks for the other one while this page is open.
  if (asked !== askedBefore) {
    setAskedBefore(asked);
    setKind(asked);
  }
  const subjects = useSubjects();
  const draft = useDraft("material:new", NOTHING);
  const field = (name: keyof typeof NOTHING): DraftField => ({
    name,
    value: draft.value[name],
    onChange: (event) => draft.type({ ...draft.value, [name]: event.target.value }),
    error: problem?.fieldError(name),
  });
  const add = useMutation({
    mutationFn: addOrKeep,
    onSuccess: async (made) => {
      draft.drop();
      if (!made) return navigate({ to: "/library" });
      const { id } = made;
      await client.invalidateQueries({ queryKey: ["study-materials"] });
      await client.invalidateQueries({ queryKey: ["library"] });
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
          const { title, content, url } = draft.value;
          const subject = sameSubject(draft.value.subject, subjects) ?? "";
          const given = kind === "note" ? { title, subject, content } : { url, subject };
          add.mutate(
            Object.fromEntries(
              Object.entries(given)
                .map(([name, value]) => [name, value.trim()] as const)
                .filter(([, value]) => value !== ""),
            ),
          );
        }}
      >
        {!problem?.errors.length && <ErrorNotice error={add.error} />}
        {kind === "note" ? <NoteFields field={field} /> : <WebFields field={field} />}
        <div className="flex justify-end gap-2">
          <Button
            onClick={() => {
              draft.drop();
              history.back();
            }}
          >
            {t("common.cancel")}
          </Button>
          <Button type="submit" variant="primary" busy={add.isPending}>
            {t("common.save")}
          </Button>
        </div>
      </form>
    </Page>
  );
}

interface DraftField {
  name: string;
  value: string;
  onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => void;
  error: string | undefined;
}
interface Fields {
  field: (name: keyof typeof NOTHING) => DraftField;
}

function NoteFields({ field }: Fields) {
  const { t } = useTranslation();
  return (
    <>
      <TextField
        label={t("common.title")}
        {...field("title")}
        required
        maxLength={TITLE_LENGTH}
        autoFocus
        dir="auto"
      />
      <SubjectField field={field} />
      <TextArea label={t("material.text")} {...field("content")} required rows={14} dir="auto" />
    </>
  );
}

function WebFields({ field }: Fields) {
  const { t } = useTranslation();
  return (
    <>
      <TextField
        label={t("material.url")}
        hint={t("material.urlHint")}
        {...field("url")}
        type="url"
        required
        autoFocus
        placeholder="https://"
      />
      <SubjectField field={field} />
    </>
  );
}

function SubjectField({ field }: Fields) {
  const { t } = useTranslation();
  return <SubjectInput label={t("material.subjectOptional")} {...field("subject")} />;
}
