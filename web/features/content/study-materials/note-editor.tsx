import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import { request } from "../../../api/client.ts";
import { Problem } from "../../../api/problem.ts";
import { Button } from "../../../ui/button.tsx";
import { TextArea } from "../../../ui/field.tsx";
import { ErrorNotice } from "../../../ui/notice.tsx";

export function NoteEditor({ material, onEnd }: { material: StudyMaterial; onEnd: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (content: string) =>
      request<StudyMaterial>(`/study-materials/${material.id}`, {
        method: "PATCH",
        json: { content },
      }),
    onSuccess: (changed) => {
      client.setQueryData(["study-material", material.id], changed);
      onEnd();
    },
  });
  const fieldError = save.error instanceof Problem ? save.error.fieldError("content") : undefined;
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(String(new FormData(event.currentTarget).get("content")));
      }}
    >
      {!fieldError && <ErrorNotice error={save.error} />}
      <TextArea
        label={t("material.text")}
        name="content"
        defaultValue={material.content}
        rows={20}
        required
        autoFocus
        error={fieldError}
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onEnd}>{t("common.cancel")}</Button>
        <Button type="submit" variant="primary" busy={save.isPending}>
          {t("common.save")}
        </Button>
      </div>
    </form>
  );
}
