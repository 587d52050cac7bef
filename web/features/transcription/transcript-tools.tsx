/** Find in the transcript, visit doubtful words, edit, undo. */
import { ChevronDown, ChevronUp, Pencil, Search, Undo2 } from "lucide-react";
import { useEffect, useMemo, useRef, useState, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import type { Segment } from "#server/features/transcription/shapes.ts";
import { IconButton } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { inputClass } from "../../ui/field.tsx";
import { findDoubtful, findText } from "./find-in-transcript.ts";
import type { TranscriptHandle } from "./transcript.tsx";
import { highlight } from "./word-highlights.ts";

export function TranscriptTools({
  segments,
  area,
  transcript,
  editMode,
  onEditMode,
  onUndo,
}: {
  segments: Segment[];
  area: RefObject<HTMLElement | null>;
  transcript: RefObject<TranscriptHandle | null>;
  editMode: boolean;
  onEditMode: (on: boolean) => void;
  onUndo: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const doubtful = useMemo(() => findDoubtful(segments), [segments]);
  const [at, setAt] = useState(-1);
  useEffect(() => {
    if (area.current) highlight("lm-doubtful", area.current, doubtful);
  }, [area, doubtful]);
  const visit = (next: number) => {
    const index = (next + doubtful.length) % doubtful.length;
    setAt(index);
    if (doubtful[index]) transcript.current?.visit(doubtful[index]);
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Finder segments={segments} area={area} transcript={transcript} />
      {doubtful.length > 0 && <DoubtfulWords at={at} count={doubtful.length} onVisit={visit} />}
      <div className="ml-auto flex items-center gap-1">
        {onUndo && (
          <IconButton label={t("transcription.undo")} onClick={onUndo}>
            <Undo2 className="size-4.5" aria-hidden="true" />
          </IconButton>
        )}
        <IconButton
          label={t("transcription.editMode")}
          aria-pressed={editMode}
          onClick={() => onEditMode(!editMode)}
        >
          <Pencil className="size-4.5" aria-hidden="true" />
        </IconButton>
      </div>
    </div>
  );
}

function Finder({
  segments,
  area,
  transcript,
}: {
  segments: Segment[];
  area: RefObject<HTMLElement | null>;
  transcript: RefObject<TranscriptHandle | null>;
}) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const [wanted, setWanted] = useState("");
  const [at, setAt] = useState(0);
  const found = useMemo(() => findText(segments, wanted), [segments, wanted]);
  useEffect(() => {
    if (!area.current) return;
    highlight("lm-found", area.current, found);
    highlight("lm-found-current", area.current, found[at] ? [found[at]] : []);
  }, [area, found, at]);
  const visit = (next: number) => {
    if (found.length === 0) return;
    const index = (next + found.length) % found.length;
    setAt(index);
    transcript.current?.visit(found[index]!);
    input.current?.focus();
  };
  return (
    <div role="search" className="flex min-w-0 flex-1 basis-56 items-center">
      <div className="relative min-w-0 flex-1 sm:max-w-xs">
        <Search
          className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-faint"
          aria-hidden="true"
        />
        <input
          ref={input}
          type="search"
          value={wanted}
          aria-label={t("transcription.find")}
          placeholder={t("transcription.find")}
          onChange={(event) => {
            const typed = event.target.value;
            setWanted(typed);
            setAt(0);
            const [first] = findText(segments, typed);
            if (first) transcript.current?.visit(first);
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter") {
              event.preventDefault();
              visit(event.shiftKey ? at - 1 : at + 1);
            }
            if (event.key === "Escape") setWanted("");
          }}
          className={classes(inputClass, "min-h-9 pr-2 pl-9 text-sm")}
        />
      </div>
      {wanted.trim().length > 0 && (
        <>
          <span
            className="ml-2 text-sm whitespace-nowrap text-soft tabular-nums"
            aria-live="polite"
          >
            {found.length === 0 ? t("transcription.notFound") : `${at + 1}/${found.length}`}
          </span>
          <BeforeAndNext
            before={t("transcription.previousFound")}
            next={t("transcription.nextFound")}
            onBefore={() => visit(at - 1)}
            onNext={() => visit(at + 1)}
          />
        </>
      )}
    </div>
  );
}

function DoubtfulWords({
  at,
  count,
  onVisit,
}: {
  /** Below 0 before one was visited. */
  at: number;
  count: number;
  onVisit: (at: number) => void;
}) {
  const { t } = useTranslation();
  return (
    <div
      role="group"
      aria-label={t("transcription.doubtful")}
      className="flex items-center rounded-lg border border-line bg-surface pl-3 text-sm text-soft"
    >
      <span className="underline decoration-warn decoration-wavy underline-offset-4">
        {t("transcription.doubtful")}
      </span>
      <span className="ml-2 tabular-nums" aria-live="polite">
        {at >= 0 ? `${at + 1}/` : ""}
        {count}
      </span>
      <BeforeAndNext
        before={t("transcription.previousDoubtful")}
        next={t("transcription.nextDoubtful")}
        onBefore={() => onVisit(at < 0 ? -1 : at - 1)}
        onNext={() => onVisit(at + 1)}
      />
    </div>
  );
}

function BeforeAndNext({
  before,
  next,
  onBefore,
  onNext,
}: {
  before: string;
  next: string;
  onBefore: () => void;
  onNext: () => void;
}) {
  return (
    <>
      <IconButton size="small" label={before} onClick={onBefore}>
        <ChevronUp className="size-4" aria-hidden="true" />
      </IconButton>
      <IconButton size="small" label={next} onClick={onNext}>
        <ChevronDown className="size-4" aria-hidden="true" />
      </IconButton>
    </>
  );
}
