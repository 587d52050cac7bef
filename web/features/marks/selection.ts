/** What is selected in a text of the student, as offsets in the source's text. */
import { useEffect, useState, type RefObject } from "react";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import type { Segment } from "#server/features/transcription/shapes.ts";
import { findWords } from "../content/pdf/find-words.ts";
import type { Mark } from "./queries.ts";

export interface SelectedWords {
  /** UTF-16 code units in the source's text. */
  start_offset: number;
  end_offset: number;
  quote: string;
  /** Where it stands in the window. */
  box: DOMRect;
}

export type Offsets = { start_offset: number; end_offset: number };

const SETTLED_MS = 200;

/** The selection inside of `root` once it rests. */
export function useSelectedWords(
  root: RefObject<HTMLElement | null>,
  offsetsOf: (range: Range, root: HTMLElement) => Offsets | undefined,
): SelectedWords | undefined {
  const [selected, setSelected] = useState<SelectedWords>();
  useEffect(() => {
    let timer = 0;
    const read = () => {
      const selection = getSelection();
      const range = selection && selection.rangeCount > 0 ? selection.getRangeAt(0) : undefined;
      const quote = selection?.toString().trim() ?? "";
      if (!range || quote === "" || !root.current?.contains(range.commonAncestorContainer))
        return setSelected(undefined);
      const offsets = offsetsOf(range, root.current);
      setSelected(offsets && { ...offsets, quote, box: range.getBoundingClientRect() });
    };
    const changed = () => {
      clearTimeout(timer);
      timer = window.setTimeout(read, SETTLED_MS);
    };
    document.addEventListener("selectionchange", changed);
    addEventListener("scroll", changed, { passive: true });
    return () => {
      clearTimeout(timer);
      document.removeEventListener("selectionchange", changed);
      removeEventListener("scroll", changed);
    };
  }, [root, offsetsOf]);
  return selected;
}

/** Segments are joined by one line feed; each stands in an element with its number. */
export function transcriptOffsets(root: HTMLElement, segments: Segment[], range: Range) {
  const touched = [...root.querySelectorAll<HTMLElement>("[data-segment]")].filter((element) =>
    range.intersectsNode(element),
  );
  const starts = new Map<string, { at: number; length: number }>();
  let at = 0;
  for (const { number, text } of segments) {
    starts.set(String(number), { at, length: text.length });
    at += text.length + 1;
  }
  const [first, last] = [touched[0], touched.at(-1)];
  const from = first && starts.get(first.dataset["segment"]!);
  const to = last && starts.get(last.dataset["segment"]!);
  if (!from || !to) return undefined;
  const inFirst = first.contains(range.startContainer) ? range.startOffset : 0;
  const inLast = last.contains(range.endContainer) ? range.endOffset : to.length;
  return whole(from.at + Math.min(inFirst, from.length), to.at + Math.min(inLast, to.length));
}

/**
 * The text view keeps each span of the content in an element that says where it begins (`data-from`); a page of a
 * PDF, or text that is shown otherwise than it is written, is looked up by its words.
 */
export function documentOffsets(
  { content, sections }: Pick<StudyMaterial, "content" | "sections">,
  range: Range,
): Offsets | undefined {
  const from = exactOffset(range.startContainer, range.startOffset);
  const to = exactOffset(range.endContainer, range.endOffset);
  if (from !== undefined && to !== undefined) return whole(from, to);
  const page = Number(
    elementOf(range.startContainer)?.closest<HTMLElement>("[data-pdf-page]")?.dataset["pdfPage"],
  );
  const own = sections.filter((section) => section.page === page);
  const start = page && own.length > 0 ? Math.min(...own.map((one) => one.start_offset)) : 0;
  const end =
    page && own.length > 0 ? Math.max(...own.map((one) => one.end_offset)) : content.length;
  const [found] = findWords([content.slice(start, end)], range.toString(), 1);
  return found && whole(start + found.start.offset, start + found.end.offset);
}

/** Where marked words are shown: by their offsets in the text view, by the words themselves where Markdown is drawn. */
export function rangesOf(
  root: HTMLElement,
  { quote, start_offset, end_offset }: Pick<Mark, "quote" | "start_offset" | "end_offset">,
): Range[] {
  if (quote === null || start_offset === null || end_offset === null) return [];
  const spans = [...root.querySelectorAll<HTMLElement>("[data-from]")];
  if (spans.length === 0) return rangesOfWords(root, quote);
  const [from, to] = [start_offset, end_offset];
  return spans.flatMap((span) => {
    const begin = Number(span.dataset["from"]);
    const length = span.textContent?.length ?? 0;
    if (to <= begin || from >= begin + length) return [];
    const range = document.createRange();
    const start = nodeAt(span, Math.max(0, from - begin));
    const end = nodeAt(span, Math.min(length, to - begin));
    if (!start || !end) return [];
    range.setStart(...start);
    range.setEnd(...end);
    return [range];
  });
}

function rangesOfWords(root: HTMLElement, words: string): Range[] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const nodes: Text[] = [];
  while (walker.nextNode()) nodes.push(walker.currentNode as Text);
  return findWords(
    nodes.map(({ data }) => data),
    words,
    1,
  ).map(({ start, end }) => {
    const range = document.createRange();
    range.setStart(nodes[start.piece]!, start.offset);
    range.setEnd(nodes[end.piece]!, end.offset);
    return range;
  });
}

function nodeAt(root: HTMLElement, offset: number): [Text, number] | undefined {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let left = offset;
  while (walker.nextNode()) {
    const node = walker.currentNode as Text;
    if (left <= node.length) return [node, left];
    left -= node.length;
  }
  return undefined;
}

function exactOffset(node: Node, offset: number) {
  const span = elementOf(node)?.closest<HTMLElement>("[data-from]");
  if (!span) return undefined;
  const before = document.createRange();
  before.setStart(span, 0);
  before.setEnd(node, offset);
  return Number(span.dataset["from"]) + before.toString().length;
}

function elementOf(node: Node) {
  return node instanceof Element ? node : node.parentElement;
}

function whole(start_offset: number, end_offset: number): Offsets | undefined {
  return end_offset > start_offset ? { start_offset, end_offset } : undefined;
}
