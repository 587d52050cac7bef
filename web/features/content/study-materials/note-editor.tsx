import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import { ChangedMeanwhile } from "../../../api/change.ts";
import { Problem } from "../../../api/problem.ts";
import { Button } from "../../../ui/button.tsx";
import { Conflict } from "../../../ui/conflict.tsx";
import { useDraft } from "../../../ui/draft.ts";
import { TextArea } from "../../../ui/field.tsx";
import { ErrorNotice } from "../../../ui/notice.tsx";
import { changeOrKeep } from "./note-outbox.ts";

export function NoteEditor({ material, onEnd }: { material: StudyMaterial; onEnd: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  // The text that is changed is the one that was there when writing began, also when that was before a reload.
  const [opened] = useState(material);
  const saved = useMemo(
    () => ({ content: opened.content, base: opened.content, updated_at: opened.updated_at }),
    [opened],
  );
  const draft = useDraft(noteDraft(material.id), saved);
  const { content, base, updated_at } = draft.value;
  const [theirs, setTheirs] = useState<StudyMaterial>();
  const end = (changed: StudyMaterial) => {
    client.setQueryData(["study-material", material.id], changed);
    draft.drop();
    onEnd();
  };
  const save = useMutation({
    mutationFn: (onto: Pick<StudyMaterial, "content" | "updated_at">) =>
      changeOrKeep(material, onto, content),
    onSuccess: end,
    onError: (error) => {
      if (error instanceof ChangedMeanwhile) setTheirs(error.now as StudyMaterial);
    },
  });
  const problem = save.error instanceof Problem ? save.error : undefined;
  const fieldError = problem?.fieldError("content");
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ content: base, updated_at });
      }}
    >
      {!fieldError && <ErrorNotice error={problem} />}
      <TextArea
        label={t("material.text")}
        name="content"
        value={content}
        onChange={(event) => draft.type({ content: event.target.value, base, updated_at })}
        rows={20}
        required
        autoFocus
        dir="auto"
        error={fieldError}
      />
      {theirs ? (
        <Conflict
          theirs={theirs.content}
          onTakeTheirs={() => end(theirs)}
          onKeepMine={() => save.mutate(theirs)}
        />
      ) : (
        <div className="flex justify-end gap-2">
          <Button
            onClick={() => {
              draft.drop();
              onEnd();
            }}
          >
            {t("common.cancel")}
          </Button>
          <Button type="submit" variant="primary" busy={save.isPending}>
            {t("common.save")}
          </Button>
        </div>
      )}
    </form>
  );
}

export const noteDraft = (id: string) => `note:${id}`;
