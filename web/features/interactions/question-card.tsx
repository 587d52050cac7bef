import { Pencil } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "#server/features/interactions/shapes.ts";
import { MESSAGE_LENGTH } from "#server/vocabulary.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { useDraft } from "../../ui/draft.ts";
import { inputClass } from "../../ui/field.tsx";
import { Siblings } from "./siblings.tsx";

export function QuestionCard({
  message,
  busy,
  onBranch,
  onEdit,
}: {
  message: Pick<Message, "id" | "content" | "siblings">;
  busy: boolean;
  onBranch: (id: string) => void;
  onEdit?: (text: string) => void;
}) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  const draft = useDraft(`question:${message.id}`, message.content, { asks: false });
  if (editing && onEdit) {
    return (
      <li>
        <form
          className="grid gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            const text = draft.value.trim();
            draft.drop();
            setEditing(false);
            if (text) onEdit(text);
          }}
        >
          <textarea
            name="question"
            value={draft.value}
            onChange={(event) => draft.type(event.target.value)}
            maxLength={MESSAGE_LENGTH}
            rows={3}
            autoFocus
            aria-label={t("tutor.question")}
            className={`${inputClass} py-2`}
          />
          <div className="flex justify-end gap-2">
            <Button
              size="small"
              onClick={() => {
                draft.drop();
                setEditing(false);
              }}
            >
              {t("common.cancel")}
            </Button>
            <Button size="small" type="submit" variant="primary">
              {t("tutor.ask")}
            </Button>
          </div>
        </form>
      </li>
    );
  }
  return (
    <li className="group flex flex-col items-end">
      <p className="max-w-[85%] rounded-2xl rounded-br-md bg-accent-soft px-4 py-2.5 whitespace-pre-wrap">
        {message.content}
      </p>
      <div className="mt-1 flex h-8 items-center">
        <Siblings id={message.id} siblings={message.siblings} onBranch={onBranch} />
        {onEdit && !busy && (
          <IconButton
            label={t("tutor.editQuestion")}
            size="small"
            onClick={() => setEditing(true)}
            className="opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 max-md:opacity-100"
          >
            <Pencil className="size-3.5" aria-hidden="true" />
          </IconButton>
        )}
      </div>
    </li>
  );
}
