import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { NewCardsAnswer } from "#server/features/study/cards/shapes.ts";
import { request } from "../../../api/client.ts";
import { Button, buttonClass } from "../../../ui/button.tsx";
import { useDraft } from "../../../ui/draft.ts";
import { TextArea, TextField } from "../../../ui/field.tsx";
import { ErrorNotice, Notice } from "../../../ui/notice.tsx";
import { splitWords } from "../../../ui/split-words.ts";
import { SubjectField } from "./card-form.tsx";

/** Many cards from one text; which lines made none is told, and they stay in the field. */
export function BulkText({ subject: first }: { subject: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { value: text, type: setText } = useDraft("cards:bulk", "");
  const [subject, setSubject] = useState(first);
  const [tags, setTags] = useState("");
  const make = useMutation({
    mutationFn: () =>
      request<NewCardsAnswer>("/cards/bulk", {
        method: "POST",
        json: {
          text,
          subject: subject.trim() || null,
          tags: splitWords(tags),
        },
      }),
    onSuccess: async ({ skipped }) => {
      setText(skipped.map((line) => line.text).join("\n"));
      await client.invalidateQueries({ queryKey: ["cards"] });
    },
  });
  const result = make.data;
  return (
    <form
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate();
      }}
    >
      <TextArea
        label={t("study.bulk.text")}
        hint={t("study.bulk.hint", { example: "{{c1::word}}" })}
        rows={10}
        required
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="font-mono"
      />
      <div className="grid gap-5 sm:grid-cols-2">
        <SubjectField value={subject} onChange={setSubject} />
        <TextField
          label={t("study.card.tags")}
          hint={t("study.card.tagsHint")}
          value={tags}
          onChange={(event) => setTags(event.target.value)}
        />
      </div>
      <ErrorNotice error={make.error} />
      {result && (
        <Notice tone={result.skipped.length > 0 ? "warning" : "info"}>
          <p>{t("study.bulk.made", { count: result.made })}</p>
          {result.skipped.length > 0 && (
            <p>{t("study.bulk.skipped", { count: result.skipped.length })}</p>
          )}
          {result.duplicates.length > 0 && (
            <p>{t("study.bulk.duplicates", { count: result.duplicates.length })}</p>
          )}
        </Notice>
      )}
      <div className="flex justify-end gap-2">
        <Link to="/learn" className={buttonClass("quiet")}>
          {t("study.cards.title")}
        </Link>
        <Button type="submit" variant="primary" busy={make.isPending} disabled={text.trim() === ""}>
          {t("study.bulk.make")}
        </Button>
      </div>
    </form>
  );
}
