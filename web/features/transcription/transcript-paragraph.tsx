import { memo } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import type { Segment } from "#server/features/transcription/shapes.ts";
import type { Editing } from "./cursor.ts";
import type { Playback } from "./playback.ts";
import { SegmentEditor, type EndEdit } from "./segment-editor.tsx";

interface Props {
  transcriptionId: string;
  segments: Segment[];
  editing: Editing | undefined;
  onSeek: Playback["seek"];
  onEnd: EndEdit;
  /** Undefined while the transcript cannot be changed. */
  onSpeaker: ((segments: Segment[]) => void) | undefined;
}

export const TranscriptParagraph = memo(function TranscriptParagraph({
  transcriptionId,
  segments,
  editing,
  onSeek,
  onEnd,
  onSpeaker,
}: Props) {
  const { t } = useTranslation();
  const { start, speaker } = segments[0]!;
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
          className={
            "rounded-md px-1.5 py-0.5 text-sm whitespace-nowrap text-faint tabular-nums " +
            "hover:bg-accent-soft hover:text-accent-ink sm:float-right sm:mt-1"
          }
        >
          {clock(start)}
        </button>
        {/* Beside the text: whether it may be edited moves no line. */}
        {!speaker && onSpeaker && (
          <button
            type="button"
            onClick={(event) => {
              event.stopPropagation();
              onSpeaker(segments);
            }}
            onKeyDown={(event) => event.stopPropagation()}
            className="rounded-md px-1.5 text-xs text-faint hover:text-accent-ink sm:float-right sm:text-end"
          >
            {t("transcription.speaker.whoSpeaks")}
          </button>
        )}
      </div>
      <div dir="auto" className="px-1.5 sm:px-0">
        {speaker && (
          <SpeakerName speaker={speaker} onPress={onSpeaker && (() => onSpeaker(segments))} />
        )}
        {segments.map((segment) =>
          segment.number === editing?.number ? (
            <SegmentEditor
              key={segment.number}
              transcriptionId={transcriptionId}
              segment={segment}
              caret={editing.caret}
              onEnd={onEnd}
            />
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
                className={
                  "rounded-sm box-decoration-clone py-0.5 transition-colors duration-150 " +
                  "data-playing:bg-accent-soft"
                }
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

function SpeakerName({ speaker, onPress }: { speaker: string; onPress: (() => void) | undefined }) {
  const { t } = useTranslation();
  const looks = "text-start text-sm font-semibold text-soft";
  if (!onPress) return <p className={looks}>{speaker}</p>;
  return (
    <button
      type="button"
      onClick={(event) => {
        event.stopPropagation();
        onPress();
      }}
      onKeyDown={(event) => event.stopPropagation()}
      aria-label={t("transcription.speaker.rename", { speaker })}
      className={`${looks} block rounded-md underline decoration-dotted underline-offset-4 hover:text-accent-ink`}
    >
      {speaker}
    </button>
  );
}
