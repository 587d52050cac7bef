/** A PDF as it looks, page under page: only what is near the window is drawn. */
import { useQuery } from "@tanstack/react-query";
import { ChevronDown, ChevronUp, Minus, Plus } from "lucide-react";
import type { PDFDocumentProxy } from "pdfjs-dist";
import { useEffect, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../../ui/button.tsx";
import { ErrorNotice, Notice } from "../../../ui/notice.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { findWords } from "./find-words.ts";
import { openPdf } from "./open-pdf.ts";
import { PdfPage, type PdfHighlight } from "./pdf-page.tsx";
import "./pdf.css";

export const pdfQuery = (studyMaterialId: string) => ({
  queryKey: ["pdf", studyMaterialId],
  queryFn: () => openPdf(studyMaterialId),
  staleTime: Infinity,
  gcTime: 60_000,
  retry: 1,
});

const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3];

export function PdfDocument({
  studyMaterialId,
  page,
  quote,
  highlights,
}: {
  studyMaterialId: string;
  page?: number | undefined;
  /** Words that were cited from `page`. */
  quote?: string | undefined;
  highlights?: Map<number, PdfHighlight[]> | undefined;
}) {
  const { t } = useTranslation();
  const pdf = useQuery(pdfQuery(studyMaterialId));
  if (pdf.error) return <Notice tone="error">{t("material.pdfFailed")}</Notice>;
  if (!pdf.data) return <Spinner className="mx-auto size-6 text-accent" />;
  return <Pages document={pdf.data} page={page} quote={quote} highlights={highlights} />;
}

interface Sought {
  words: string;
  /** 0: they are on no page. */
  page: number;
}

function Pages({
  document,
  page,
  quote,
  highlights,
}: {
  document: PDFDocumentProxy;
  page: number | undefined;
  quote: string | undefined;
  highlights: Map<number, PdfHighlight[]> | undefined;
}) {
  const root = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState(1);
  const [sought, setSought] = useState<Sought>();
  const width = Math.round(useWidth(root) * zoom);
  const ratio = useQuery({
    queryKey: ["pdf-ratio", document.fingerprints[0]],
    queryFn: async () => {
      const { width: w, height: h } = (await document.getPage(page ?? 1)).getViewport({ scale: 1 });
      return h / w;
    },
    staleTime: Infinity,
  });
  useEffect(() => {
    // Also before cited words are scrolled to: a page out of sight is let go again before they are written.
    if (page && ratio.data && width > 0) goTo(root.current, page);
  }, [page, ratio.data, width > 0]);

  const step = (by: number) =>
    setZoom((now) => ZOOMS[Math.min(ZOOMS.length - 1, Math.max(0, ZOOMS.indexOf(now) + by))]!);
  const seek = async (words: string, direction: 1 | -1) => {
    if (words === "") return setSought(undefined);
    const from = sought?.words === words ? sought.page + direction : (page ?? 1);
    const found = await findPage(document, words, from, direction);
    setSought({ words, page: found ?? 0 });
    if (found !== undefined) goTo(root.current, found);
  };
  const keys = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLInputElement) return;
    if (event.key === "+" || event.key === "=") step(1);
    else if (event.key === "-") step(-1);
    else return;
    event.preventDefault();
  };
  return (
    // Zoom by keyboard works wherever the focus is inside; it is no control itself.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div onKeyDown={keys}>
      <Tools zoom={zoom} onStep={step} sought={sought} onSeek={seek} />
      <ErrorNotice error={ratio.error} />
      <div ref={root} className="grid gap-4 overflow-x-auto pb-4">
        {ratio.data !== undefined &&
          width > 0 &&
          Array.from({ length: document.numPages }, (_, at) => at + 1).map((number) => (
            <NearPage
              key={number}
              number={number}
              height={width * ratio.data}
              document={document}
              width={width}
              marked={sought?.words ?? (number === page ? quote : undefined)}
              scrollToMark={number === page && quote !== undefined && sought === undefined}
              eager={number === page}
              highlights={highlights?.get(number)}
            />
          ))}
      </div>
    </div>
  );
}

