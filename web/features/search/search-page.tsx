import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { AudioLines, FileText, Search } from "lucide-react";
import { useEffect, useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "#server/clock.ts";
import type { SearchAnswer, SearchHit, SourceKind } from "#server/features/search/shapes.ts";
import { request } from "../../api/client.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { inputClass } from "../../ui/field.tsx";
import { ErrorNotice } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";

const route = getRouteApi("/app/search");

type Filters = ReturnType<typeof route.useSearch>;

export function SearchPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = route.useSearch();
  const [limit, setLimit] = useState(10);
  const answer = useQuery({
    queryKey: ["search", search, limit],
    queryFn: ({ signal }) =>
      request<SearchAnswer>("/search", { query: { ...search, facets: "true", limit }, signal }),
    enabled: search.q !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const change = (values: Partial<Filters>) =>
    void navigate({ to: "/search", search: { ...search, ...values }, replace: true });
  const hits = answer.data?.items ?? [];
  const titles = answer.data?.titles ?? [];
  return (
    <Page title={t("search.title")} width="narrow">
      <QueryForm
        q={search.q}
        onSearch={(q) => {
          setLimit(10);
          change({ q });
        }}
      />
      <FilterFields search={search} facets={answer.data?.facets} onChange={change} />
      <ErrorNotice error={answer.error} />
      <div role="status" className="sr-only">
        {answer.data && t("search.count", { count: hits.length })}
      </div>
      {answer.data?.corrections.map(({ from, to }) => (
        <p key={from} className="mb-3 text-sm text-soft">
          {t("search.corrected", { from, to: to.join(", ") })}
        </p>
      ))}
      {!search.q ? (
        <EmptyState title={t("search.emptyTitle")}>{t("search.emptyText")}</EmptyState>
      ) : answer.data && hits.length === 0 && titles.length === 0 ? (
        <EmptyState title={t("search.nothingTitle")}>{t("search.nothingText")}</EmptyState>
      ) : (
        <ol className={classes("grid gap-3", answer.isPlaceholderData && "opacity-60")}>
          {titles.map((source) => (
            <Title key={source.id} source={source} />
          ))}
          {hits.map((hit) => (
            <Hit key={hit.id} hit={hit} />
          ))}
        </ol>
      )}
      {hits.length === limit && limit < 50 && (
        <div className="mt-6 text-center">
          <Button onClick={() => setLimit(50)}>{t("common.loadMore")}</Button>
        </div>
      )}
    </Page>
  );
}

function QueryForm({
  q,
  onSearch,
}: {
  q: string | undefined;
  onSearch: (q: string | undefined) => void;
}) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(q ?? "");
  useEffect(() => setTyped(q ?? ""), [q]);
  function submit(event: FormEvent) {
    event.preventDefault();
    onSearch(typed.trim() || undefined);
  }
  return (
    <form role="search" onSubmit={submit} className="mb-4 flex gap-2">
      <div className="relative min-w-0 flex-1">
        <Search
          className="pointer-events-none absolute top-1/2 left-3 size-4.5 -translate-y-1/2 text-faint"
          aria-hidden="true"
        />
        <input
          type="search"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          aria-label={t("library.search")}
          placeholder={t("library.search")}
          autoFocus
          className={classes(inputClass, "min-h-11 pl-10")}
        />
      </div>
      <Button type="submit" variant="primary" className="min-h-11">
        {t("search.go")}
      </Button>
    </form>
  );
}

function FilterFields({
  search,
  facets,
  onChange,
}: {
  search: Filters;
  facets: SearchAnswer["facets"] | undefined;
  onChange: (values: Partial<Filters>) => void;
}) {
  const { t } = useTranslation();
  const inKind = new Map(facets?.kinds.map(({ kind, passages }) => [kind, passages]));
  const subjects = facets?.subjects ?? [];
  const count = (passages: number | undefined) => (facets ? ` (${passages ?? 0})` : "");
  return (
    <div className="mb-6 flex flex-wrap gap-2">
      <select
        aria-label={t("library.show")}
        value={search.kind ?? ""}
        onChange={(event) =>
          onChange({ kind: (event.target.value || undefined) as SourceKind | undefined })
        }
        className={classes(inputClass, "min-h-9 w-auto! text-sm")}
      >
        <option value="">{t("library.kinds.all")}</option>
        {(["recording", "study_material"] as const).map((kind) => (
          <option key={kind} value={kind}>
            {t(`library.kinds.${kind}`)}
            {count(inKind.get(kind))}
          </option>
        ))}
      </select>
      {(subjects.length > 0 || search.subject) && (
        <select
          aria-label={t("common.subject")}
          value={search.subject ?? ""}
          onChange={(event) => onChange({ subject: event.target.value || undefined })}
          className={classes(inputClass, "min-h-9 w-auto! max-w-48 text-sm")}
        >
          <option value="">{t("library.allSubjects")}</option>
          {subjects.map(({ subject, passages }) => (
            <option key={subject} value={subject}>
              {subject}
              {count(passages)}
            </option>
          ))}
          {search.subject && !subjects.some(({ subject }) => subject === search.subject) && (
            <option>{search.subject}</option>
          )}
        </select>
      )}
      <label className="flex items-center gap-2 text-sm whitespace-nowrap text-soft">
        {t("search.since")}
        <input
          type="date"
          value={search.from ?? ""}
          onChange={(event) => onChange({ from: event.target.value || undefined })}
          className={classes(inputClass, "min-h-9 w-auto! text-sm")}
        />
      </label>
    </div>
  );
}

/** A source that is called so, whatever its text says. */
function Title({ source }: { source: SearchAnswer["titles"][number] }) {
  const Icon = source.kind === "recording" ? AudioLines : FileText;
  return (
    <li
      className={
        "relative flex flex-wrap items-center gap-2 rounded-2xl border border-line " +
        "bg-accent-soft px-4 py-3 text-sm hover:border-accent sm:px-5"
      }
    >
      <Icon className="size-4 shrink-0 text-soft" aria-hidden="true" />
      <Link
        to={source.kind === "recording" ? "/recordings/$id" : "/materials/$id"}
        params={{ id: source.id }}
        className="font-medium after:absolute after:inset-0 after:rounded-2xl"
      >
        {source.title}
      </Link>
      {source.subject && <Badge>{source.subject}</Badge>}
    </li>
  );
}

function Hit({ hit }: { hit: SearchHit }) {
  const { t } = useTranslation();
  const { source, page, start_seconds: start, start_offset: from, end_offset: to } = hit;
  const recording = source.kind === "recording";
  const Icon = recording ? AudioLines : FileText;
  const place =
    start !== null ? clock(start) : page !== null ? t("material.page", { page }) : undefined;
  return (
    <li className="relative rounded-2xl border border-line bg-surface p-4 transition-colors hover:border-accent sm:p-5">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
        <Icon className="size-4 shrink-0 text-soft" aria-hidden="true" />
        {recording ? (
          <Link
            to="/recordings/$id"
            params={{ id: source.id }}
            search={{
              t: start ?? undefined,
              play: 1,
              from,
              to,
              transcription: source.transcription_id ?? undefined,
            }}
            className="font-medium after:absolute after:inset-0 after:rounded-2xl"
          >
            {source.title}
          </Link>
        ) : (
          <Link
            to="/materials/$id"
            params={{ id: source.id }}
            search={{ page: page ?? undefined, from, to }}
            className="font-medium after:absolute after:inset-0 after:rounded-2xl"
          >
            {source.title}
          </Link>
        )}
        {place && <span className="text-soft tabular-nums">{place}</span>}
        {hit.subject && <Badge>{hit.subject}</Badge>}
      </p>
      {hit.heading && <p className="mt-2 text-sm font-medium">{hit.heading}</p>}
      <p className="mt-2 line-clamp-5 text-[0.9375rem] text-soft">{marked(hit)}</p>
    </li>
  );
}

function marked({ text, highlights }: SearchHit): ReactNode[] {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const { start, end } of highlights) {
    if (start < at) continue;
    parts.push(
      text.slice(at, start),
      <mark key={start} className="text-ink">
        {text.slice(start, end)}
      </mark>,
    );
    at = end;
  }
  parts.push(text.slice(at));
  return parts;
}
