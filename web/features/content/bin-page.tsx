/** What was thrown away: put back, or deleted for good. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { AudioLines, FileText } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { BinnedThing, Emptied } from "#server/features/content/bin/shapes.ts";
import { request } from "../../api/client.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { bytes, day } from "../../ui/format.ts";
import { ErrorNotice } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { toast, toastError } from "../../ui/toast.tsx";
import { binQuery, readLibraryAgain } from "./queries.ts";
import { putBack } from "./throw-away.ts";

export function BinPage() {
  const { t } = useTranslation();
  const bin = useInfiniteQuery(binQuery);
  const items = bin.data?.pages.flatMap((page) => page.items) ?? [];
  const [asked, setAsked] = useState<BinnedThing | "all">();
  const back = (
    <Link to="/library" className={buttonClass("quiet")}>
      {t("bin.back")}
    </Link>
  );
  return (
    <Page
      title={t("bin.title")}
      lead={t("bin.lead")}
      actions={
        <>
          {items.length > 0 && back}
          {items.length > 0 && (
            <Button variant="danger" onClick={() => setAsked("all")}>
              {t("bin.empty")}
            </Button>
          )}
        </>
      }
    >
      <ErrorNotice error={bin.error} />
      {bin.isLoading && <Spinner />}
      {bin.data && items.length === 0 && <EmptyState title={t("bin.nothing")} action={back} />}
      {items.length > 0 && (
        <ul className="divide-y divide-line rounded-2xl border border-line bg-surface shadow-card">
          {items.map((thing) => (
            <Row key={thing.id} thing={thing} onDelete={() => setAsked(thing)} />
          ))}
        </ul>
      )}
      {bin.hasNextPage && (
        <div className="mt-6 text-center">
          <Button busy={bin.isFetchingNextPage} onClick={() => void bin.fetchNextPage()}>
            {t("common.loadMore")}
          </Button>
        </div>
      )}
      {asked && <ForGoodDialog what={asked} onClose={() => setAsked(undefined)} />}
    </Page>
  );
}

function Row({ thing, onDelete }: { thing: BinnedThing; onDelete: () => void }) {
  const { t } = useTranslation();
  const Icon = thing.kind === "recording" ? AudioLines : FileText;
  return (
    <li data-thing={thing.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 p-3 sm:p-4">
      <Icon className="size-5 shrink-0 text-soft" aria-hidden="true" />
      <div className="min-w-0 flex-1 basis-48">
        <p dir="auto" className="line-clamp-2 font-medium break-words">
          {thing.title}
        </p>
        <p className="mt-0.5 flex flex-wrap items-center gap-x-2 text-sm text-soft">
          <span>{t("bin.until", { day: day(thing.deleted_at) })}</span>
          {thing.size_bytes !== null && <span>{bytes(thing.size_bytes)}</span>}
          {thing.subject && <Badge>{thing.subject}</Badge>}
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button
          size="small"
          aria-label={t("bin.restoreThis", { title: thing.title })}
          onClick={() => void putBack([{ kind: thing.kind, id: thing.id }])}
        >
          {t("bin.restore")}
        </Button>
        <Button
          size="small"
          variant="danger"
          aria-label={t("bin.deleteThis", { title: thing.title })}
          onClick={onDelete}
        >
          {t("bin.deleteNow")}
        </Button>
      </div>
    </li>
  );
}

function ForGoodDialog({ what, onClose }: { what: BinnedThing | "all"; onClose: () => void }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [progress, setProgress] = useState<{ done: number; all: number }>();
  async function remove() {
    setBusy(true);
    try {
      if (what === "all") await emptyBin(setProgress);
      else
        await request(
          `/${what.kind === "recording" ? "recordings" : "study-materials"}/${what.id}`,
          { method: "DELETE" },
        );
      toast(t("bin.deleted"));
    } catch (error) {
      toastError(error);
    }
    await readLibraryAgain();
    onClose();
  }
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t(what === "all" ? "bin.emptyTitle" : "bin.deleteTitle")}
      description={
        progress
          ? t("bin.progress", progress)
          : what === "all"
            ? t("bin.emptyText")
            : t("bin.deleteText", { title: what.title })
      }
      confirm={t(what === "all" ? "bin.empty" : "bin.deleteNow")}
      busy={busy}
      onConfirm={() => void remove()}
    />
  );
}

/** In steps, each of which stays done. */
async function emptyBin(tell: (progress: { done: number; all: number }) => void) {
  let done = 0;
  for (;;) {
    const { deleted, left } = await request<Emptied>("/bin", { method: "DELETE" });
    done += deleted;
    if (left === 0) return;
    tell({ done, all: done + left });
  }
}
