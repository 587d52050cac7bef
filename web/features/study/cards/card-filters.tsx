import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Search, X } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../../ui/button.tsx";
import { classes } from "../../../ui/classes.ts";
import { inputClass } from "../../../ui/field.tsx";
import { materialQuery, recordingQuery } from "../../content/queries.ts";
import { subjectsQuery, type CardSearch } from "../queries.ts";

export const SHOWN = [
  "due",
  "new",
  "learning",
  "review",
  "relearning",
  "suspended",
  "leech",
] as const;

export function CardFilters({ search }: { search: CardSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const subjects = useQuery(subjectsQuery).data ?? [];
  const [words, setWords] = useState(search.q ?? "");
  const change = (changes: Partial<CardSearch>) =>
    void navigate({ to: "/learn", search: { ...search, ...changes }, replace: true });
  useEffect(() => {
    const wanted = words.trim() || undefined;
    if (wanted === search.q) return;
    // While one types; each letter would be a request.
    const timer = setTimeout(() => change({ q: wanted }), 250);
    return () => clearTimeout(timer);
  }, [words]);
  return (
    <div className="mb-5 grid gap-3">
      <div className="grid gap-3 sm:grid-cols-[minmax(0,1fr)_auto_auto]">
        <div role="search" className="relative">
          <Search
            className="pointer-events-none absolute top-1/2 left-3 size-4.5 -translate-y-1/2 text-faint"
            aria-hidden="true"
          />
          <input
            type="search"
            aria-label={t("study.cards.search")}
            placeholder={t("study.cards.search")}
            value={words}
            onChange={(event) => setWords(event.target.value)}
            className={classes(inputClass, "min-h-10 pl-10")}
          />
        </div>
        <select
          aria-label={t("common.subject")}
          value={search.subject ?? ""}
          onChange={(event) => change({ subject: event.target.value || undefined })}
          className={classes(inputClass, "min-h-10 sm:w-auto! sm:max-w-48")}
        >
          <option value="">{t("library.allSubjects")}</option>
          {subjects.map(({ subject }) => (
            <option key={subject}>{subject}</option>
          ))}
        </select>
        <select
          aria-label={t("study.cards.show")}
          value={search.show ?? ""}
          onChange={(event) => change({ show: SHOWN.find((one) => one === event.target.value) })}
          className={classes(inputClass, "min-h-10 sm:w-auto!")}
        >
          <option value="">{t("study.cards.all")}</option>
          {SHOWN.map((one) => (
            <option key={one} value={one}>
              {t(`study.cards.states.${one}`)}
            </option>
          ))}
        </select>
      </div>
      <div className="flex flex-wrap gap-2 empty:hidden">
        {search.tag && (
          <Chip label={`#${search.tag}`} onRemove={() => change({ tag: undefined })} />
        )}
        {search.source_id && (
          <SourceChip id={search.source_id} onRemove={() => change({ source_id: undefined })} />
        )}
      </div>
    </div>
  );
}

function SourceChip({ id, onRemove }: { id: string; onRemove: () => void }) {
  const { t } = useTranslation();
  const recording = useQuery({ ...recordingQuery(id), retry: false }).data;
  const material = useQuery({ ...materialQuery(id), retry: false }).data;
  const title = recording?.title ?? material?.title ?? "…";
  return <Chip label={t("study.cards.ofSource", { title })} onRemove={onRemove} />;
}

function Chip({ label, onRemove }: { label: string; onRemove: () => void }) {
  const { t } = useTranslation();
  return (
    <span
      className={
        "inline-flex max-w-full items-center gap-1 rounded-full bg-accent-soft pl-3 text-sm " +
        "text-accent-ink"
      }
    >
      <span className="min-w-0 truncate">{label}</span>
      <IconButton
        label={t("study.cards.removeFilter", { filter: label })}
        size="small"
        onClick={onRemove}
      >
        <X className="size-4" aria-hidden="true" />
      </IconButton>
    </span>
  );
}
