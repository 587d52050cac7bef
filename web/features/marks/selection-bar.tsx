/** What can be done with selected words: a colour, a note, a card. */
import { SquarePlus, StickyNote } from "lucide-react";
import { useTranslation } from "react-i18next";
import { MARK_COLOURS } from "#server/vocabulary.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { useKeys } from "../../ui/keys.ts";
import { swatch } from "./colours.ts";
import type { Colour } from "./queries.ts";
import type { SelectedWords } from "./selection.ts";

const HEIGHT = 52;
const WIDTH = 350;

export function SelectionBar({
  selected,
  onMark,
  onNote,
  onCard,
}: {
  selected: SelectedWords;
  onMark: (colour: Colour) => void;
  onNote: () => void;
  onCard: () => void;
}) {
  const { t } = useTranslation();
  useKeys(t("marks.selected"), [
    { key: "h", label: t("marks.highlight"), run: () => onMark("yellow") },
    { key: "m", label: t("marks.note"), run: onNote },
    { key: "c", label: t("marks.card"), run: onCard },
  ]);
  const { top, bottom, left } = selected.box;
  // A phone shows its own menu above the words.
  const below = top < HEIGHT + 80 || matchMedia("(pointer: coarse)").matches;
  return (
    <div
      role="toolbar"
      aria-label={t("marks.selected")}
      // The selection stays when a button is pressed.
      onPointerDown={(event) => event.preventDefault()}
      className={
        "fixed z-30 flex animate-appear items-center gap-0.5 rounded-xl border border-line " +
        "bg-surface p-1 shadow-float"
      }
      style={{
        top: below ? Math.min(bottom + 8, innerHeight - HEIGHT - 70) : top - HEIGHT,
        left: Math.max(8, Math.min(left, innerWidth - WIDTH)),
      }}
    >
      {MARK_COLOURS.map((colour) => (
        <button
          key={colour}
          type="button"
          aria-label={t(`marks.colours.${colour}`)}
          title={t(`marks.colours.${colour}`)}
          onClick={() => onMark(colour)}
          className="flex size-9 items-center justify-center rounded-lg hover:bg-sunken"
        >
          <span className="size-5 rounded-full border border-line-strong" style={swatch(colour)} />
        </button>
      ))}
      <IconButton label={t("marks.note")} size="small" onClick={onNote}>
        <StickyNote className="size-4.5" aria-hidden="true" />
      </IconButton>
      <Button size="small" variant="plain" onClick={onCard}>
        <SquarePlus className="size-4.5" aria-hidden="true" /> {t("marks.cardShort")}
      </Button>
    </div>
  );
}
