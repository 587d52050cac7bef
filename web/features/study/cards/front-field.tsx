/** The question; of a cloze the text, where a span that is marked becomes a gap. */
import { SquareDashed } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../../ui/button.tsx";
import { TextArea } from "../../../ui/field.tsx";
import { makeGap } from "./cloze.ts";
import type { Draft } from "./draft.ts";
import { MediaButton } from "./media-button.tsx";

export function FrontField({
  draft,
  onChange,
  error,
}: {
  draft: Draft;
  onChange: (changes: Partial<Draft>) => void;
  error: string | undefined;
}) {
  const { t } = useTranslation();
  const root = useRef<HTMLDivElement>(null);
  const { kind, front } = draft;
  function gap() {
    const area = root.current?.querySelector("textarea");
    if (!area) return;
    onChange({ front: makeGap(front, area.selectionStart, area.selectionEnd) });
    area.focus();
  }
  return (
    <div ref={root} className="grid gap-2">
      <TextArea
        label={kind === "cloze" ? t("study.card.clozeText") : t("study.card.front")}
        hint={
          kind === "cloze"
            ? t("study.card.clozeHint", { example: "{{c1::word}}" })
            : t("study.card.markdownHint")
        }
        rows={3}
        error={error}
        value={front}
        autoFocus={front === ""}
        onChange={(event) => onChange({ front: event.target.value })}
        onKeyDown={(event) => {
          if (kind !== "cloze" || !event.altKey || event.key.toLowerCase() !== "c") return;
          event.preventDefault();
          gap();
        }}
      />
      <div className="flex flex-wrap gap-2">
        {kind === "cloze" && (
          <Button size="small" onClick={gap}>
            <SquareDashed className="size-4" aria-hidden="true" /> {t("study.card.makeGap")}
          </Button>
        )}
        <MediaButton onAdded={(mark) => onChange({ front: `${front}${front && "\n"}${mark}` })} />
      </div>
    </div>
  );
}
