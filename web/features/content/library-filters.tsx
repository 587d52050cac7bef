/** What of the library is shown, and in which order. It stands in the address: "back" shows the same list again. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { LibrarySort, LibraryState } from "#server/features/content/library/shapes.ts";
import { given } from "../../given.ts";
import { classes } from "../../ui/classes.ts";
import { inputClass } from "../../ui/field.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { libraryTagsQuery, type LibrarySearch } from "./queries.ts";
import { useSubjects } from "./subject-field.tsx";

const STATES: LibraryState[] = ["ready", "working", "failed", "no_text"];
const SORTS: LibrarySort[] = ["newest", "oldest", "title", "opened"];

export function LibraryFilters({
  search,
  children,
}: {
  search: LibrarySearch;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const subjects = useSubjects();
  const { data: tags = [] } = useQuery(libraryTagsQuery);
  const { kind, subject, tag, state, sort } = search;
  const show = (change: Partial<LibrarySearch>) => {
    const next = { ...search, ...change };
    void navigate({
      to: "/library",
      search: {
        ...given("kind", next.kind),
        ...given("subject", next.subject),
        ...given("tag", next.tag),
        ...given("state", next.state),
        ...given("sort", next.sort === "newest" ? undefined : next.sort),
      },
      replace: true,
    });
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Segmented
        label={t("library.show")}
        value={kind ?? "all"}
        options={(["all", "recording", "study_material"] as const).map((value) => ({
          value,
          label: t(`library.kinds.${value}`),
        }))}
        onChange={(value) => show({ kind: value === "all" ? undefined : value })}
      />
      {(subjects.length > 0 || subject) && (
        <Choice
          label={t("common.subject")}
          none={t("library.allSubjects")}
          value={subject}
          options={named(subject, subjects).map((one) => [one, one])}
          onChange={(value) => show({ subject: value })}
        />
      )}
      {(tags.length > 0 || tag) && (
        <Choice
          label={t("library.tag")}
          none={t("library.allTags")}
          value={tag}
          options={named(
            tag,
            tags.map((one) => one.tag),
          ).map((one) => [one, one])}
          onChange={(value) => show({ tag: value })}
        />
      )}
      <Choice
        label={t("library.state")}
        none={t("library.anyState")}
        value={state}
        options={STATES.map((one) => [one, t(`library.states.${one}`)])}
        onChange={(value) => show({ state: value as LibraryState | undefined })}
      />
      <Choice
        label={t("library.sort")}
        value={sort ?? "newest"}
        options={SORTS.map((one) => [one, t(`library.sorts.${one}`)])}
        onChange={(value) => show({ sort: value as LibrarySort | undefined })}
      />
      {children}
    </div>
  );
}

/** One that nothing has any more stays named while it is chosen. */
const named = (chosen: string | undefined, known: string[]) =>
  chosen !== undefined && !known.includes(chosen) ? [chosen, ...known] : known;

function Choice({
  label,
  none,
  value,
  options,
  onChange,
}: {
  label: string;
  /** For no choice, where there may be none. */
  none?: string;
  value: string | undefined;
  options: [string, string][];
  onChange: (value: string | undefined) => void;
}) {
  return (
    <select
      aria-label={label}
      title={label}
      value={value ?? ""}
      onChange={(event) => onChange(event.target.value || undefined)}
      className={classes(inputClass, "min-h-10 w-auto! max-w-40 min-w-0 text-ellipsis")}
    >
      {none !== undefined && <option value="">{none}</option>}
      {options.map(([each, text]) => (
        <option key={each} value={each}>
          {text}
        </option>
      ))}
    </select>
  );
}
