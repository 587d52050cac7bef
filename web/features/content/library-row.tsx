import { Link } from "@tanstack/react-router";
import {
  AudioLines,
  Ellipsis,
  FileText,
  Globe,
  Image,
  NotebookPen,
  Pencil,
  Presentation,
  Trash2,
  BookOpen,
  Table,
} from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import type { Recording } from "#server/features/content/recordings/shapes.ts";
import type { StudyMaterialSummary } from "#server/features/content/study-materials/shapes.ts";
import { failureSentence } from "../../api/failure-sentence.ts";
import { Badge } from "../../ui/badge.tsx";
import { IconButton } from "../../ui/button.tsx";
import { bytes, day } from "../../ui/format.ts";
import { Menu } from "../../ui/menu.tsx";
import { ProgressBar } from "../../ui/progress-bar.tsx";
import { DetailsDialog } from "./details-dialog.tsx";
import type { LibraryItem } from "./library-items.ts";
import type { Selection } from "./selection.ts";
import { throwAway } from "./throw-away.ts";

const ICONS = {
  note: NotebookPen,
  pptx: Presentation,
  odp: Presentation,
  epub: BookOpen,
  xlsx: Table,
  ods: Table,
  csv: Table,
  web: Globe,
  image: Image,
} as Record<string, typeof FileText>;

/** Of more only the number is shown. */
const TAGS_SHOWN = 2;
const DOT = "before:me-2 before:content-['·']";

/** 56 px a row; only a failure, which says what to do, may take a line more. */
export function LibraryRow({
  entry,
  selection,
  dated,
}: {
  entry: LibraryItem;
  selection: Selection;
  /** Where no heading says the day. */
  dated: boolean;
}) {
  const { t } = useTranslation();
  const { kind, item } = entry;
  const Icon = kind === "recording" ? AudioLines : (ICONS[item.kind] ?? FileText);
  return (
    <li
      data-thing={item.id}
      className={
        "group relative flex min-h-14 items-center gap-3 px-3 py-1 first:rounded-t-2xl " +
        "last:rounded-b-2xl hover:bg-sunken/60"
      }
    >
      {selection.active && (
        <input
          type="checkbox"
          aria-label={t("library.chooseThis", { title: item.title })}
          checked={selection.has(item.id)}
          onChange={() => {}}
          onClick={(event) => selection.toggle(item.id, event)}
          className="relative z-[1] size-5 shrink-0 accent-accent"
        />
      )}
      <span
        className={
          "flex size-9 shrink-0 items-center justify-center rounded-lg " +
          `${kind === "recording" ? "bg-accent-soft text-accent-ink" : "bg-sunken text-soft"}`
        }
      >
        <Icon className="size-4.5" aria-hidden="true" />
      </span>
      <div className="min-w-0 flex-1">
        {/* The whole row is the link's area; the menu lies above it. */}
        <Link
          to={kind === "recording" ? "/recordings/$id" : "/materials/$id"}
          params={{ id: item.id }}
          search={{}}
          dir="auto"
          title={item.title}
          onClick={(event) => {
            if (!selection.active) return;
            event.preventDefault();
            selection.toggle(item.id, event);
          }}
          className="block truncate leading-6 font-medium after:absolute after:inset-0 after:rounded-2xl"
        >
          {item.title}
        </Link>
        <div className="flex items-center gap-x-2 text-sm leading-5 text-soft">
          <State entry={entry} />
        </div>
      </div>
      <div className="hidden max-w-[40%] min-w-0 shrink-0 items-center gap-x-2 text-sm text-soft sm:flex">
        {item.tags.slice(0, TAGS_SHOWN).map((tag) => (
          <span key={tag} dir="auto" className="max-w-28 min-w-0 truncate text-faint">
            #{tag}
          </span>
        ))}
        {item.tags.length > TAGS_SHOWN && (
          <span className="text-faint" title={item.tags.map((tag) => `#${tag}`).join(" ")}>
            +{item.tags.length - TAGS_SHOWN}
          </span>
        )}
        {item.subject && <Badge>{item.subject}</Badge>}
      </div>
      {dated && (
        <span className="shrink-0 text-sm whitespace-nowrap text-soft">{day(item.created_at)}</span>
      )}
      <RowMenu entry={entry} />
    </li>
  );
}

