/** Title, subject, language, and the type of a recording. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { TITLE_LENGTH } from "#server/vocabulary.ts";
import { request } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { ErrorNotice } from "../../ui/notice.tsx";
import { LANGUAGES } from "./languages.ts";
import type { LibraryItem } from "./library-items.ts";
import { sameSubject, SubjectField, useSubjects } from "./subject-field.tsx";

export function DetailsDialog({ entry, onClose }: { entry: LibraryItem; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { kind, item } = entry;
  const path = kind === "recording" ? "recordings" : "study-materials";
  const save = useMutation({
    mutationFn: (values: Record<string, string | null>) =>
      request(`/${path}/${item.id}`, { method: "PATCH", json: values }),
    onSuccess: async () => {
      onClose();
      await Promise.all([
        client.invalidateQueries({ queryKey: [path] }),
        client.invalidateQueries({ queryKey: ["library"] }),
        client.invalidateQueries({
          queryKey: [kind === "recording" ? "recording" : "study-material", item.id],
        }),
      ]);
    },
  });
  const subjects = useSubjects();
  const problem = save.error instanceof Problem ? save.error : undefined;
  return (
    <Dialog open onOpenChange={onClose} title={t("library.details")}>
      <form
        className="mt-3 grid gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          const subject = sameSubject(String(form.get("subject")), subjects);
          save.mutate({
            title: String(form.get("title")).trim(),
            subject: subject ?? null,
            language: String(form.get("language")) || null,
            ...(kind === "recording" ? { recording_type: String(form.get("recording_type")) } : {}),
          });
        }}
      >
        {!problem?.errors.length && <ErrorNotice error={save.error} />}
        <TextField
          label={t("common.title")}
          name="title"
          defaultValue={item.title}
          required
          maxLength={TITLE_LENGTH}
          error={problem?.fieldError("title")}
        />
        <SubjectField
          label={t("common.subject")}
          hint={t("library.subjectHint")}
          name="subject"
          defaultValue={item.subject ?? ""}
          error={problem?.fieldError("subject")}
        />
        <LanguageField kind={kind} value={item.language} />
        {kind === "recording" && (
          <SelectField
            label={t("recording.type")}
            name="recording_type"
            defaultValue={item.recording_type}
          >
            {(["lecture", "note", "other"] as const).map((type) => (
              <option key={type} value={type}>
                {t(`recording.types.${type}`)}
              </option>
            ))}
          </SelectField>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" variant="primary" busy={save.isPending}>
            {t("common.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function LanguageField({ kind, value }: { kind: LibraryItem["kind"]; value: string | null }) {
  const { t, i18n } = useTranslation();
  const names = new Intl.DisplayNames([i18n.language], { type: "language" });
  const offered = value && !LANGUAGES.includes(value) ? [value, ...LANGUAGES] : LANGUAGES;
  return (
    <SelectField
      label={t(kind === "recording" ? "transcription.language" : "material.language")}
      name="language"
      defaultValue={value ?? ""}
    >
      <option value="">{t("transcription.detect")}</option>
      {offered.map((tag) => (
        <option key={tag} value={tag}>
          {names.of(tag)}
        </option>
      ))}
    </SelectField>
  );
}
