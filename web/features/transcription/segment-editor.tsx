import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Segment } from "#server/features/transcription/shapes.ts";
import { Button } from "../../ui/button.tsx";
import { inputClass } from "../../ui/field.tsx";
import { toastError } from "../../ui/toast.tsx";

export function SegmentEditor({
  segment,
  caret,
  onEnd,
}: {
  segment: Segment;
  /** An offset in the text. */
  caret: number;
  onEnd: (segment: Segment, text: string | undefined) => Promise<void>;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState(segment.text);
  const [busy, setBusy] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    // Where the click was; what is in sight stays where it is.
    area.current?.focus({ preventScroll: true });
    area.current?.setSelectionRange(caret, caret);
  }, [caret]);
  const save = () => {
    setBusy(true);
    onEnd(segment, text.replaceAll(/\s+/g, " ").trim()).catch((error) => {
      setBusy(false);
      toastError(error);
    });
  };
  return (
    <form
      className="my-2 grid cursor-default gap-2 rounded-xl border border-accent bg-surface p-3"
      onClick={(event) => event.stopPropagation()}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <textarea
        ref={area}
        aria-label={t("transcription.editSegment")}
        value={text}
        rows={Math.min(8, Math.ceil(text.length / 60) + 1)}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") void onEnd(segment, undefined);
          if (event.key === "Enter" && !event.shiftKey) {
            event.preventDefault();
            save();
          }
        }}
        className={`${inputClass} py-2 text-base leading-relaxed`}
      />
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" size="small" variant="primary" busy={busy}>
          {t("common.save")}
        </Button>
        <Button size="small" onClick={() => void onEnd(segment, undefined)}>
          {t("common.cancel")}
        </Button>
        {segment.original && segment.original.text !== text && (
          <Button size="small" variant="plain" onClick={() => setText(segment.original!.text)}>
            {t("transcription.useOriginal")}
          </Button>
        )}
        <span className="ml-auto hidden text-xs text-faint sm:inline">
          {t("transcription.editKeys")}
        </span>
      </div>
    </form>
  );
}