/** What goes on with it or went wrong, else how long it is and what it begins with. */
function State({ entry }: { entry: LibraryItem }) {
  const { kind, item } = entry;
  const job = kind === "recording" ? item.transcription_job : item.status === "failed" && item;
  if (job && job.status === "failed")
    return (
      <p className="line-clamp-2 break-words text-danger">
        {failureSentence(job.error_code, job.error_message)}
      </p>
    );
  const line = entry.first_line;
  return (
    <>
      {kind === "recording" ? (
        <RecordingFacts recording={item} />
      ) : (
        <MaterialFacts material={item} />
      )}
      {item.subject && (
        <span dir="auto" className={`max-w-24 shrink-0 truncate sm:hidden ${DOT}`}>
          {item.subject}
        </span>
      )}
      {kind === "recording" && <RecordingState recording={item} />}
      {line && (
        <span dir="auto" className={`min-w-0 flex-1 truncate text-faint ${DOT}`}>
          {line}
        </span>
      )}
    </>
  );
}

function RowMenu({ entry }: { entry: LibraryItem }) {
  const { t } = useTranslation();
  const [dialog, setDialog] = useState(false);
  const { kind, item } = entry;
  return (
    <>
      <div className="relative">
        <Menu
          trigger={
            <IconButton label={t("library.actionsFor", { title: item.title })}>
              <Ellipsis className="size-5" aria-hidden="true" />
            </IconButton>
          }
          actions={[
            { label: t("library.details"), icon: Pencil, run: () => setDialog(true) },
            {
              label: t("common.delete"),
              icon: Trash2,
              danger: true,
              run: () => void throwAway([{ kind, id: item.id }], item.title),
            },
          ]}
        />
      </div>
      {dialog && <DetailsDialog entry={entry} onClose={() => setDialog(false)} />}
    </>
  );
}

function RecordingFacts({ recording }: { recording: Recording }) {
  return (
    <span className="shrink-0 whitespace-nowrap tabular-nums">
      {recording.duration_seconds !== null
        ? clock(recording.duration_seconds)
        : bytes(recording.size_bytes)}
    </span>
  );
}

function MaterialFacts({ material }: { material: StudyMaterialSummary }) {
  const { t } = useTranslation();
  if (material.status === "pending" || material.status === "processing")
    return <Badge tone="accent">{t("material.reading")}</Badge>;
  return (
    <span className="shrink-0 whitespace-nowrap">
      {material.page_count
        ? t("material.pages", { count: material.page_count })
        : t(`material.kinds.${material.kind}`)}
    </span>
  );
}

function RecordingState({ recording }: { recording: Recording }) {
  const { t } = useTranslation();
  const job = recording.transcription_job;
  if (!job || job.status === "completed") return null;
  if (job.status === "cancelled")
    return recording.transcription_id ? null : (
      <span className="truncate">{t("transcription.cancelled")}</span>
    );
  const total = job.duration_seconds;
  return (
    <span className="flex max-w-sm min-w-0 flex-1 items-center gap-3">
      <ProgressBar
        label={t("transcription.transcribing")}
        value={job.status === "processing" && total ? job.progress_seconds / total : undefined}
      />
      <span className="text-xs whitespace-nowrap tabular-nums">
        {job.status === "pending"
          ? t("transcription.waiting")
          : total
            ? `${clock(job.progress_seconds)} / ${clock(total)}`
            : t("transcription.transcribing")}
      </span>
    </span>
  );
}
