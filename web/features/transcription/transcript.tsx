/** The text of a recording under its player: words follow the sound, a click or Enter plays, E edits. */
import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type Ref,
  type RefObject,
} from "react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import type {
  Segment,
  TranscriptionWithSegments as Transcription,
} from "#server/features/transcription/shapes.ts";
import { classes } from "../../ui/classes.ts";
import { scrollBehavior, topOfSight } from "../../ui/scroll.ts";
import { moveBy, type Editing, type Place } from "./cursor.ts";
import { useFollowing } from "./follow-sound.ts";
import type { Playback } from "./playback.ts";
import { selectWords } from "./select-words.ts";
import { useSpeakerNaming } from "./speaker-dialog.tsx";
import { TranscriptParagraph } from "./transcript-paragraph.tsx";
import { clearHighlights, elementOf, highlight, placeAt, type Span } from "./word-highlights.ts";
import { placeWords, toParagraphs, wordAtOffset } from "./words.ts";

export interface TranscriptHandle {
  /** Scrolls there, marks it and puts the cursor on it. */
  visit(span: Span): void;
  /** Opens the editor there. */
  edit(segment: Segment): void;
}

interface Props {
  ref: Ref<TranscriptHandle>;
  transcription: Transcription;
  playback: Playback;
  /** A click edits instead of playing. */
  editMode: boolean;
  quote: Span[];
  onSave: (segment: Segment, text: string, was: string) => Promise<void>;
  onUndo: (() => void) | undefined;
}

const TEXT = "rounded-xl text-[1.0625rem] leading-[1.75] focus-visible:outline-offset-8";

export function Transcript({
  ref,
  transcription,
  playback,
  editMode,
  quote,
  onSave,
  onUndo,
}: Props) {
  const { t } = useTranslation();
  const { segments } = transcription;
  const container = useRef<HTMLDivElement>(null);
  const announcer = useRef<HTMLParagraphElement>(null);
  const handsAt = useRef(0);
  const { editing, setEditing, endEdit } = useEditing(container, onSave);
  const naming = useSpeakerNaming(transcription);
  const paragraphs = useMemo(() => toParagraphs(segments), [segments]);
  const { cursor, moveCursor, visit } = useCursor({ segments, container, announcer, handsAt });
  useImperativeHandle(ref, () => ({
    visit,
    edit(segment) {
      visit({ segment, from: 0, to: 0 });
      setEditing({ number: segment.number, caret: segment.text.length });
    },
  }));

  useFollowing(container, playback, segments, handsAt);
  useEffect(() => {
    if (container.current) highlight("lm-quote", container.current, quote);
  }, [quote, segments, editing]);
  useEffect(() => clearHighlights, []);

  const { click, key, edit } = useHands({
    segments,
    playback,
    handsAt,
    cursor,
    moveCursor,
    editing,
    editMode,
    onEdit: setEditing,
    onUndo,
  });
  const byHand = () => (handsAt.current = performance.now());

  return (
    <>
      <SaidAloud announcer={announcer} />
      <div
        ref={container}
        role="group"
        tabIndex={0}
        aria-label={t("transcription.title")}
        aria-describedby="transcript-keys"
        lang={transcription.language ?? undefined}
        onClick={click}
        onDoubleClick={edit}
        onKeyDown={key}
        onFocus={(event) => {
          // A press with the mouse also brings the focus: only the keyboard moves.
          if (event.target === event.currentTarget && event.currentTarget.matches(":focus-visible"))
            moveCursor(cursor.current);
        }}
        onWheel={byHand}
        onTouchMove={byHand}
        className={classes(TEXT, editMode ? "cursor-text" : "cursor-pointer")}
      >
        {paragraphs.map((paragraph) => (
          <TranscriptParagraph
            key={paragraph[0]!.number}
            transcriptionId={transcription.id}
            segments={paragraph}
            editing={hasSegment(paragraph, editing) ? editing : undefined}
            onSeek={playback.seek}
            onEnd={endEdit}
            onSpeaker={editMode ? naming.start : undefined}
          />
        ))}
      </div>
      {naming.dialog}
    </>
  );
}

function SaidAloud({ announcer }: { announcer: RefObject<HTMLParagraphElement | null> }) {
  const { t } = useTranslation();
  return (
    <>
      <p id="transcript-keys" className="sr-only">
        {t("transcription.keys")}
      </p>
      <p ref={announcer} aria-live="polite" className="sr-only" />
    </>
  );
}

