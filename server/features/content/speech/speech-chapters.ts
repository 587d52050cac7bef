import type { SectionValue, SpokenWordValue } from "#database/json-columns.ts";
import { MOST_CHAPTERS, type SpokenChapter } from "./id3-chapters.ts";
import { asSentence, readableText, type TextKind } from "./readable-text.ts";

const HEADING = /^\s{0,3}#{1,6}\s+(.{1,500})$/gm;
/** A slide without a heading is known by how it begins. */
const BEGINNING = 60;
/** Letters by which the place of a heading may be off. */
const NEAR = 200;

export interface ReadDocument {
  title: string;
  content: string;
  kind: TextKind;
  sections: SectionValue[];
}

/** Where a chapter begins in what is read: UTF-16. */
export interface ChapterPlace {
  title: string;
  offset: number;
}

/**
 * The headings of a document, or its pages, where they stand in what is read of it.
 * @param text the same text without the signs that only lay it out.
 */
export function chapterPlaces(
  { content, kind, sections }: Omit<ReadDocument, "title">,
  text: string,
): ChapterPlace[] {
  let from = 0;
  let said = 0;
  return placesOf(content, kind, sections)
    .toSorted((a, b) => a.offset - b.offset)
    .filter(({ title }) => title !== "")
    .map(({ title, offset }) => {
      // Each span once: a text of a million letters with hundreds of pages is read in one pass.
      said = nearby(text, title, said + lengthSaid(content.slice(from, offset), kind));
      from = offset;
      return { title, offset: said };
    });
}

/** Of a thousand pages every fourth. */
export function thinned<Place>(places: Place[], most = MOST_CHAPTERS): Place[] {
  const step = Math.ceil(places.length / Math.max(1, most));
  return most <= 0 ? [] : places.filter((_, at) => at % step === 0);
}

/**
 * Several documents as one text, each under its title, with a chapter for each and for their headings or pages. Where
 * there are too many, those of the documents stay.
 */
export function joinDocuments(documents: ReadDocument[]): {
  text: string;
  chapters: ChapterPlace[];
} {
  const most = Math.floor((MOST_CHAPTERS - documents.length) / documents.length);
  let text = "";
  const chapters: ChapterPlace[] = [];
  for (const document of documents) {
    const read = readableText(document.content, document.kind);
    if (read === "") continue;
    if (text !== "") text += "\n\n";
    chapters.push({ title: oneLine(document.title), offset: text.length });
    // Notes and slides mostly begin with their title.
    if (!read.toLowerCase().startsWith(document.title.toLowerCase()))
      text += `${asSentence(document.title)}\n\n`;
    const places = thinned(chapterPlaces(document, read), most);
    if (places.length > 1)
      for (const { title, offset } of places)
        chapters.push({
          title: oneLine(`${document.title}: ${title}`),
          offset: text.length + offset,
        });
    text += read;
  }
  return { text, chapters: thinned(chapters) };
}

/** The chapters at the second at which they are read aloud; a single one is none. */
export function chaptersAt(
  places: ChapterPlace[],
  spoken: { text: string; words: SpokenWordValue[] | undefined; durationSeconds: number },
): SpokenChapter[] {
  const chapters: SpokenChapter[] = [];
  for (const { title, offset } of places) {
    const start_seconds = secondsAt(offset, spoken);
    if (chapters.length > 0 && start_seconds <= chapters.at(-1)!.start_seconds) continue;
    chapters.push({ title, start_seconds: chapters.length === 0 ? 0 : start_seconds });
  }
  return chapters.length > 1 ? chapters : [];
}

/** With the white space after it, of which at most one empty line is left. */
function lengthSaid(span: string, kind: TextKind) {
  const lines = span.slice(span.trimEnd().length).split("\n").length - 1;
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

function placesOf(content: string, kind: TextKind, sections: SectionValue[]): ChapterPlace[] {
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

/** Of the first word from there on; where the voice tells no times, by the share of the text. */
function secondsAt(
  offset: number,
  { text, words, durationSeconds }: Parameters<typeof chaptersAt>[1],
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
