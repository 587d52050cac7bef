import { Plus, X } from "lucide-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "../../../ui/button.tsx";
import { classes } from "../../../ui/classes.ts";
import { inputClass } from "../../../ui/field.tsx";
import type { Draft } from "./draft.ts";

/** Options of a choice, one of them marked as the right one. */
export function ChoiceFields({
  draft: { choices, right },
  onChange,
  error,
}: {
  draft: Draft;
  onChange: (changes: Partial<Draft>) => void;
  error: string | undefined;
}) {
  const { t } = useTranslation();
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">{t("study.card.choices")}</legend>
      <ul className="grid gap-2">
        {choices.map((choice, at) => (
          <li key={at} className="flex items-center gap-2">
            <input
              type="radio"
              name={name}
              checked={right === at}
              onChange={() => onChange({ right: at })}
              aria-label={t("study.card.rightChoice", { number: at + 1 })}
              className="size-5 shrink-0 accent-accent"
            />
            <input
              value={choice}
              aria-label={t("study.card.choice", { number: at + 1 })}
              onChange={(event) => onChange({ choices: choices.with(at, event.target.value) })}
              className={classes(inputClass, "min-h-10")}
            />
            <IconButton
              label={t("study.card.removeChoice", { number: at + 1 })}
              disabled={choices.length <= 2}
              onClick={() =>
                onChange({
                  choices: choices.toSpliced(at, 1),
                  right: right > at || right >= choices.length - 1 ? Math.max(0, right - 1) : right,
                })
              }
            >
              <X className="size-4" aria-hidden="true" />
            </IconButton>
          </li>
        ))}
      </ul>
      <Button
        size="small"
        className="mt-2"
        disabled={choices.length >= 20}
        onClick={() => onChange({ choices: [...choices, ""] })}
      >
        <Plus className="size-4" aria-hidden="true" /> {t("study.card.addChoice")}
      </Button>
      {error ? (
        <p role="alert" className="mt-1.5 text-sm text-danger">
          {error}
        </p>
      ) : (
        <p className="mt-1.5 text-sm text-soft">{t("study.card.choicesHint")}</p>
      )}
    </fieldset>
  );
}