function useEditing(container: RefObject<HTMLElement | null>, onSave: Props["onSave"]) {
  const [editing, setEditing] = useState<Editing>();
  const endEdit = useCallback(
    async (segment: Segment, text: string | undefined, was: string) => {
      if (text !== undefined && text !== was) await onSave(segment, text, was);
      setEditing(undefined);
      container.current?.focus({ preventScroll: true });
    },
    [onSave, container],
  );
  return { editing, setEditing, endEdit };
}

function hasSegment(segments: Segment[], editing: Editing | undefined) {
  return segments.some(({ number }) => number === editing?.number);
}

/** What a click, a double click and the keys do. */
function useHands({
  segments,
  playback,
  handsAt,
  cursor,
  moveCursor,
  editing,
  editMode,
  onEdit,
  onUndo,
}: {
  segments: Segment[];
  playback: Playback;
  handsAt: RefObject<number>;
  cursor: RefObject<Place>;
  moveCursor: (place: Place) => void;
  editing: Editing | undefined;
  editMode: boolean;
  onEdit: (editing: Editing | undefined) => void;
  onUndo: (() => void) | undefined;
}) {
  const from = useRef<Place>(undefined);
  const play = (seconds: number) => {
    handsAt.current = 0;
    playback.seek(seconds, { play: true });
  };

  function click(event: MouseEvent) {
    if (editing !== undefined || getSelection()?.isCollapsed === false) return;
    const place = placeAt(event.clientX, event.clientY);
    const index = segments.findIndex(({ number }) => number === place?.number);
    const segment = segments[index];
    if (!place || !segment) return;
    if (editMode) return onEdit({ number: segment.number, caret: place.offset });
    const word = wordAtOffset(segment, place.offset);
    if (!word) return;
    moveCursor({ index, word: placeWords(segment).indexOf(word) });
    play(word.start);
  }

  function key(event: KeyboardEvent<HTMLDivElement>) {
    if (event.target !== event.currentTarget || event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() !== "z" || event.shiftKey || !onUndo) return;
      event.preventDefault();
      return onUndo();
    }
    const place = cursor.current;
    const segment = segments[place.index];
    const word = segment && placeWords(segment)[place.word];
    const target = moveBy(event.key, place, segments);
    if (target && segments[target.index]) {
      moveCursor(target);
      // With Shift the words from where it began are marked.
      from.current = event.shiftKey ? (from.current ?? place) : undefined;
      if (from.current) selectWords(event.currentTarget, segments, from.current, target);
      else getSelection()?.removeAllRanges();
    } else if (event.key === "Enter") word && play(word.start);
    else if (event.key === " ") playback.toggle();
    else if (event.key === "e")
      onEdit(segment && { number: segment.number, caret: word?.from ?? 0 });
    else return;
    event.preventDefault();
  }

  function edit(event: MouseEvent) {
    const place = placeAt(event.clientX, event.clientY);
    if (place) onEdit({ number: place.number, caret: place.offset });
  }

  return { click, key, edit };
}

/** The word that the keys start from: marked, read out, and kept in sight. */
function useCursor({
  segments,
  container,
  announcer,
  handsAt,
}: {
  segments: Segment[];
  container: RefObject<HTMLDivElement | null>;
  announcer: RefObject<HTMLElement | null>;
  /** When the reader last chose what is in sight. */
  handsAt: RefObject<number>;
}) {
  const cursor = useRef<Place>({ index: 0, word: 0 });
  const show = useCallback(
    (element: HTMLElement | null | undefined) => {
      handsAt.current = performance.now();
      element?.scrollIntoView({ block: "center", behavior: scrollBehavior() });
    },
    [handsAt],
  );
  const moveCursor = useCallback(
    (place: Place) => {
      const segment = segments[place.index];
      const word = segment && placeWords(segment)[place.word];
      if (!container.current || !segment || !word) return;
      cursor.current = place;
      highlight("lm-cursor", container.current, [{ segment, from: word.from, to: word.to }]);
      if (announcer.current)
        announcer.current.textContent = `${segment.text.slice(word.from, word.to)} ${clock(word.start)}`;
      const element = elementOf(container.current, segment);
      const box = element?.getBoundingClientRect();
      if (box && (box.top < topOfSight() + 8 || box.bottom > innerHeight - 80)) show(element);
    },
    [segments, show, container, announcer],
  );
  const visit = useCallback(
    (span: Span) => {
      const index = segments.findIndex(({ number }) => number === span.segment.number);
      if (index < 0 || !container.current) return;
      const word = placeWords(segments[index]!).findIndex(({ to }) => span.from < to);
      show(elementOf(container.current, span.segment));
      moveCursor({ index, word: Math.max(0, word) });
    },
    [segments, moveCursor, show, container],
  );
  return { cursor, moveCursor, visit };
}
