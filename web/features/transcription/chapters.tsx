/** A recording's chapters, each at its second; the one that is heard is marked. They can be put in order. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Pencil, Plus, RotateCcw, Timer, Trash2 } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import type { Chapter, RecordingChapters } from "#server/features/chapters/shapes.ts";
import { request } from "../../api/client.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { inputClass } from "../../ui/field.tsx";
import { ErrorNotice } from "../../ui/notice.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { toast } from "../../ui/toast.tsx";
import type { Playback } from "./playback.ts";

export function Chapters({
  recordingId,
  transcriptionId,
  playback,
}: {
  recordingId: string;
  transcriptionId: string;
  playback: Playback;
}) {
  const { t } = useTranslation();
  const { chapters, save, forget } = useChapters(recordingId, transcriptionId);
  const [editing, setEditing] = useState(false);
  if (chapters.error) return <ErrorNotice error={chapters.error} />;
  if (!chapters.data) return <Spinner className="mx-auto size-5 text-accent" />;
  const { items, origin } = chapters.data;
  const add = () => {
    const start_seconds = Math.floor(playback.audio.currentTime);
    setEditing(true);
    if (items.some((each) => each.start_seconds === start_seconds)) return;
    save.mutate([...items, { title: t("room.chapterList.untitled"), start_seconds }]);
  };
  return (
    <div className="grid gap-3">
      <ErrorNotice error={save.error ?? forget.error} />
      {items.length === 0 && <p className="text-sm text-soft">{t("room.noChapters")}</p>}
      {editing ? (
        <Editor items={items} playback={playback} onSave={(next) => save.mutate(next)} />
      ) : (
        <List items={items} playback={playback} />
      )}
      <div className="flex flex-wrap gap-2">
        <Button size="small" busy={save.isPending} onClick={add}>
          <Plus className="size-4" aria-hidden="true" /> {t("room.chapterList.add")}
        </Button>
        {items.length > 0 && (
          <Button size="small" aria-pressed={editing} onClick={() => setEditing(!editing)}>
            <Pencil className="size-4" aria-hidden="true" /> {t("room.chapterList.edit")}
          </Button>
        )}
        {origin === "student" && (
          <Button size="small" busy={forget.isPending} onClick={() => forget.mutate(items)}>
            <RotateCcw className="size-4" aria-hidden="true" /> {t("room.chapterList.found")}
          </Button>
        )}
      </div>
    </div>
  );
}

function useChapters(recordingId: string, transcriptionId: string) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const path = `/recordings/${recordingId}/chapters`;
  const queryKey = ["recording", recordingId, "chapters", transcriptionId];
  const chapters = useQuery({
    queryKey,
    queryFn: ({ signal }) => request<RecordingChapters>(path, { signal }),
    staleTime: 60_000,
  });
  const state = chapters.data?.updated_at;
  const save = useMutation({
    mutationFn: (items: Chapter[]) =>
      request<RecordingChapters>(path, {
        method: "PATCH",
        json: { items },
        ...(state !== undefined && { headers: { "If-Match": `"${state}"` } }),
      }),
    onSuccess: (saved) => client.setQueryData(queryKey, saved),
    // What stands there now is shown beside the sentence that says so.
    onError: () => client.invalidateQueries({ queryKey }),
  });
  const { mutate } = save;
  const forget = useMutation({
    mutationFn: (_before: Chapter[]) => request(path, { method: "DELETE" }),
    onSuccess: async (_answer, before) => {
      await client.invalidateQueries({ queryKey });
      toast(t("room.chapterList.forgotten"), {
        action: { label: t("marks.undo"), run: () => mutate(before) },
      });
    },
  });
  return { chapters, save, forget };
}

function List({ items, playback }: { items: Chapter[]; playback: Playback }) {
  const heard = useHeard(
    playback,
    items.map(({ start_seconds }) => start_seconds),
  );
  return (
    <ol className="grid gap-0.5">
      {items.map(({ title, start_seconds }, at) => (
        <li key={start_seconds}>
          <button
            type="button"
            aria-current={at === heard ? "true" : undefined}
            onClick={() => playback.seek(start_seconds, { play: true })}
            className={
              "flex w-full gap-3 rounded-lg px-2 py-2 text-left text-[0.9375rem] hover:bg-sunken " +
              "aria-[current]:bg-accent-soft aria-[current]:text-accent-ink"
            }
          >
            <span className="text-sm leading-6 text-soft tabular-nums">{clock(start_seconds)}</span>
            <span className="min-w-0" dir="auto">
              {title}
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}

/** Saved when a field is left, or with Enter. */
function Editor({
  items,
  playback,
  onSave,
}: {
  items: Chapter[];
  playback: Playback;
  onSave: (items: Chapter[]) => void;
}) {
  const { t } = useTranslation();
  const put = (at: number, values: Partial<Chapter>) => {
    const next = items.with(at, { ...items[at]!, ...values });
    const { title, start_seconds } = next[at]!;
    if (title === items[at]!.title && start_seconds === items[at]!.start_seconds) return;
    onSave(next);
  };
  const remove = (at: number) => {
    onSave(items.toSpliced(at, 1));
    toast(t("room.chapterList.deleted", { title: items[at]!.title }), {
      action: { label: t("marks.undo"), run: () => onSave(items) },
    });
  };
  return (
    <ol className="grid gap-2">
      {items.map(({ title, start_seconds }, at) => (
        <li key={`${start_seconds} ${title}`} className="flex items-center gap-1">
          <input
            aria-label={t("room.chapterList.time", { number: at + 1 })}
            defaultValue={clock(start_seconds)}
            className={`${inputClass} min-h-9 w-20 shrink-0 px-2 text-sm tabular-nums`}
            onKeyDown={leaveOnEnter}
            onBlur={(event) => {
              const seconds = secondsOf(event.target.value);
              if (seconds === undefined || seconds === Math.floor(start_seconds))
                event.target.value = clock(start_seconds);
              else put(at, { start_seconds: seconds });
            }}
          />
          <input
            aria-label={t("room.chapterList.title", { number: at + 1 })}
            defaultValue={title}
            dir="auto"
            maxLength={200}
            className={`${inputClass} min-h-9 min-w-0 flex-1 px-2 text-sm`}
            onKeyDown={leaveOnEnter}
            onBlur={(event) => {
              const given = event.target.value.trim();
              if (given) put(at, { title: given });
              else event.target.value = title;
            }}
          />
          <IconButton
            size="small"
            label={t("room.chapterList.here", { title })}
            onClick={() => put(at, { start_seconds: Math.floor(playback.audio.currentTime) })}
          >
            <Timer className="size-4" aria-hidden="true" />
          </IconButton>
          <IconButton
            size="small"
            label={t("room.chapterList.delete", { title })}
            onClick={() => remove(at)}
          >
            <Trash2 className="size-4" aria-hidden="true" />
          </IconButton>
        </li>
      ))}
    </ol>
  );
}

function leaveOnEnter(event: React.KeyboardEvent<HTMLInputElement>) {
  if (event.key === "Enter") event.currentTarget.blur();
}

/** 1:15 or 1:01:15, or seconds; undefined for anything else. */
function secondsOf(text: string) {
  const parts = text.trim().split(":");
  if (parts.length > 3 || !parts.every((part) => /^\d{1,7}$/.test(part))) return undefined;
  return parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** The last of these seconds that is over. */
function useHeard(playback: Playback, starts: number[]) {
  const [heard, setHeard] = useState(-1);
  const key = starts.join(" ");
  useEffect(() => {
    const show = (seconds: number) => setHeard(starts.findLastIndex((start) => start <= seconds));
    show(playback.audio.currentTime);
    return playback.onTime(show);
    // `key` says what `starts` are.
  }, [playback, key]);
  return heard;
}
