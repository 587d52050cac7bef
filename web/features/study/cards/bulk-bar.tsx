import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Card } from "#server/features/study/cards/shapes.ts";
import type { Quiz } from "#server/features/study/quizzes/shapes.ts";
import { request } from "../../../api/client.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { TextField } from "../../../ui/field.tsx";
import { ErrorNotice } from "../../../ui/notice.tsx";
import { splitWords } from "../../../ui/split-words.ts";
import { toast, toastError } from "../../../ui/toast.tsx";
import { Toolbar } from "../../../ui/toolbar.tsx";
import { SubjectField } from "./card-form.tsx";
import { deleteCards } from "./delete-cards.ts";
import { useSetAside } from "./set-aside.ts";

/** What can be done with the chosen cards at once. */
export function BulkBar({ cards, onDone }: { cards: Card[]; onDone: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const setAside = useSetAside();
  const [labelling, setLabelling] = useState(false);
  const ids = cards.map(({ id }) => id);
  const suspended = cards.every((card) => card.suspended);
  async function quiz() {
    try {
      const { id } = await request<Quiz>("/quizzes", {
        method: "POST",
        json: { card_ids: ids.slice(0, 200), length: Math.min(100, ids.length) },
      });
      await navigate({ to: "/learn/quizzes/$id", params: { id } });
    } catch (error) {
      toastError(error);
    }
  }
  return (
    <Toolbar label={t("study.cards.chosen", { count: ids.length })}>
      <span className="mr-auto px-1 text-sm font-medium">
        {t("study.cards.chosen", { count: ids.length })}
      </span>
      <Button size="small" onClick={() => setLabelling(true)}>
        {t("study.cards.label")}
      </Button>
      <Button
        size="small"
        onClick={() => void setAside(ids, { suspended: !suspended }).then(onDone)}
      >
        {t(suspended ? "study.cards.unsuspend" : "study.cards.suspend")}
      </Button>
      <Button size="small" onClick={() => void setAside(ids, { buried: true }).then(onDone)}>
        {t("study.cards.bury")}
      </Button>
      <Button size="small" onClick={() => void quiz()}>
        {t("study.quiz.ofThese")}
      </Button>
      <Button
        size="small"
        variant="danger"
        onClick={() => {
          deleteCards(ids, {
            done: t("study.cards.deleted", { count: ids.length }),
            undo: t("common.undo"),
          });
          onDone();
        }}
      >
        {t("common.delete")}
      </Button>
      <Button size="small" variant="plain" onClick={onDone}>
        {t("study.cards.chooseNone")}
      </Button>
      {labelling && <LabelDialog ids={ids} onClose={() => setLabelling(false)} onDone={onDone} />}
    </Toolbar>
  );
}

function LabelDialog({
  ids,
  onClose,
  onDone,
}: {
  ids: string[];
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [subject, setSubject] = useState("");
  const [add, setAdd] = useState("");
  const [remove, setRemove] = useState("");
  const [error, setError] = useState<unknown>();
  async function save(event: FormEvent) {
    event.preventDefault();
    const change = {
      ...(subject.trim() ? { subject: subject.trim() } : {}),
      ...(add.trim() ? { add_tags: splitWords(add) } : {}),
      ...(remove.trim() ? { remove_tags: splitWords(remove) } : {}),
    };
    try {
      for (let at = 0; at < ids.length; at += 1000)
        await request("/cards", {
          method: "PATCH",
          json: { ids: ids.slice(at, at + 1000), ...change },
        });
      await client.invalidateQueries({ queryKey: ["cards"] });
      toast(t("common.saved"));
      onClose();
      onDone();
    } catch (problem) {
      setError(problem);
    }
  }
  return (
    <Dialog open onOpenChange={onClose} title={t("study.cards.label")}>
      <form onSubmit={(event) => void save(event)} className="grid gap-4 pt-2">
        <SubjectField value={subject} onChange={setSubject} />
        <TextField
          label={t("study.cards.addTags")}
          value={add}
          onChange={(event) => setAdd(event.target.value)}
        />
        <TextField
          label={t("study.cards.removeTags")}
          value={remove}
          onChange={(event) => setRemove(event.target.value)}
        />
        <ErrorNotice error={error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button
            type="submit"
            variant="primary"
            disabled={!subject.trim() && !add.trim() && !remove.trim()}
          >
            {t("common.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
