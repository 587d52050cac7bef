/**
 * Marks spans of text without touching the document (CSS Custom Highlight API,
 * https://developer.mozilla.org/docs/Web/API/CSS_Custom_Highlight_API). Where a browser lacks it, the segment that
 * plays is still shown.
 */
import type { Segment } from "#server/features/transcription/shapes.ts";
import { MARK_COLOURS } from "#server/vocabulary.ts";

export type HighlightName =
  | `lm-mark-${(typeof MARK_COLOURS)[number]}`
  | "lm-playing"
  | "lm-found"
  | "lm-found-current"
  | "lm-doubtful"
  | "lm-quote"
  | "lm-cursor";
export interface Span {
  segment: Segment;
  from: number;
  to: number;
}

export function elementOf(container: HTMLElement, segment: Segment) {
  return container.querySelector<HTMLElement>(`[data-segment="${segment.number}"]`);
}

export function highlight(name: HighlightName, container: HTMLElement, spans: Span[]) {
  if (!("highlights" in CSS)) return;
  const elements = spans.length > 20 ? allElements(container) : undefined;
  const ranges = spans.flatMap((span) => {
    const element = elements
      ? elements.get(String(span.segment.number))
      : elementOf(container, span.segment);
    const range = rangeIn(element ?? undefined, span.from, span.to);
    return range ? [range] : [];
  });
  if (ranges.length === 0) CSS.highlights.delete(name);
  else CSS.highlights.set(name, new Highlight(...ranges));
}

export function clearHighlights() {
  if (!("highlights" in CSS)) return;
  for (const name of [
    "lm-playing",
    "lm-found",
    "lm-found-current",
    "lm-doubtful",
    "lm-quote",
    "lm-cursor",
    ...MARK_COLOURS.map((colour) => `lm-mark-${colour}`),
  ])
    CSS.highlights.delete(name);
}

/** Over the one text node of an element. */
function rangeIn(element: HTMLElement | undefined, from: number, to: number) {
  const node = element?.firstChild;
  if (!(node instanceof Text) || from >= node.length) return undefined;
  const range = new Range();
  range.setStart(node, from);
  range.setEnd(node, Math.min(to, node.length));
  return range;
}

/** Which segment and offset lie under a point. */
export function placeAt(x: number, y: number): { number: number; offset: number } | undefined {
  const caret =
    "caretPositionFromPoint" in document ? document.caretPositionFromPoint(x, y) : undefined;
  const range = caret
    ? undefined
    : (
        document as { caretRangeFromPoint?: (x: number, y: number) => Range | null }
      ).caretRangeFromPoint?.(x, y);
  const node = caret?.offsetNode ?? range?.startContainer;
  const element = node?.parentElement?.closest<HTMLElement>("[data-segment]");
  if (!element) return undefined;
  return {
    number: Number(element.dataset["segment"]),
    offset: caret?.offset ?? range?.startOffset ?? 0,
  };
}

function allElements(container: HTMLElement) {
  return new Map(
    [...container.querySelectorAll<HTMLElement>("[data-segment]")].map((element) => [
      element.dataset["segment"],
      element,
    ]),
  );
}
