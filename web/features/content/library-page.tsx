/** Everything the student has, newest first: recordings and study materials in one list. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { FileUp, Mic, NotebookPen, Search } from "lucide-react";
import { useMemo, useRef, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { given } from "../../given.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { inputClass } from "../../ui/field.tsx";
import { ErrorNotice } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { mergeLists, type LibraryItem } from "./library-items.ts";
import { LibraryRow } from "./library-row.tsx";
import { materialsQuery, recordingsQuery } from "./queries.ts";
import { UnfinishedRecordings } from "./recordings/unfinished-recordings.tsx";
import { SampleButton, SampleNotice } from "./sample.tsx";
import { useSubjects } from "./subject-field.tsx";
import { ACCEPTED, addUploads } from "./uploads.ts";

type Shown = LibraryItem["kind"];

const route = getRouteApi("/app/library");

export function LibraryPage() {
  const { t } = useTranslation();
  const picker = useRef<HTMLInputElement>(null);
  const { kind, subject } = route.useSearch();
  const recordings = useInfiniteQuery({
    ...recordingsQuery(subject),
    enabled: kind !== "study_material",
  });
  const materials = useInfiniteQuery({ ...materialsQuery(subject), enabled: kind !== "recording" });
  const items = useMemo(
    () =>
      mergeLists(
        kind === "study_material" ? {} : recordings,
        kind === "recording" ? {} : materials,
      ),
    [recordings.data, materials.data, kind],
  );
  const loading = recordings.isLoading || materials.isLoading;
  const error = recordings.error ?? materials.error;
  const empty = !loading && items.length === 0 && !error && !kind && !subject;
  const pick = () => picker.current?.click();

  return (
    <Page title={t("library.title")} actions={<Actions onPick={pick} />}>
      <input
        ref={picker}
        type="file"
        multiple
        accept={ACCEPTED}
        className="sr-only"
        tabIndex={-1}
        aria-label={t("library.upload")}
        onChange={(event) => {
          addUploads(event.target.files ?? []);
          event.target.value = "";
        }}
      />
      <UnfinishedRecordings />
      <SampleNotice />
      {empty ? (
        <Empty onPick={pick} />
      ) : (
        <>
          <div className="mb-5 grid gap-3 sm:grid-cols-[minmax(0,1fr)_auto] sm:items-center">
            <SearchBox />
            <Filters kind={kind} subject={subject} />
          </div>
          <ErrorNotice error={error} />
          {loading ? (
            <Skeleton />
          ) : items.length === 0 ? (
            <p className="py-12 text-center text-soft">{t("library.nothingMatches")}</p>
          ) : (
            <ul className="divide-y divide-line rounded-2xl border border-line bg-surface shadow-card">
              {items.map((one) => (
                <LibraryRow key={one.item.id} entry={one} />
              ))}
            </ul>
          )}
          {(recordings.hasNextPage || materials.hasNextPage) && (
            <div className="mt-6 text-center">
              <Button
                busy={recordings.isFetchingNextPage || materials.isFetchingNextPage}
                onClick={() => {
                  if (recordings.hasNextPage) void recordings.fetchNextPage();
                  if (materials.hasNextPage) void materials.fetchNextPage();
                }}
              >
                {t("common.loadMore")}
              </Button>
            </div>
          )}
          <p className="mt-6 text-center text-sm text-faint">{t("library.dropHint")}</p>
        </>
      )}
    </Page>
  );
}

function Actions({ onPick }: { onPick: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Link to="/materials/new" className={buttonClass("quiet")}>
        <NotebookPen className="size-4" aria-hidden="true" /> {t("library.newNote")}
      </Link>
      <Button onClick={onPick}>
        <FileUp className="size-4" aria-hidden="true" /> {t("library.upload")}
      </Button>
      <Link to="/record" className={buttonClass("primary")}>
        <Mic className="size-4" aria-hidden="true" /> {t("library.record")}
      </Link>
    </>
  );
}

function Empty({ onPick }: { onPick: () => void }) {
  const { t } = useTranslation();
  return (
    <EmptyState
      title={t("library.emptyTitle")}
      action={
        <>
          <Button variant="primary" onClick={onPick}>
            <FileUp className="size-4" aria-hidden="true" /> {t("library.chooseFiles")}
          </Button>
          <Link to="/record" className={buttonClass("quiet")}>
            <Mic className="size-4" aria-hidden="true" /> {t("library.record")}
          </Link>
          <SampleButton />
        </>
      }
    >
      <p>{t("library.emptyText")}</p>
    </EmptyState>
  );
}

/** In the address: a press on "back" shows the same list again. */
function Filters({ kind, subject }: { kind: Shown | undefined; subject: string | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const subjects = useSubjects();
  const show = (search: { kind: Shown | undefined; subject: string | undefined }) =>
    void navigate({
      to: "/library",
      search: { ...given("kind", search.kind), ...given("subject", search.subject) },
      replace: true,
    });
  // One that has nothing any more stays named while it is chosen.
  const named = subject && !subjects.includes(subject) ? [subject, ...subjects] : subjects;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Segmented
        label={t("library.show")}
        value={kind ?? "all"}
        options={(["all", "recording", "study_material"] as const).map((value) => ({
          value,
          label: t(`library.kinds.${value}`),
        }))}
        onChange={(value) => show({ kind: value === "all" ? undefined : value, subject })}
      />
      {named.length > 0 && (
        <select
          aria-label={t("common.subject")}
          value={subject ?? ""}
          onChange={(event) => show({ kind, subject: event.target.value || undefined })}
          className={classes(inputClass, "min-h-10 w-auto! max-w-48")}
        >
          <option value="">{t("library.allSubjects")}</option>
          {named.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      )}
    </div>
  );
}

function SearchBox() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const q = String(new FormData(event.currentTarget).get("q")).trim();
    if (q) void navigate({ to: "/search", search: { q } });
  }
  return (
    <form role="search" onSubmit={submit} className="relative">
      <Search
        className="pointer-events-none absolute top-1/2 left-3 size-4.5 -translate-y-1/2 text-faint"
        aria-hidden="true"
      />
      <input
        name="q"
        type="search"
        aria-label={t("library.search")}
        placeholder={t("library.search")}
        className={classes(inputClass, "min-h-10 pl-10")}
      />
    </form>
  );
}

function Skeleton() {
  const { t } = useTranslation();
  return (
    <div
      role="status"
      aria-label={t("common.loading")}
      className="divide-y divide-line rounded-2xl border border-line bg-surface"
    >
      {[0, 1, 2].map((row) => (
        <div key={row} className="flex animate-pulse-soft items-center gap-4 p-4">
          <div className="size-10 rounded-xl bg-sunken" />
          <div className="grid flex-1 gap-2">
            <div className="h-4 w-1/2 rounded bg-sunken" />
            <div className="h-3 w-1/4 rounded bg-sunken" />
          </div>
        </div>
      ))}
    </div>
  );
}
