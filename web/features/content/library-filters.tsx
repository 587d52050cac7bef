/** What of the library is shown, and in which order. It stands in the address: "back" shows the same list again. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { SlidersHorizontal } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { LibrarySort, LibraryState } from "#server/features/content/library/shapes.ts";
import { given } from "../../given.ts";
import { Button } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { inputClass, SelectField } from "../../ui/field.tsx";
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
  const show = useShow(search);
  const choices = useChoices(search);
  return (
    <div className="flex items-center gap-2 md:flex-wrap">
      <Segmented
        label={t("library.show")}
        value={search.kind ?? "all"}
        options={(["all", "recording", "study_material"] as const).map((value) => ({
          value,
          label: t(`library.kinds.${value}`),
        }))}
        onChange={(value) => show({ kind: value === "all" ? undefined : value })}
        className="min-w-0 overflow-x-auto"
      />
      {/* A phone has them behind a button. */}
      <div className="hidden md:contents">
        {choices.map((choice) => (
          <Choice key={choice.name} {...choice} onChange={(value) => show(choice.to(value))} />
        ))}
      </div>
      {children}
    </div>
  );
}

/** On a phone: all choices but the kind, with how many of them hold. */
export function FiltersButton({ search }: { search: LibrarySearch }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const show = useShow(search);
  const choices = useChoices(search);
  const active = choices.filter(({ name, value }) => value && name !== "sort").length;
  return (
    <>
      <Button className="md:hidden" onClick={() => setOpen(true)}>
        <SlidersHorizontal className="size-4" aria-hidden="true" />
        {active === 0 ? t("library.filters") : t("library.filtersActive", { count: active })}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t("library.filters")}>
        <div className="grid gap-4 pt-2">
          {choices.map(({ name, label, none, value, options, to }) => (
            <SelectField
              key={name}
              label={label}
              value={value ?? ""}
              onChange={(event) => show(to(event.target.value || undefined))}
            >
              <Options none={none} options={options} />
            </SelectField>
          ))}
          <div className="flex flex-wrap justify-end gap-2">
            {active > 0 && (
              <Button
                variant="plain"
                onClick={() => show({ subject: undefined, tag: undefined, state: undefined })}
              >
                {t("library.filtersNone")}
              </Button>
            )}
            <Button variant="primary" onClick={() => setOpen(false)}>
              {t("library.chooseEnd")}
            </Button>
          </div>
        </div>
      </Dialog>
    </>
  );
}

function useShow(search: LibrarySearch) {
  const navigate = useNavigate();
  return (change: Partial<LibrarySearch>) => {
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
}

interface ChoiceOf {
  name: "subject" | "tag" | "state" | "sort";
  label: string;
  /** For no choice, where there may be none. */
  none?: string | undefined;
  value: string | undefined;
  options: [string, string][];
  to: (value: string | undefined) => Partial<LibrarySearch>;
}

/** Those that make sense here: nobody chooses among no tags. */
function useChoices({ subject, tag, state, sort }: LibrarySearch): ChoiceOf[] {
  const { t } = useTranslation();
  const subjects = useSubjects();
  const { data: tags = [] } = useQuery(libraryTagsQuery);
  const choices: ChoiceOf[] = [
    {
      name: "subject",
      label: t("common.subject"),
      none: t("library.allSubjects"),
      value: subject,
      options: named(subject, subjects).map((one) => [one, one]),
      to: (value) => ({ subject: value }),
    },
    {
      name: "tag",
      label: t("library.tag"),
      none: t("library.allTags"),
      value: tag,
      options: named(
        tag,
        tags.map((one) => one.tag),
      ).map((one) => [one, one]),
      to: (value) => ({ tag: value }),
    },
    {
      name: "state",
      label: t("library.state"),
      none: t("library.anyState"),
      value: state,
      options: STATES.map((one) => [one, t(`library.states.${one}`)]),
      to: (value) => ({ state: value as LibraryState | undefined }),
    },
    {
      name: "sort",
      label: t("library.sort"),
      value: sort ?? "newest",
      options: SORTS.map((one) => [one, t(`library.sorts.${one}`)]),
      to: (value) => ({ sort: value as LibrarySort | undefined }),
    },
  ];
  return choices.filter(({ options }) => options.length > 0);
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
}: Pick<ChoiceOf, "label" | "none" | "value" | "options"> & {
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
      <Options none={none} options={options} />
    </select>
  );
}

function Options({ none, options }: { none: string | undefined; options: [string, string][] }) {
  return (
    <>
      {none !== undefined && <option value="">{none}</option>}
      {options.map(([each, text]) => (
        <option key={each} value={each}>
          {text}
        </option>
      ))}
    </>
  );
}
