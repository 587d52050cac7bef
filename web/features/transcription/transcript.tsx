/** The text of a recording under its player: words follow the sound, a click or Enter plays, E edits. */
import {
  memo,
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type Ref,
} from "react";
import { useTranslation } from "react-i18next";
import type {
  Segment,
  TranscriptionWithSegments as Transcription,
} from "#server/features/transcription/shapes.ts";
import { clock } from "../../ui/format.ts";
import type { Playback } from "./playback.ts";
import { SegmentEditor } from "./segment-editor.tsx";
import { clearHighlights, elementOf, highlight, placeAt, type Stretch } from "./word-highlights.ts";
import { indexAtTime, placeWords, toParagraphs, wordAtOffset, wordAtTime } from "./words.ts";

export interface TranscriptHandle {
  /** Scrolls there, marks it and puts the cursor on it. */
  visit(stretch: Stretch): void;
}

interface Place {
  index: number;
  word: number;
}

/** After scrolling by hand the text does not run away under the reader's eyes. */
const HANDS_OFF_MS = 6000;

export function Transcript({
  ref,
  transcription,
  playback,
  editMode,
  quote,
  onSave,
}: {
  ref: Ref<TranscriptHandle>;
  transcription: Transcription;
  playback: Playback;
  /** A click edits instead of playing. */
  editMode: boolean;
  quote: Stretch[];
  onSave: (segment: Segment, text: string) => Promise<void>;
}) {
  const { t } = useTranslation();
  const { segments } = transcription;
  const container = useRef<HTMLDivElement>(null);
  const announcer = useRef<HTMLParagraphElement>(null);
  const cursor = useRef<Place>({ index: 0, word: 0 });
  const handsAt = useRef(0);
  const [editing, setEditing] = useState<number>();
  const paragraphs = useMemo(() => toParagraphs(segments), [segments]);

  useFollowing(container, playback, segments, handsAt);

  useEffect(() => {
    if (container.current) highlight("lm-quote", container.current, quote);
  }, [quote, segments, editing]);
  useEffect(() => clearHighlights, []);

  const show = useCallback((element: HTMLElement | null | undefined) => {
    handsAt.current = performance.now();
    element?.scrollIntoView({ block: "center", behavior: "smooth" });
  }, []);

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
      if (box && (box.top < 140 || box.bottom > innerHeight - 80)) show(element);
    },
    [segments, show],
  );

  useImperativeHandle(
    ref,
    () => ({
      visit(stretch) {
        const index = segments.findIndex(({ number }) => number === stretch.segment.number);
        if (index < 0 || !container.current) return;
        const word = placeWords(segments[index]!).findIndex(({ to }) => stretch.from < to);
        show(elementOf(container.current, stretch.segment));
        moveCursor({ index, word: Math.max(0, word) });
      },
    }),
    [segments, moveCursor, show],
  );

  function click(event: MouseEvent) {
    if (editing !== undefined || getSelection()?.isCollapsed === false) return;
    const place = placeAt(event.clientX, event.clientY);
    const index = segments.findIndex(({ number }) => number === place?.number);
    const segment = segments[index];
    if (!place || !segment) return;
    if (editMode) return setEditing(segment.number);
    const word = wordAtOffset(segment, place.offset);
    if (!word) return;
    moveCursor({ index, word: placeWords(segment).indexOf(word) });
    handsAt.current = 0;
    playback.seek(word.start, { play: true });
  }

  function key(event: KeyboardEvent<HTMLDivElement>) {
    if (event.target !== event.currentTarget || event.altKey || event.ctrlKey || event.metaKey)
      return;
    const { index, word } = cursor.current;
    const words = segments[index] ? placeWords(segments[index]) : [];
    const actions: Record<string, () => void> = {
      ArrowRight: () =>
        word + 1 < words.length
          ? moveCursor({ index, word: word + 1 })
          : moveCursor({ index: index + 1, word: 0 }),
      ArrowLeft: () =>
        word > 0
          ? moveCursor({ index, word: word - 1 })
          : index > 0 &&
            moveCursor({ index: index - 1, word: placeWords(segments[index - 1]!).length - 1 }),
      ArrowDown: () => moveCursor({ index: Math.min(segments.length - 1, index + 1), word: 0 }),
      ArrowUp: () => moveCursor({ index: Math.max(0, index - 1), word: 0 }),
      Home: () => moveCursor({ index: 0, word: 0 }),
      End: () => moveCursor({ index: segments.length - 1, word: 0 }),
      Enter: () => {
        handsAt.current = 0;
        if (words[word]) playback.seek(words[word].start, { play: true });
      },
      " ": () => playback.toggle(),
      e: () => setEditing(segments[index]?.number),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  const endEdit = useCallback(
    async (segment: Segment, text: string | undefined) => {
      if (text !== undefined && text !== segment.text) await onSave(segment, text);
      setEditing(undefined);
      container.current?.focus({ preventScroll: true });
    },
    [onSave],
  );

  return (
    <>
      <p id="transcript-keys" className="sr-only">
        {t("transcription.keys")}
      </p>
      <p ref={announcer} aria-live="polite" className="sr-only" />
      <div
        ref={container}
        role="group"
        tabIndex={0}
        aria-label={t("transcription.title")}
        aria-describedby="transcript-keys"
        lang={transcription.language ?? undefined}
        onClick={click}
        onDoubleClick={(event) => {
          const place = placeAt(event.clientX, event.clientY);
          if (place) setEditing(place.number);
        }}
        onKeyDown={key}
        onFocus={(event) => event.target === event.currentTarget && moveCursor(cursor.current)}
        onWheel={() => (handsAt.current = performance.now())}
        onTouchMove={() => (handsAt.current = performance.now())}
        className={`rounded-xl text-[1.0625rem] leading-[1.75] focus-visible:outline-offset-8 ${editMode ? "cursor-text" : "cursor-pointer"}`}
      >
        {paragraphs.map((paragraph) => (
          <Paragraph
            key={paragraph[0]!.number}
            segments={paragraph}
            editing={paragraph.some(({ number }) => number === editing) ? editing : undefined}
            onSeek={playback.seek}
            onEnd={endEdit}
          />
        ))}
      </div>
    </>
  );
}

const Paragraph = memo(function Paragraph({
  segments,
  editing,
  onSeek,
  onEnd,
}: {
  segments: Segment[];
  editing: number | undefined;
  onSeek: Playback["seek"];
  onEnd: (segment: Segment, text: string | undefined) => Promise<void>;
}) {
  const { t } = useTranslation();
  const start = segments[0]!.start;
  return (
    <div className="transcript-paragraph grid gap-x-5 py-2 sm:grid-cols-[4.75rem_minmax(0,1fr)]">
      <div>
        <button
          type="button"
          onClick={(event) => {
            event.stopPropagation();
            onSeek(start, { play: true });
          }}
          aria-label={t("transcription.playFrom", { time: clock(start) })}
          className="rounded-md px-1.5 py-0.5 text-sm whitespace-nowrap text-faint tabular-nums hover:bg-accent-soft hover:text-accent-ink sm:float-right sm:mt-1"
        >
          {clock(start)}
        </button>
      </div>
      <div className="px-1.5 sm:px-0">
        {segments.map((segment) =>
          segment.number === editing ? (
            <SegmentEditor key={segment.number} segment={segment} onEnd={onEnd} />
          ) : (
            // The text is the span's only node: word-highlights.ts counts offsets in it.
            [
              <span
                key={segment.number}
                data-segment={segment.number}
                title={
                  segment.original
                    ? t("transcription.editedTitle", { original: segment.original.text })
                    : undefined
                }
                className="rounded-sm box-decoration-clone py-0.5 transition-colors duration-150 data-playing:bg-accent-soft"
              >
                {segment.text}
              </span>,
              " ",
            ]
          ),
        )}
      </div>
    </div>
  );
});

/** Lights up the segment and the word that are heard, and keeps them in sight. */
function useFollowing(
  container: React.RefObject<HTMLDivElement | null>,
  playback: Playback,
  segments: Segment[],
  handsAt: React.RefObject<number>,
) {
  useEffect(() => {
    let lit: HTMLElement | undefined;
    let litWord: unknown;
    const stop = playback.onTime((seconds) => {
      const root = container.current;
      if (!root) return;
      const segment = segments[indexAtTime(segments, seconds)];
      const element = (segment && elementOf(root, segment)) ?? undefined;
      if (element !== lit) {
        lit?.removeAttribute("data-playing");
        element?.setAttribute("data-playing", "");
        lit = element;
        if (element && !playback.audio.paused && performance.now() - handsAt.current > HANDS_OFF_MS)
          keepInSight(element);
      }
      const word = segment && wordAtTime(segment, seconds);
      if (word === litWord) return;
      litWord = word;
      highlight(
        "lm-playing",
        root,
        segment && word?.timed && seconds < segment.end + 1
          ? [{ segment, from: word.from, to: word.to }]
          : [],
      );
    });
    return () => {
      stop();
      lit?.removeAttribute("data-playing");
    };
  }, [container, playback, segments, handsAt]);
}

function keepInSight(element: HTMLElement) {
  const { top, bottom } = element.getBoundingClientRect();
  if (top < 160 || bottom > innerHeight - 120)
    element.scrollIntoView({ block: "center", behavior: "smooth" });
}
