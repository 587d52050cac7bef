/**
 * Notes, highlights and bookmarks of a source, in its order; a new note takes the second at which its writing began.
 */
import { Bookmark, Clock, FileDown, Pencil, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import { ChangedMeanwhile } from "../../api/change.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { useDraft } from "../../ui/draft.ts";
import { inputClass, TextArea } from "../../ui/field.tsx";
import { Markdown } from "../../ui/markdown/markdown.tsx";
import { ErrorNotice } from "../../ui/notice.tsx";
import { saveBlob } from "../../ui/save-file.ts";
import { Spinner } from "../../ui/spinner.tsx";
import { swatch } from "./colours.ts";
import { MarkDialog } from "./mark-dialog.tsx";
import { useMarkChanges, useMarks, type Mark, type MarkedSource, type NewMark } from "./queries.ts";
import { putTime, secondOf, withTimeLinks } from "./time-marks.ts";
import { toMarkdown } from "./to-markdown.ts";

/** With fewer there is nothing to look for. */
const MANY = 8;

export interface MarksPanelProps {
  source: MarkedSource;
  title: string;
  /** Where a new note belongs: the second that is heard, the page that is seen. */
  place?: (() => Pick<NewMark, "at_seconds" | "page">) | undefined;
  onOpen: (mark: Mark) => void;
}

export function MarksPanel({ source, title, place, onOpen }: MarksPanelProps) {
  const { t } = useTranslation();
  const marks = useMarks(source);
  const [wanted, setWanted] = useState("");
  const all = marks.data ?? [];
  const needle = wanted.trim().toLowerCase();
  const shown = all.filter(
    ({ quote, note }) =>
      needle === "" || `${quote ?? ""}\n${note ?? ""}`.toLowerCase().includes(needle),
  );
  return (
    <div className="grid gap-4">
      {place && <NewNote source={source} place={place} />}
      <ErrorNotice error={marks.error} />
      {marks.isPending && <Spinner className="mx-auto size-5 text-accent" />}
      {marks.data && all.length === 0 && (
        <p className="text-sm text-soft">{t(place ? "marks.none" : "marks.noneYet")}</p>
      )}
      {all.length > 0 && (
        <div className="flex items-center gap-2">
          {all.length > MANY && (
            <input
              type="search"
              value={wanted}
              onChange={(event) => setWanted(event.target.value)}
              aria-label={t("marks.find")}
              placeholder={t("marks.find")}
              className={`${inputClass} min-h-9 min-w-0 flex-1 text-sm`}
            />
          )}
          <IconButton
            label={t("marks.export")}
            size="small"
            className="ms-auto"
            onClick={() =>
              saveBlob(new Blob([toMarkdown(title, all)], { type: "text/markdown" }), `${title}.md`)
            }
          >
            <FileDown className="size-4" aria-hidden="true" />
          </IconButton>
        </div>
      )}
      <ul className="grid gap-3" aria-label={t("marks.title")}>
        {shown.map((mark) => (
          <MarkItem key={mark.id} mark={mark} source={source} onOpen={onOpen} />
        ))}
      </ul>
    </div>
  );
}

function NewNote({
  source,
  place,
}: {
  source: MarkedSource;
  place: NonNullable<MarksPanelProps["place"]>;
}) {
  const { t } = useTranslation();
  const { add } = useMarkChanges(source);
  const draft = useDraft(`mark:${source.id}`, "");
  const hears = source.kind === "recording";
  const began = useRef<ReturnType<typeof place> | undefined>(undefined);
  const time = (form: HTMLFormElement | null) => {
    const field = form?.elements.namedItem("new-note");
    if (field instanceof HTMLTextAreaElement) putTime(field, place().at_seconds ?? 0);
  };
  const save = () => {
    const note = draft.value.trim();
    if (note === "" || add.isPending) return;
    add.mutate(
      { ...(began.current ?? place()), note },
      {
        onSuccess: () => {
          draft.drop();
          began.current = undefined;
        },
      },
    );
  };
  return (
    <form
      className="grid gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <TextArea
        name="new-note"
        label={t("marks.new")}
        value={draft.value}
        onChange={(event) => {
          began.current ??= place();
          draft.type(event.target.value);
        }}
        onKeyDown={(event) => {
          if (!event.ctrlKey && !event.metaKey) return;
          if (event.key === "Enter") save();
          // As a spreadsheet puts the time.
          if (event.key === ";" && hears) {
            event.preventDefault();
            time(event.currentTarget.form);
          }
        }}
        rows={3}
        maxLength={20_000}
        dir="auto"
      />
      <ErrorNotice error={add.error} />
      <div className="flex flex-wrap justify-end gap-2">
        {hears && <TimeButton onPress={time} />}
        <Button size="small" variant="plain" onClick={() => add.mutate(place())}>
          <Bookmark className="size-4" aria-hidden="true" /> {t("marks.bookmark")}
        </Button>
        <Button
          type="submit"
          size="small"
          variant="primary"
          busy={add.isPending}
          disabled={draft.value.trim() === ""}
        >
          {t("marks.save")}
        </Button>
      </div>
    </form>
  );
}

function TimeButton({ onPress }: { onPress: (form: HTMLFormElement | null) => void }) {
  const { t } = useTranslation();
  return (
    <IconButton
      label={t("marks.putTime")}
      size="small"
      className="me-auto"
      onClick={(event) => onPress(event.currentTarget.form)}
    >
      <Clock className="size-4" aria-hidden="true" />
    </IconButton>
  );
}

function MarkItem({
  mark,
  source,
  onOpen,
}: {
  mark: Mark;
  source: MarkedSource;
  onOpen: (mark: Mark) => void;
}) {
  const { t } = useTranslation();
  /** The note as it was when editing began. */
  const [editing, setEditing] = useState<Mark>();
  const { change, remove } = useMarkChanges(source);
  const now = change.error instanceof ChangedMeanwhile ? (change.error.now as Mark) : undefined;
  const { quote, note, at_seconds, page, area, status } = mark;
  const coloured = quote !== null || area !== null;
  return (
    <li
      className="grid gap-1.5 rounded-xl border border-l-4 border-line bg-surface p-3"
      style={coloured ? { borderLeftColor: swatch(mark.colour).background } : {}}
    >
      <div className="flex items-center gap-1">
        <Button size="small" variant="plain" className="-ml-2" onClick={() => onOpen(mark)}>
          {at_seconds !== null
            ? clock(at_seconds)
            : page !== null
              ? t("material.page", { page })
              : t(area !== null ? "marks.area" : "marks.open")}
        </Button>
        {status !== "valid" && <Badge tone="warning">{t(`marks.status.${status}`)}</Badge>}
        {!coloured && !note && (
          <span className="flex items-center gap-1 text-sm text-soft">
            <Bookmark className="size-4" aria-hidden="true" /> {t("marks.bookmarked")}
          </span>
        )}
        <span className="ms-auto flex">
          <IconButton label={t("common.edit")} size="small" onClick={() => setEditing(mark)}>
            <Pencil className="size-4" aria-hidden="true" />
          </IconButton>
          <IconButton label={t("common.delete")} size="small" onClick={() => remove.mutate(mark)}>
            <Trash2 className="size-4" aria-hidden="true" />
          </IconButton>
        </span>
      </div>
      {quote && (
        <blockquote className="line-clamp-4 text-sm text-soft" dir="auto">
          {quote}
        </blockquote>
      )}
      {note && (
        <NoteText
          note={note}
          source={source}
          onSecond={(at_seconds) => onOpen({ ...mark, at_seconds })}
        />
      )}
      {editing && (
        <MarkDialog
          draftKey={`mark:${mark.id}`}
          quote={quote}
          coloured={coloured}
          saved={mark}
          theirs={now?.note}
          busy={change.isPending}
          error={change.error}
          onSave={(values) =>
            change.mutateAsync({
              onto: now ?? editing,
              ...values,
            })
          }
          onClose={() => setEditing(undefined)}
        />
      )}
    </li>
  );
}

function NoteText({
  note,
  source,
  onSecond,
}: {
  note: string;
  source: MarkedSource;
  /** A time in it was pressed. */
  onSecond: (second: number) => void;
}) {
  return (
    <div
      className="min-w-0 text-[0.9375rem] break-words"
      dir="auto"
      onClick={(event) => {
        const second = secondOf(event.target);
        if (second === undefined) return;
        event.preventDefault();
        onSecond(second);
      }}
    >
      <Markdown text={source.kind === "recording" ? withTimeLinks(note) : note} />
    </div>
  );
}