function Tools({
  zoom,
  onStep,
  sought,
  onSeek,
}: {
  zoom: number;
  onStep: (by: 1 | -1) => void;
  sought: Sought | undefined;
  onSeek: (words: string, direction: 1 | -1) => Promise<void>;
}) {
  const { t } = useTranslation();
  const [find, setFind] = useState("");
  const seek = (direction: 1 | -1) => void onSeek(find.trim(), direction);
  return (
    <div
      className={
        "sticky top-0 z-10 mb-3 flex flex-wrap items-center gap-2 rounded-xl border border-line " +
        "bg-surface p-2"
      }
    >
      <IconButton
        label={t("material.smaller")}
        onClick={() => onStep(-1)}
        disabled={zoom === ZOOMS[0]}
      >
        <Minus className="size-4" aria-hidden="true" />
      </IconButton>
      <span className="min-w-12 text-center text-sm tabular-nums" aria-live="polite">
        {Math.round(zoom * 100)} %
      </span>
      <IconButton
        label={t("material.larger")}
        onClick={() => onStep(1)}
        disabled={zoom === ZOOMS.at(-1)}
      >
        <Plus className="size-4" aria-hidden="true" />
      </IconButton>
      <form
        role="search"
        className="ms-auto flex min-w-0 items-center gap-1"
        onSubmit={(event) => {
          event.preventDefault();
          seek(1);
        }}
      >
        <input
          type="search"
          value={find}
          onChange={(event) => setFind(event.target.value)}
          aria-label={t("material.find")}
          placeholder={t("material.find")}
          className="min-h-9 w-40 min-w-0 rounded-lg border border-line bg-paper px-3 text-sm"
        />
        <IconButton label={t("material.findBefore")} type="button" onClick={() => seek(-1)}>
          <ChevronUp className="size-4" aria-hidden="true" />
        </IconButton>
        <IconButton label={t("material.findNext")} type="submit">
          <ChevronDown className="size-4" aria-hidden="true" />
        </IconButton>
      </form>
      {sought?.page === 0 && (
        <p role="status" className="w-full text-sm text-soft">
          {t("material.notFound", { words: sought.words })}
        </p>
      )}
    </div>
  );
}

/** Drawn once it is within a window's height of the window, and let go again when it is far. */
function NearPage({
  number,
  height,
  document,
  width,
  marked,
  scrollToMark,
  eager,
  highlights,
}: {
  number: number;
  height: number;
  document: PDFDocumentProxy;
  width: number;
  marked: string | undefined;
  scrollToMark: boolean;
  eager: boolean;
  highlights: PdfHighlight[] | undefined;
}) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(eager);
  // Until a page is drawn it is taken for one like the others, so that nothing jumps.
  const [ratio, setRatio] = useState<number>();
  useEffect(() => {
    const observer = new IntersectionObserver(
      ([entry]) => setNear(entry?.isIntersecting ?? false),
      { rootMargin: "100% 0px" },
    );
    observer.observe(place.current!);
    return () => observer.disconnect();
  }, []);
  return (
    <div
      ref={place}
      data-page={number}
      className="mx-auto scroll-mt-20 overflow-hidden rounded-lg border border-line bg-white shadow-card"
      style={{ width, height: ratio ? width * ratio : height }}
    >
      {near && (
        <PdfPage
          document={document}
          number={number}
          width={width}
          label={t("material.page", { page: number })}
          marked={marked}
          scrollToMark={scrollToMark}
          onShape={setRatio}
          highlights={highlights}
        />
      )}
    </div>
  );
}

function goTo(root: HTMLElement | null, page: number) {
  root?.querySelector(`[data-page="${page}"]`)?.scrollIntoView({ block: "start" });
}

/** The next page with the words, going round once. */
async function findPage(
  document: PDFDocumentProxy,
  words: string,
  from: number,
  direction: 1 | -1,
): Promise<number | undefined> {
  const many = document.numPages;
  for (let step = 0; step < many; step += 1) {
    const number = ((((from - 1 + step * direction) % many) + many) % many) + 1;
    const { items } = await (await document.getPage(number)).getTextContent();
    const pieces = items.map((item) => ("str" in item ? item.str : ""));
    if (findWords(pieces, words, 1).length > 0) return number;
  }
  return undefined;
}

/** At most what a page of paper needs on a large screen. */
const WIDEST = 900;

function useWidth(element: RefObject<HTMLElement | null>) {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      // Without the border of a page.
      if (entry) setWidth(Math.min(WIDEST, Math.floor(entry.contentRect.width) - 2));
    });
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
