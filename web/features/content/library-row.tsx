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

export function LibraryRow({ entry, selection }: { entry: LibraryItem; selection: Selection }) {
  const { t } = useTranslation();
  const { kind, item } = entry;
  const Icon = kind === "recording" ? AudioLines : (ICONS[item.kind] ?? FileText);
  return (
    <li
      data-thing={item.id}
      className={
        "group relative flex items-center gap-3 p-3 first:rounded-t-2xl last:rounded-b-2xl " +
        "hover:bg-sunken/60 sm:gap-4 sm:p-4"
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
          "flex size-10 shrink-0 items-center justify-center rounded-xl " +
          `${kind === "recording" ? "bg-accent-soft text-accent-ink" : "bg-sunken text-soft"}`
        }
      >
        <Icon className="size-5" aria-hidden="true" />
      </span>
      <div className="min-w-0 flex-1">
        {/* The whole row is the link's area; the menu lies above it. */}
        <Link
          to={kind === "recording" ? "/recordings/$id" : "/materials/$id"}
          params={{ id: item.id }}
          search={{}}
          dir="auto"
          onClick={(event) => {
            if (!selection.active) return;
            event.preventDefault();
            selection.toggle(item.id, event);
          }}
          className="line-clamp-2 font-medium break-words after:absolute after:inset-0 after:rounded-2xl"
        >
          {item.title}
        </Link>
        <p className="mt-0.5 flex flex-wrap items-center gap-x-2 text-sm text-soft">
          {kind === "recording" ? (
            <RecordingFacts recording={item} />
          ) : (
            <MaterialFacts material={item} />
          )}
          <span className="whitespace-nowrap">{day(item.created_at)}</span>
          {item.subject && <Badge>{item.subject}</Badge>}
          {item.tags.map((tag) => (
            <span key={tag} dir="auto" className="max-w-full truncate text-faint">
              #{tag}
            </span>
          ))}
        </p>
        {kind === "recording" && <RecordingState recording={item} />}
        {kind === "study_material" && item.status === "failed" && (
          <p className="mt-1 text-sm text-danger">
            {failureSentence(item.error_code, item.error_message)}
          </p>
        )}
      </div>
      <RowMenu entry={entry} />
    </li>
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
  const { t } = useTranslation();
  return (
    <>
      <span>{t(`recording.types.${recording.recording_type}`)}</span>
      <span className="tabular-nums">
        {recording.duration_seconds !== null
          ? clock(recording.duration_seconds)
          : bytes(recording.size_bytes)}
      </span>
    </>
  );
}

function MaterialFacts({ material }: { material: StudyMaterialSummary }) {
  const { t } = useTranslation();
  return (
    <>
      <span>{t(`material.kinds.${material.kind}`)}</span>
      {material.page_count ? (
        <span>{t("material.pages", { count: material.page_count })}</span>
      ) : null}
      {(material.status === "pending" || material.status === "processing") && (
        <Badge tone="accent">{t("material.reading")}</Badge>
      )}
    </>
  );
}

function RecordingState({ recording }: { recording: Recording }) {
  const { t } = useTranslation();
  const job = recording.transcription_job;
  if (!job || job.status === "completed") return null;
  if (job.status === "failed")
    return (
      <p className="mt-1 text-sm text-danger">
        {failureSentence(job.error_code, job.error_message)}
      </p>
    );
  if (job.status === "cancelled")
    return recording.transcription_id ? null : (
      <p className="mt-1 text-sm text-soft">{t("transcription.cancelled")}</p>
    );
  const total = job.duration_seconds;
  return (
    <div className="mt-2 flex max-w-sm items-center gap-3">
      <ProgressBar
        label={t("transcription.transcribing")}
        value={job.status === "processing" && total ? job.progress_seconds / total : undefined}
      />
      <span className="text-xs whitespace-nowrap text-soft tabular-nums">
        {job.status === "pending"
          ? t("transcription.waiting")
          : total
            ? `${clock(job.progress_seconds)} / ${clock(total)}`
            : t("transcription.transcribing")}
      </span>
    </div>
  );
}
