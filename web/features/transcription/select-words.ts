import type { Segment } from "#server/features/transcription/shapes.ts";
import type { Place } from "./cursor.ts";
import { elementOf } from "./word-highlights.ts";
import { placeWords } from "./words.ts";

/** Marks the words from one place to another, as the mouse would. */
export function selectWords(root: HTMLElement, segments: Segment[], a: Place, b: Place) {
  const isForward = a.index < b.index || (a.index === b.index && a.word <= b.word);
  const [first, last] = isForward ? [a, b] : [b, a];
  const start = endsOf(root, segments, first);
  const end = endsOf(root, segments, last);
  if (!start || !end) return;
  getSelection()?.setBaseAndExtent(start.node, start.from, end.node, end.to);
}

function endsOf(root: HTMLElement, segments: Segment[], { index, word }: Place) {
  const segment = segments[index];
  const placed = segment && placeWords(segment)[word];
  const node = segment && elementOf(root, segment)?.firstChild;
  return placed && node instanceof Text ? { node, from: placed.from, to: placed.to } : undefined;
}
