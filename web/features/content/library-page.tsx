/** Everything the student has: recordings and study materials in one list. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { Camera, FileUp, ListChecks, Mic, NotebookPen, Search, Trash2 } from "lucide-react";
import { useMemo, useRef, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { LibrarySort } from "#server/features/content/library/shapes.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { inputClass } from "../../ui/field.tsx";
import { dayHeading } from "../../ui/format.ts";
import { ErrorNotice } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { FiltersButton, LibraryFilters } from "./library-filters.tsx";
import type { LibraryItem } from "./library-items.ts";
import { LibraryRow } from "./library-row.tsx";
import { photograph } from "./pick-files.ts";
import { libraryQuery } from "./queries.ts";
import { UnfinishedRecordings } from "./recordings/unfinished-recordings.tsx";
import { SampleButton, SampleNotice } from "./sample.tsx";
import { SelectionBar } from "./selection-bar.tsx";
import { useSelection, type Selection } from "./selection.ts";
import { ACCEPTED, addUploads } from "./uploads.ts";

const route = getRouteApi("/app/library");

export function LibraryPage() {
  const { t } = useTranslation();
  const picker = useRef<HTMLInputElement>(null);
  const search = route.useSearch();
  const list = useInfiniteQuery(libraryQuery(search));
  const items = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const selection = useSelection(items);
  const { isLoading: loading, error } = list;
  const filtered = Object.keys(search).some((name) => name !== "sort");
  const empty = !loading && items.length === 0 && !error && !filtered;
  const pick = () => picker.current?.click();

  return (
    <Page title={t("library.title")} actions={<Actions onPick={pick} onPhotograph={photograph} />}>
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
          <div className="mb-5 grid gap-3">
            <div className="flex gap-2">
              <SearchBox />
              <FiltersButton search={search} />
            </div>
            <LibraryFilters search={search}>
              {items.length > 0 && !selection.active && (
                <Button variant="plain" className="ms-auto" onClick={selection.start}>
                  <ListChecks className="size-5 md:hidden" aria-hidden="true" />
                  <span className="max-md:sr-only">{t("library.choose")}</span>
                </Button>
              )}
            </LibraryFilters>
          </div>
          {selection.active && <SelectionBar selection={selection} />}
          <ErrorNotice error={error} />
          {loading ? (
            <Skeleton />
          ) : items.length === 0 ? (
            <p className="py-12 text-center text-soft">{t("library.nothingMatches")}</p>
          ) : (
            <Days items={items} sort={search.sort} selection={selection} />
          )}
          {list.hasNextPage && (
            <div className="mt-6 text-center">
              <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                {t("common.loadMore")}
              </Button>
            </div>
          )}
          <p className="mt-6 text-center text-sm text-faint">{t("library.dropHint")}</p>
        </>
      )}
      <p className="mt-2 text-center text-sm">
        <Link to="/bin" className="inline-flex items-center gap-1.5 text-soft underline">
          <Trash2 className="size-4" aria-hidden="true" /> {t("bin.title")}
        </Link>
      </p>
    </Page>
  );
}

/** Where the order is one of time, the things of each day under its name. */
function Days({
  items,
  sort = "newest",
  selection,
}: {
  items: LibraryItem[];
  sort: LibrarySort | undefined;
  selection: Selection;
}) {
  const byDay = sort === "newest" || sort === "oldest";
  const days = byDay ? daysOf(items) : [{ name: undefined, items }];
  return (
    <div className="grid gap-5">
      {days.map(({ name, items: ofDay }) => (
        <section key={name ?? ""} aria-label={name}>
          {name !== undefined && (
            <h2 className="mb-1.5 px-3 text-sm font-medium text-soft">{name}</h2>
          )}
          <ul className="divide-y divide-line rounded-2xl border border-line bg-surface shadow-card">
            {ofDay.map((one) => (
              <LibraryRow
                key={one.item.id}
                entry={one}
                selection={selection}
                dated={name === undefined}
              />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function daysOf(items: LibraryItem[]) {
  const days: { name: string; items: LibraryItem[] }[] = [];
  for (const one of items) {
    const name = dayHeading(one.item.created_at);
    const last = days.at(-1);
    if (last?.name === name) last.items.push(one);
    else days.push({ name, items: [one] });
  }
  return days;
}

function Actions({ onPick, onPhotograph }: { onPick: () => void; onPhotograph: () => void }) {
  const { t } = useTranslation();
  // A phone has its "+" for all of them.
  return (
    <div className="hidden flex-wrap items-center gap-2 md:flex">
      <Link to="/materials/new" className={buttonClass("quiet")}>
        <NotebookPen className="size-4" aria-hidden="true" /> {t("library.newNote")}
      </Link>
      <Button onClick={onPick}>
        <FileUp className="size-4" aria-hidden="true" /> {t("library.upload")}
      </Button>
      {/* Where fingers point there is a camera. On the button itself its own `inline-flex` would win over `hidden`. */}
      <span className="hidden pointer-coarse:contents">
        <Button onClick={onPhotograph}>
          <Camera className="size-4" aria-hidden="true" /> {t("library.photograph")}
        </Button>
      </span>
      <Link to="/record" className={buttonClass("primary")}>
        <Mic className="size-4" aria-hidden="true" /> {t("library.record")}
      </Link>
    </div>
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

function SearchBox() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const q = String(new FormData(event.currentTarget).get("q")).trim();
    if (q) void navigate({ to: "/search", search: { q } });
  }
  return (
    <form role="search" onSubmit={submit} className="relative min-w-0 flex-1">
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
        <div key={row} className="flex h-14 animate-pulse-soft items-center gap-3 px-3">
          <div className="size-9 rounded-lg bg-sunken" />
          <div className="grid flex-1 gap-2">
            <div className="h-4 w-1/2 rounded bg-sunken" />
            <div className="h-3 w-1/4 rounded bg-sunken" />
          </div>
        </div>
      ))}
    </div>
  );
}
