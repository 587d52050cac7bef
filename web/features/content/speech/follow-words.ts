/**
 * The word that is heard lights up on the page that shows its text: an element with `data-read-aloud` that names the
 * source. CSS Custom Highlight API; where a browser lacks it, nothing lights up.
 */
import type { SpokenWord } from "#server/features/content/speech/shapes.ts";
import { scrollBehavior } from "../../../ui/scroll.ts";
import { createFinder, tokensOf } from "./find-spoken.ts";

/** Whoever scrolls looks at something else for so long. */
const LEFT_ALONE_MS = 4000;
/** Elements whose text is not that of their neighbours. */
const BLOCKS = "p,li,h1,h2,h3,h4,h5,h6,td,th,pre,dt,dd,blockquote,section,.textLayer span";

/** `message:ID`, `study_material:ID`, `transcription:ID`, or a name of the page's own. */
export function surfaceOf(name: string) {
  return document.querySelector<HTMLElement>(`[data-read-aloud="${CSS.escape(name)}"]`);
}

/** All that show a text of this kind. */
export function surfacesOf(kind: string) {
  return [...document.querySelectorAll<HTMLElement>(`[data-read-aloud^="${CSS.escape(kind)}:"]`)];
}

/** @returns `show` for a second of the sound, and `stop`. */
export function followWords(
  speech: { text: string; words: SpokenWord[] | null },
  surfaces: () => (HTMLElement | null)[],
) {
  const words = speech.words ?? [];
  const said = tokensOf(speech.text);
  const byOffset = new Map(said.map(({ from }, number) => [from, number]));
  let shown: ReturnType<typeof readSurfaces> | undefined;
  let find: ReturnType<typeof createFinder> | undefined;
  let lit: SpokenWord | undefined;
  let scrolledAt = -LEFT_ALONE_MS;
  const watcher = new MutationObserver(() => (shown = undefined));
  const look = () => {
    const elements = surfaces().filter((each) => each !== null);
    if (
      shown?.elements.length === elements.length &&
      elements.every((each, at) => each === shown!.elements[at])
    )
      return;
    watcher.disconnect();
    for (const each of elements)
      watcher.observe(each, { childList: true, characterData: true, subtree: true });
    shown = readSurfaces(elements);
    find = createFinder(said, shown.tokens);
  };
  const scrolled = () => (scrolledAt = performance.now());
  addEventListener("wheel", scrolled, { passive: true });
  addEventListener("touchmove", scrolled, { passive: true });
  return {
    show(seconds: number) {
      const word = words.findLast(({ start }) => start <= seconds);
      if (word === lit || !("highlights" in CSS)) return;
      lit = word;
      look();
      const number = word && firstToken(byOffset, word);
      const at = number === undefined ? undefined : find!(number);
      const range = at === undefined ? undefined : shown!.rangeOf(at);
      if (!range) return void CSS.highlights.delete("lm-playing");
      CSS.highlights.set("lm-playing", new Highlight(range));
      if (performance.now() - scrolledAt > LEFT_ALONE_MS) bringIntoSight(range);
    },
    stop() {
      watcher.disconnect();
      removeEventListener("wheel", scrolled);
      removeEventListener("touchmove", scrolled);
      if ("highlights" in CSS) CSS.highlights.delete("lm-playing");
    },
  };
}

/** A spoken word may begin with a sign: “Hello. */
function firstToken(byOffset: Map<number, number>, { start_offset, end_offset }: SpokenWord) {
  for (let at = start_offset; at < end_offset; at += 1) {
    const number = byOffset.get(at);
    if (number !== undefined) return number;
  }
  return undefined;
}

function readSurfaces(elements: HTMLElement[]) {
  const pieces: { node: Text; from: number }[] = [];
  let text = "";
  let block: Element | null | undefined;
  for (const element of elements) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const own = (node as Text).parentElement?.closest(BLOCKS);
      if (own !== block) text += " ";
      block = own;
      pieces.push({ node: node as Text, from: text.length });
      text += (node as Text).data;
    }
  }
  const tokens = tokensOf(text);
  const place = (offset: number) => {
    const piece = pieces.findLast(({ from }) => from <= offset)!;
    return [piece.node, Math.min(offset - piece.from, piece.node.length)] as const;
  };
  return {
    elements,
    tokens,
    rangeOf(at: number) {
      const { from, to } = tokens[at]!;
      const range = new Range();
      range.setStart(...place(from));
      const [node, offset] = place(to - 1);
      range.setEnd(node, Math.min(offset + 1, node.length));
      return range;
    },
  };
}

function bringIntoSight(range: Range) {
  const box = range.getBoundingClientRect();
  if (box.top > 100 && box.bottom < innerHeight - 140) return;
  const scroller = range.startContainer.parentElement?.closest(".overflow-y-auto");
  (scroller ?? window).scrollBy({ top: box.top - innerHeight / 2, behavior: scrollBehavior() });
}
