import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Segment } from "#server/features/transcription/shapes.ts";
import { ChangedMeanwhile } from "../../api/change.ts";
import { Button } from "../../ui/button.tsx";
import { Conflict } from "../../ui/conflict.tsx";
import { useDraft } from "../../ui/draft.ts";
import { inputClass } from "../../ui/field.tsx";
import { toastError } from "../../ui/toast.tsx";

export const segmentDraft = (transcriptionId: string, number: number | "") =>
  `segment:${transcriptionId}:${number}`;

/**
 * @param text as it shall be; undefined to leave it as it is
 * @param was the text that was changed
 * @throws ChangedMeanwhile with the segment as it is now
 */
export type EndEdit = (segment: Segment, text: string | undefined, was: string) => Promise<void>;

export function SegmentEditor({
  transcriptionId,
  segment,
  caret,
  onEnd,
}: {
  transcriptionId: string;
  segment: Segment;
  /** An offset in the text. */
  caret: number;
  onEnd: EndEdit;
}) {
  const { t } = useTranslation();
  // As it was when it was opened: another tab may change it meanwhile.
  const [saved] = useState({ text: segment.text, was: segment.text });
  const draft = useDraft(segmentDraft(transcriptionId, segment.number), saved);
  const { text, was } = draft.value;
  const setText = (typed: string) => draft.type({ text: typed, was });
  const [theirs, setTheirs] = useState<string>();
  const [busy, setBusy] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    // Where the click was; what is in sight stays where it is.
    area.current?.focus({ preventScroll: true });
    area.current?.setSelectionRange(caret, caret);
  }, [caret]);
  const end = async (typed?: string, onto = was) => {
    setBusy(true);
    try {
      await onEnd(segment, typed?.replaceAll(/\s+/g, " ").trim(), onto);
      draft.drop();
    } catch (error) {
      setBusy(false);
      if (error instanceof ChangedMeanwhile) setTheirs((error.now as Segment).text);
      else toastError(error);
    }
  };
  return (
    <form
      className="my-2 grid cursor-default gap-2 rounded-xl border border-accent bg-surface p-3"
      onClick={(event) => event.stopPropagation()}
      onSubmit={(event) => {
        event.preventDefault();
        void end(text);
      }}
    >
      <textarea
        ref={area}
        aria-label={t("transcription.editSegment")}
        value={text}
        rows={Math.min(8, Math.ceil(text.length / 60) + 1)}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") void end();
          if (event.key === "Enter" && !event.shiftKey) {
            event.preventDefault();
            void end(text);
          }
        }}
        className={`${inputClass} py-2 text-base leading-relaxed`}
      />
      {theirs !== undefined && (
        <Conflict
          theirs={theirs}
          onTakeTheirs={() => void end()}
          onKeepMine={() => void end(text, theirs)}
        />
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" size="small" variant="primary" busy={busy}>
          {t("common.save")}
        </Button>
        <Button size="small" onClick={() => void end()}>
          {t("common.cancel")}
        </Button>
        <Original segment={segment} text={text} onUse={setText} />
        <span className="ml-auto hidden text-xs text-faint sm:inline">
          {t("transcription.editKeys")}
        </span>
      </div>
    </form>
  );
}

/** The engine's own words, where a person changed them. */
function Original({
  segment: { original },
  text,
  onUse,
}: {
  segment: Segment;
  text: string;
  onUse: (text: string) => void;
}) {
  const { t } = useTranslation();
  if (!original || original.text === text) return null;
  return (
    <Button size="small" variant="plain" onClick={() => onUse(original.text)}>
      {t("transcription.useOriginal")}
    </Button>
  );
}
