import type { SectionValue, SpokenWordValue } from "#database/json-columns.ts";
import { MOST_CHAPTERS, type SpokenChapter } from "./id3-chapters.ts";
import { readableText, type TextKind } from "./readable-text.ts";

const HEADING = /^\s{0,3}#{1,6}\s+(.{1,500})$/gm;
/** A slide without a heading is known by how it begins. */
const BEGINNING = 60;
/** Letters by which the place of a heading may be off. */
const NEAR = 200;

/**
 * The headings of a document, or its pages, at the second at which they are read aloud.
 * @param spoken what was read: the same text without the signs that only lay it out.
 */
export function chaptersOf(
  { content, kind, sections }: { content: string; kind: TextKind; sections: SectionValue[] },
  spoken: { text: string; words: SpokenWordValue[] | undefined; durationSeconds: number },
): SpokenChapter[] {
  const places = thinned(placesOf(content, kind, sections));
  const chapters: SpokenChapter[] = [];
  let from = 0;
  let said = 0;
  for (const { title, offset } of places) {
    // Each span once: a text of a million letters with hundreds of pages is read in one pass.
    said = nearby(spoken.text, title, said + lengthSaid(content.slice(from, offset), kind));
    from = offset;
    const start_seconds = secondsAt(said, spoken);
    if (chapters.length > 0 && start_seconds <= chapters.at(-1)!.start_seconds) continue;
    chapters.push({ title, start_seconds: chapters.length === 0 ? 0 : start_seconds });
  }
  return chapters.length > 1 ? chapters : [];
}

/** With the white space after it, of which at most one empty line is left. */
function lengthSaid(span: string, kind: TextKind) {
  const lines = /\s*$/.exec(span)![0].split("\n").length - 1;
  return readableText(span, kind).length + Math.min(2, lines);
}

/** Where the title itself is said, if that is about there. */
function nearby(text: string, title: string, about: number) {
  const words = title.replace(/^\d+\. /, "").slice(0, 20);
  // Of a text of a million letters only what is near is looked at.
  const from = Math.max(0, about - NEAR);
  const found = text.slice(from, about + NEAR + words.length).indexOf(words);
  return words !== "" && found >= 0 ? from + found : about;
}

interface Place {
  title: string;
  offset: number;
}

function placesOf(content: string, kind: TextKind, sections: SectionValue[]): Place[] {
  const headed = sections.filter(({ heading }) => heading);
  if (headed.length > 1)
    return headed.map(({ heading, start_offset }) => ({
      title: oneLine(heading!),
      offset: start_offset,
    }));
  if (kind === "markdown")
    return [...content.matchAll(HEADING)].map(({ 1: heading, index }) => ({
      title: oneLine(readableText(heading!, kind)) || "…",
      offset: index,
    }));
  return sections.map(({ page, start_offset, end_offset }) => ({
    title: [
      page,
      oneLine(content.slice(start_offset, Math.min(end_offset, start_offset + BEGINNING))),
    ]
      .filter((part) => part !== undefined && part !== "")
      .join(". "),
    offset: start_offset,
  }));
}

/** Of a thousand pages every fourth. */
function thinned(places: Place[]) {
  const step = Math.ceil(places.length / MOST_CHAPTERS);
  return places
    .toSorted((a, b) => a.offset - b.offset)
    .filter(({ title }, at) => at % step === 0 && title !== "");
}

/** Of the first word from there on; where the voice tells no times, by the share of the text. */
function secondsAt(
  offset: number,
  { text, words, durationSeconds }: Parameters<typeof chaptersOf>[1],
) {
  if (!words || words.length === 0)
    return durationSeconds * Math.min(1, offset / Math.max(1, text.length));
  let low = 0;
  let high = words.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    // A letter or two of white space more or less: the word that has begun is the chapter's.
    if (words[middle]!.end_offset <= offset) low = middle + 1;
    else high = middle;
  }
  return words[low]!.start;
}

function oneLine(text: string) {
  return text.replace(/\s+/g, " ").trim().slice(0, 200);
}
