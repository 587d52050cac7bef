/** One page of a PDF as it looks: drawn sharply, its text selectable over it, words marked. */
import type { PDFDocumentProxy, PDFPageProxy, RenderTask, TextLayer } from "pdfjs-dist";
import { useEffect, useRef } from "react";
import { findWords } from "./find-words.ts";

export interface PdfHighlight {
  words: string;
  background: string;
}

export interface PdfPageProps {
  document: PDFDocumentProxy;
  /** From 1. */
  number: number;
  /** In CSS pixels. */
  width: number;
  label: string;
  /** Words to be marked, and whether the first of them is scrolled to. */
  marked?: string | undefined;
  scrollToMark?: boolean;
  /** Words in colours, any CSS background. */
  highlights?: PdfHighlight[] | undefined;
  /** Without its text: to be looked at only. */
  plain?: boolean;
  /** Told once: height by width of this page, which may lie across where the others stand. */
  onShape?: (ratio: number) => void;
}

const NONE: PdfHighlight[] = [];
/** Pages are white in the dark theme too. */
const QUOTED = "#ffe9a3";

/** A canvas of more pixels is refused by some browsers. */
const MOST_PIXELS = 16_777_216;

export function PdfPage({
  document,
  number,
  width,
  label,
  marked,
  scrollToMark,
  highlights = NONE,
  plain = false,
  onShape,
}: PdfPageProps) {
  const root = useRef<HTMLDivElement>(null);
  // Another colour is no reason to draw the page again.
  const paint = useRef<() => void>(undefined);
  useEffect(() => {
    paint.current = () => {
      const quoted = marked ? [{ words: marked, background: QUOTED }] : [];
      if (root.current) markWords(root.current, [...quoted, ...highlights], scrollToMark ?? false);
    };
    paint.current();
  }, [marked, highlights, scrollToMark]);
  useEffect(() => {
    const holder = root.current;
    if (!holder) return;
    const whenWritten = plain ? undefined : () => paint.current?.();
    const drawing = drawPage(holder, document, number, width, onShape, whenWritten);
    return () => drawing.stop();
  }, [document, number, width, onShape, plain]);
  return (
    <div
      ref={root}
      // Not a picture: what stands in one is not read out, and the text of the page stands in it.
      role="group"
      aria-label={label}
      data-pdf-page={number}
      className="relative bg-white"
      style={{ width }}
    >
      <canvas className="block" aria-hidden="true" />
      <div
        className="pdf-marks pointer-events-none absolute inset-0 mix-blend-multiply"
        aria-hidden="true"
      />
      <div className="textLayer" />
    </div>
  );
}

function drawPage(
  holder: HTMLDivElement,
  document: PDFDocumentProxy,
  number: number,
  width: number,
  onShape: ((ratio: number) => void) | undefined,
  /** Undefined: the text is not written over the page. */
  whenWritten: (() => void) | undefined,
) {
  let stopped = false;
  let page: PDFPageProxy | undefined;
  let drawing: RenderTask | undefined;
  let layer: TextLayer | undefined;
  void (async () => {
    page = await document.getPage(number);
    if (stopped) return;
    const scale = width / page.getViewport({ scale: 1 }).width;
    const viewport = page.getViewport({ scale });
    onShape?.(viewport.height / viewport.width);
    const sharp = Math.min(
      window.devicePixelRatio || 1,
      Math.sqrt(MOST_PIXELS / (viewport.width * viewport.height)),
    );
    const canvas = holder.querySelector("canvas")!;
    canvas.width = Math.floor(viewport.width * sharp);
    canvas.height = Math.floor(viewport.height * sharp);
    canvas.style.width = `${viewport.width}px`;
    canvas.style.height = `${viewport.height}px`;
    holder.style.setProperty("--total-scale-factor", String(scale));
    drawing = page.render({
      canvas,
      viewport,
      transform: sharp === 1 ? undefined : [sharp, 0, 0, sharp, 0, 0],
    } as Parameters<PDFPageProxy["render"]>[0]);
    const written = (async () => {
      if (!whenWritten) return;
      const { TextLayer: Layer } = await import("pdfjs-dist");
      if (stopped) return;
      const container = holder.querySelector<HTMLDivElement>(".textLayer")!;
      container.replaceChildren();
      layer = new Layer({
        textContentSource: page!.streamTextContent(),
        container,
        viewport,
      });
      await layer.render();
      if (!stopped) whenWritten();
    })();
    await Promise.all([drawing.promise, written]);
    // Stopping is no error; a page that cannot be drawn stays white, and the text view has its words.
  })().catch(() => {});
  return {
    stop() {
      stopped = true;
      drawing?.cancel();
      layer?.cancel();
      page?.cleanup();
    },
  };
}

/**
 * Boxes under the words, since the words themselves are transparent. Before they are written there is nothing to find.
 */
function markWords(holder: HTMLDivElement, wanted: PdfHighlight[], scroll: boolean) {
  const marks = holder.querySelector<HTMLDivElement>(".pdf-marks")!;
  marks.replaceChildren();
  if (wanted.length === 0) return;
  const texts = [...holder.querySelectorAll<HTMLElement>(".textLayer span")].flatMap((span) =>
    span.firstChild instanceof Text ? [span.firstChild] : [],
  );
  const origin = holder.getBoundingClientRect();
  for (const { words, background } of wanted)
    for (const { start, end } of findWords(
      texts.map(({ data }) => data),
      words,
    )) {
      const range = window.document.createRange();
      range.setStart(texts[start.piece]!, start.offset);
      range.setEnd(texts[end.piece]!, end.offset);
      for (const box of range.getClientRects())
        if (box.width >= 1) marks.append(boxOf(box, origin, background));
    }
  if (scroll) marks.firstElementChild?.scrollIntoView({ block: "center" });
}

function boxOf(box: DOMRect, origin: DOMRect, background: string) {
  const mark = window.document.createElement("span");
  mark.className = "absolute rounded-sm";
  Object.assign(mark.style, {
    left: `${box.left - origin.left}px`,
    top: `${box.top - origin.top}px`,
    width: `${box.width}px`,
    height: `${box.height}px`,
    background,
  });
  return mark;
}
