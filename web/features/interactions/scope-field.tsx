/** What the tutor reads for its answers: everything, one subject or one source. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { inputClass } from "../../ui/field.tsx";
import { materialsQuery, recordingsQuery } from "../content/queries.ts";

export interface Scope {
  subject?: string | undefined;
  source_kind?: "recording" | "study_material" | undefined;
  source_id?: string | undefined;
  source_title?: string | undefined;
}

export function ScopeField({ scope, onScope }: { scope: Scope; onScope: (scope: Scope) => void }) {
  const { t } = useTranslation();
  const recordings =
    useInfiniteQuery(recordingsQuery()).data?.pages.flatMap((page) => page.items) ?? [];
  const materials =
    useInfiniteQuery(materialsQuery()).data?.pages.flatMap((page) => page.items) ?? [];
  const subjects = [
    ...new Set(
      [...recordings, ...materials]
        .map(({ subject }) => subject)
        .filter((subject) => subject !== null),
    ),
  ].sort();
  const sources = [
    ...recordings.map(({ id, title }) => ({ kind: "recording" as const, id, title })),
    ...materials.map(({ id, title }) => ({ kind: "study_material" as const, id, title })),
  ];
  if (scope.source_id && !sources.some(({ id }) => id === scope.source_id)) {
    sources.unshift({
      kind: scope.source_kind ?? "recording",
      id: scope.source_id,
      title: scope.source_title ?? t("tutor.thisSource"),
    });
  }
  const value = scope.source_id
    ? `source:${scope.source_id}`
    : scope.subject
      ? `subject:${scope.subject}`
      : "";
  return (
    <label className="flex max-w-full items-center gap-2 text-sm text-soft">
      <span className="shrink-0">{t("tutor.scope")}</span>
      <select
        value={value}
        onChange={(event) => {
          const [kind, rest] = [
            event.target.value.split(":")[0],
            event.target.value.slice(event.target.value.indexOf(":") + 1),
          ];
          if (kind === "subject") return onScope({ subject: rest });
          const source = kind === "source" ? sources.find(({ id }) => id === rest) : undefined;
          onScope(
            source
              ? { source_kind: source.kind, source_id: source.id, source_title: source.title }
              : {},
          );
        }}
        className={`${inputClass} min-h-9 w-auto! max-w-full min-w-0 truncate text-sm`}
      >
        <option value="">{t("tutor.everything")}</option>
        {subjects.length > 0 && (
          <optgroup label={t("tutor.subjects")}>
            {subjects.map((subject) => (
              <option key={subject} value={`subject:${subject}`}>
                {subject}
              </option>
            ))}
          </optgroup>
        )}
        {sources.length > 0 && (
          <optgroup label={t("tutor.sources")}>
            {sources.map(({ id, title }) => (
              <option key={id} value={`source:${id}`}>
                {title}
              </option>
            ))}
          </optgroup>
        )}
      </select>
    </label>
  );
}
