/** A mark's note and colour. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { MARK_COLOURS } from "#server/vocabulary.ts";
import { Button } from "../../ui/button.tsx";
import { Conflict } from "../../ui/conflict.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { useDraft } from "../../ui/draft.ts";
import { TextArea } from "../../ui/field.tsx";
import { ErrorNotice } from "../../ui/notice.tsx";
import { swatch } from "./colours.ts";
import type { Colour } from "./queries.ts";

export function MarkDialog({
  draftKey,
  quote,
  coloured = quote !== null,
  saved,
  busy,
  error,
  theirs,
  onSave,
  onClose,
}: {
  draftKey: string;
  quote: string | null;
  /** Something is seen in its colour. */
  coloured?: boolean;
  saved: { note: string | null; colour: Colour | null };
  busy: boolean;
  error: Error | null;
  /** What another tab or device wrote meanwhile. */
  theirs?: string | null | undefined;
  onSave: (values: { note: string | null; colour: Colour | null }) => Promise<unknown>;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const draft = useDraft(draftKey, saved.note ?? "");
  const [colour, setColour] = useState(saved.colour);
  const save = () =>
    void onSave({ note: draft.value.trim() || null, colour }).then(() => {
      draft.drop();
      onClose();
    }, ignore);
  const giveUp = () => {
    draft.drop();
    onClose();
  };
  return (
    <Dialog open onOpenChange={onClose} title={t("marks.note")}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        {quote && (
          <blockquote
            className="line-clamp-4 border-l-4 pl-3 text-sm text-soft"
            style={{ borderColor: swatch(colour).background }}
            dir="auto"
          >
            {quote}
          </blockquote>
        )}
        <TextArea
          label={t("marks.text")}
          value={draft.value}
          onChange={(event) => draft.type(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save();
          }}
          rows={5}
          maxLength={20_000}
          autoFocus
          dir="auto"
        />
        {coloured && <ColourField value={colour} onChange={setColour} />}
        {theirs === undefined && <ErrorNotice error={error} />}
        {theirs !== undefined && (
          <Conflict theirs={theirs ?? ""} onKeepMine={save} onTakeTheirs={giveUp} />
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={giveUp}>{t("common.cancel")}</Button>
          <Button type="submit" variant="primary" busy={busy}>
            {t("common.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function ColourField({
  value,
  onChange,
}: {
  value: Colour | null;
  onChange: (colour: Colour) => void;
}) {
  const { t } = useTranslation();
  return (
    <fieldset className="flex items-center gap-1">
      <legend className="sr-only">{t("marks.colour")}</legend>
      {MARK_COLOURS.map((one) => (
        <label
          key={one}
          title={t(`marks.colours.${one}`)}
          className={
            "flex size-9 cursor-pointer items-center justify-center rounded-lg hover:bg-sunken " +
            "has-checked:bg-sunken has-focus-visible:outline-2 has-focus-visible:outline-accent"
          }
        >
          <input
            type="radio"
            name="colour"
            className="sr-only"
            aria-label={t(`marks.colours.${one}`)}
            checked={value === one}
            onChange={() => onChange(one)}
          />
          <span className="size-5 rounded-full border border-line-strong" style={swatch(one)} />
        </label>
      ))}
    </fieldset>
  );
}

/** The dialog shows it. */
function ignore() {}
