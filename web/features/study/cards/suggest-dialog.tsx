import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Suggestions } from "#server/features/study/cards/suggestions/shapes.ts";
import { request } from "../../../api/client.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { CheckField, SelectField } from "../../../ui/field.tsx";
import { ErrorNotice } from "../../../ui/notice.tsx";
import { choiceOf, SourceField, valueOf, type SourceChoice } from "./source-field.tsx";

const KINDS = ["basic", "cloze", "choice", "typed"] as const;

/** Asks for suggested cards and goes where they are looked through. */
export function SuggestDialog({
  source,
  subject,
  onClose,
}: {
  source?: SourceChoice;
  subject?: string | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [from, setFrom] = useState(valueOf(source ?? (subject ? { subject } : undefined)));
  const [count, setCount] = useState(10);
  const [kinds, setKinds] = useState<readonly string[]>(KINDS);
  const start = useMutation({
    mutationFn: () =>
      request<Suggestions>("/cards/suggestions", {
        method: "POST",
        json: { ...choiceOf(from), count, ...(kinds.length < KINDS.length ? { kinds } : {}) },
      }),
    onSuccess: ({ id }) => navigate({ to: "/learn/suggestions/$id", params: { id } }),
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("study.suggest.title")}
      description={t("study.suggest.lead")}
    >
      <form
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          start.mutate();
        }}
      >
        <SourceField label={t("study.suggest.from")} value={from} onChange={setFrom} />
        <SelectField
          label={t("study.suggest.count")}
          value={count}
          onChange={(event) => setCount(Number(event.target.value))}
        >
          {[5, 10, 20, 40].map((number) => (
            <option key={number}>{number}</option>
          ))}
        </SelectField>
        <fieldset className="grid gap-2">
          <legend className="mb-1.5 text-sm font-medium">{t("study.suggest.kinds")}</legend>
          {KINDS.map((kind) => (
            <CheckField
              key={kind}
              label={t(`study.card.kinds.${kind}`)}
              checked={kinds.includes(kind)}
              onChange={(event) =>
                setKinds(
                  event.target.checked ? [...kinds, kind] : kinds.filter((one) => one !== kind),
                )
              }
            />
          ))}
        </fieldset>
        <ErrorNotice error={start.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button
            type="submit"
            variant="primary"
            busy={start.isPending}
            disabled={from === "" || kinds.length === 0}
          >
            {t("study.suggest.start")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
