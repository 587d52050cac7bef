/** A material's text with anchors for its pages, and the original beside it where there is one. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import {
  Ellipsis,
  FileDown,
  FileText,
  MessagesSquare,
  Pencil,
  Settings2,
  Trash2,
} from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import { addressOf } from "../../../api/client.ts";
import { failureSentence } from "../../../api/failure-sentence.ts";
import { ensureMediaCookie } from "../../../api/session.ts";
import { Badge } from "../../../ui/badge.tsx";
import { Button, IconButton } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { moment } from "../../../ui/format.ts";
import { Menu } from "../../../ui/menu.tsx";
import { ErrorNotice, Notice } from "../../../ui/notice.tsx";
import { Page } from "../../../ui/page.tsx";
import { ProgressBar } from "../../../ui/progress-bar.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { DeleteDialog } from "../delete-dialog.tsx";
import { DetailsDialog } from "../details-dialog.tsx";
import { materialQuery } from "../queries.ts";
import { ListenButton } from "../speech/listen.tsx";
import { MaterialText } from "./material-text.tsx";
import { NoteEditor } from "./note-editor.tsx";

const PdfDocument = lazy(async () => ({
  default: (await import("../pdf/pdf-document.tsx")).PdfDocument,
}));

const route = getRouteApi("/app/materials/$id");

export function MaterialPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const material = useQuery(materialQuery(id));
  if (material.data) return <MaterialView key={id} material={material.data} />;
  return (
    <Page title={t("material.title")}>
      {material.error ? (
        <ErrorNotice error={material.error} />
      ) : (
        <Spinner className="mx-auto size-6 text-accent" />
      )}
    </Page>
  );
}

function MaterialView({ material }: { material: StudyMaterial }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { page, from, to } = route.useSearch();
  const [dialog, setDialog] = useState<"details" | "delete">();
  const [editing, setEditing] = useState(false);
  const [original, setOriginal] = useState(material.kind === "pdf");
  const { content, sections, kind, status } = material;
  const quote = useMemo(
    () => (from !== undefined && to !== undefined ? { from, to } : undefined),
    [from, to],
  );
  const busy = status === "pending" || status === "processing";
  return (
    <Page
      title={material.title}
      lead={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
          <span>{t(`material.kinds.${kind}`)}</span>
          {material.page_count ? (
            <span>{t("material.pages", { count: material.page_count })}</span>
          ) : null}
          <span>{moment(material.created_at)}</span>
          {material.subject && <Badge>{material.subject}</Badge>}
          {material.source_url && (
            <a
              href={material.source_url}
              rel="noreferrer noopener"
              target="_blank"
              className="max-w-full truncate text-accent-ink underline underline-offset-4"
            >
              {material.source_url}
            </a>
          )}
        </span>
      }
      actions={
        <>
          {content && (
            <ListenButton
              source={{ kind: "study_material", id: material.id }}
              title={material.title}
            />
          )}
          <Button
            onClick={() =>
              void navigate({
                to: "/tutor",
                search: {
                  source_kind: "study_material",
                  source_id: material.id,
                  source_title: material.title,
                },
              })
            }
          >
            <MessagesSquare className="size-4" aria-hidden="true" /> {t("recording.ask")}
          </Button>
          {kind === "note" && !editing && (
            <Button onClick={() => setEditing(true)}>
              <Pencil className="size-4" aria-hidden="true" /> {t("common.edit")}
            </Button>
          )}
          <Menu
            trigger={
              <IconButton label={t("common.more")}>
                <Ellipsis className="size-5" aria-hidden="true" />
              </IconButton>
            }
            actions={[
              { label: t("library.details"), icon: Settings2, run: () => setDialog("details") },
              kind !== "note" && {
                label: t("material.download"),
                icon: FileDown,
                run: () =>
                  void ensureMediaCookie().then(() =>
                    location.assign(
                      addressOf(`/study-materials/${material.id}/file`, { download: true }),
                    ),
                  ),
              },
              "line",
              {
                label: t("common.delete"),
                icon: Trash2,
                danger: true,
                run: () => setDialog("delete"),
              },
            ]}
          />
        </>
      }
    >
      <div className="grid gap-6">
        {busy && (
          <div role="status" className="rounded-2xl border border-line bg-surface p-5">
            <p className="mb-3 text-soft">{t("material.readingText")}</p>
            <ProgressBar label={t("material.reading")} />
          </div>
        )}
        {status === "failed" && (
          <Notice tone="error">
            {failureSentence(material.error_code, material.error_message)}
          </Notice>
        )}
        <PagesNotice pages={material.pages_without_text} sentence="pagesWithoutText" />
        <PagesNotice pages={material.pages_recognised} sentence="pagesRecognised" />
        {kind === "pdf" && (
          <div
            role="group"
            aria-label={t("material.view")}
            className="inline-flex justify-self-start rounded-lg bg-sunken p-1"
          >
            {[true, false].map((value) => (
              <button
                key={String(value)}
                type="button"
                aria-pressed={original === value}
                onClick={() => setOriginal(value)}
                className="flex min-h-8 items-center gap-2 rounded-md px-3 text-sm font-medium text-soft aria-pressed:bg-surface aria-pressed:text-ink aria-pressed:shadow-card"
              >
                <FileText className="size-4" aria-hidden="true" />
                {value ? t("material.original") : t("material.text")}
              </button>
            ))}
          </div>
        )}
        {editing ? (
          <NoteEditor material={material} onEnd={() => setEditing(false)} />
        ) : original ? (
          <Suspense fallback={<Spinner className="mx-auto size-6 text-accent" />}>
            <PdfDocument
              studyMaterialId={material.id}
              page={page}
              quote={quote && content.slice(quote.from, quote.to)}
            />
          </Suspense>
        ) : content ? (
          <MaterialText
            content={content}
            sections={sections}
            language={material.language}
            page={page}
            quote={quote}
          />
        ) : (
          status === "ready" && (
            <EmptyState title={t("material.emptyTitle")}>{t("material.emptyText")}</EmptyState>
          )
        )}
      </div>
      {dialog === "details" && (
        <DetailsDialog
          entry={{ kind: "study_material", item: material }}
          onClose={() => setDialog(undefined)}
        />
      )}
      {dialog === "delete" && (
        <DeleteDialog
          entry={{ kind: "study_material", item: material }}
          onClose={() => setDialog(undefined)}
          onDeleted={() => void navigate({ to: "/" })}
        />
      )}
    </Page>
  );
}

function PagesNotice({
  pages = [],
  sentence,
}: {
  pages: number[] | undefined;
  sentence: "pagesWithoutText" | "pagesRecognised";
}) {
  const { t } = useTranslation();
  if (pages.length === 0) return null;
  return (
    <Notice tone="warning">
      {t(`material.${sentence}`, { count: pages.length, pages: pages.slice(0, 20).join(", ") })}
    </Notice>
  );
}
