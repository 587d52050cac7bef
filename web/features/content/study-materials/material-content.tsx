import { useNavigate, useSearch } from "@tanstack/react-router";
import { StickyNote } from "lucide-react";
import { Suspense, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import { lazyPart } from "../../../lazy-part.tsx";
import { Button } from "../../../ui/button.tsx";
import { classes } from "../../../ui/classes.ts";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { scrollBehavior } from "../../../ui/scroll.ts";
import { Spinner } from "../../../ui/spinner.tsx";
import { swatch } from "../../marks/colours.ts";
import { MarkedDocument } from "../../marks/marked-document.tsx";
import { MarksPanel } from "../../marks/marks-panel.tsx";
import { useMarks, type Mark } from "../../marks/queries.ts";
import { pageInSight } from "../../study/today/remember-place.ts";
import { readAloudName } from "../speech/reading.ts";
import { MarkdownText } from "./markdown-text.tsx";
import { MaterialText } from "./material-text.tsx";

const PictureDocument = lazyPart(() => import("./picture-document.tsx"), "PictureDocument");
const PdfDocument = lazyPart(() => import("../pdf/pdf-document.tsx"), "PdfDocument");

/** As it looks, or its text. */
export type View = "original" | "text";

/** The document, and its notes at its side. */
export function MaterialContent({
  material,
  view,
  beside,
  onBeside,
}: {
  material: StudyMaterial;
  view: View;
  beside: boolean;
  onBeside: (beside: boolean) => void;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const area = useRef<HTMLDivElement>(null);
  const source = { kind: "study_material", id: material.id } as const;
  const marks = useMarks(source).data ?? NO_MARKS;
  const open = ({ id, page, start_offset, end_offset, area }: Mark) => {
    if (area !== null) {
      document
        .querySelector(`[data-area="${id}"]`)
        ?.scrollIntoView({ block: "center", behavior: scrollBehavior() });
      return;
    }
    void navigate({
      to: "/materials/$id",
      params: { id: material.id },
      search: {
        ...(page === null ? {} : { page }),
        ...(start_offset === null ? {} : { from: start_offset, to: end_offset! }),
      },
      resetScroll: false,
    });
  };
  return (
    <div
      className={classes(
        "grid items-start gap-6",
        beside && "min-[1100px]:grid-cols-[minmax(0,1fr)_22rem] min-[1100px]:gap-10",
      )}
    >
      <div ref={area} data-read-aloud={readAloudName(source)}>
        <Content material={material} view={view} marks={marks} />
        <MarkedDocument material={material} marks={marks} area={area} />
      </div>
      <aside
        aria-label={t("marks.title")}
        className={
          "order-first grid gap-4 min-[1100px]:sticky min-[1100px]:top-6 " +
          "min-[1100px]:order-last min-[1100px]:max-h-[calc(100dvh-3rem)] " +
          "min-[1100px]:overflow-y-auto"
        }
      >
        <Button
          size="small"
          variant="plain"
          aria-expanded={beside}
          className="justify-self-end"
          onClick={() => onBeside(!beside)}
        >
          <StickyNote className="size-4" aria-hidden="true" /> {t("room.notes")}
          {marks.length > 0 && ` (${marks.length})`}
        </Button>
        {beside && (
          <MarksPanel
            source={source}
            title={material.title}
            place={material.page_count ? () => ({ page: pageInSight() ?? 1 }) : undefined}
            onOpen={open}
          />
        )}
      </aside>
    </div>
  );
}

const NO_MARKS: Mark[] = [];

function highlightsByPage(marks: Mark[]) {
  const pages = new Map<number, { words: string; background: string }[]>();
  for (const { page, quote, colour, status } of marks) {
    if (page === null || !quote || status === "changed") continue;
    const words = pages.get(page) ?? [];
    words.push({ words: quote, ...swatch(colour) });
    pages.set(page, words);
  }
  return pages;
}

function Content({
  material,
  view,
  marks,
}: {
  material: StudyMaterial;
  view: View;
  marks: Mark[];
}) {
  const { t } = useTranslation();
  const { page, from, to } = useSearch({ from: "/app/materials/$id" });
  const { content } = material;
  const quote = useMemo(
    () => (from !== undefined && to !== undefined ? { from, to } : undefined),
    [from, to],
  );
  const highlights = useMemo(() => highlightsByPage(marks), [marks]);
  if (view === "original" && material.kind === "image")
    return (
      <Suspense fallback={<Spinner className="mx-auto size-6 text-accent" />}>
        <PictureDocument
          material={material}
          quote={quote}
          highlights={marks.flatMap(({ start_offset, end_offset, status, colour }) =>
            start_offset === null || end_offset === null || status === "changed"
              ? []
              : [{ from: start_offset, to: end_offset, ...swatch(colour) }],
          )}
          areas={marks.flatMap(({ id, area, colour }) =>
            area === null ? [] : [{ id, area, ...swatch(colour) }],
          )}
        />
      </Suspense>
    );
  if (view === "original")
    return (
      <Suspense fallback={<Spinner className="mx-auto size-6 text-accent" />}>
        <PdfDocument
          studyMaterialId={material.id}
          page={page}
          quote={quote && content.slice(quote.from, quote.to)}
          highlights={highlights}
        />
      </Suspense>
    );
  if (content && (material.kind === "note" || material.kind === "md"))
    return <MarkdownText content={content} language={material.language} quote={quote} />;
  if (content) return <MaterialText material={material} page={page} quote={quote} />;
  if (material.status !== "ready") return null;
  return <EmptyState title={t("material.emptyTitle")}>{t("material.emptyText")}</EmptyState>;
}
