import type { MaterialSection } from "../queries.ts";
import { cleanText } from "./clean-text.ts";
import { createLayout, tableText, type Cell } from "./layout.ts";
import { readStyles } from "./styled-text.ts";

export type TextBuilder = ReturnType<typeof createTextBuilder>;

/** How a paragraph looks; `mark` is the sign of a list, with a blank behind it, and stands in the text. */
export type Look =
  | { kind: "heading"; level: number; mark?: string }
  | { kind: "item"; level: number; mark?: string }
  | { kind: "note" };

export type Block = { text: string; look?: Look } | { rows: Cell[][]; headRows: number };

/** Text that grows paragraph by paragraph, with sections and looks at exact offsets. */
export function createTextBuilder() {
  let content = "";
  const sections: MaterialSection[] = [];
  const layout = createLayout();

  function close() {
    const open = sections.at(-1);
    if (open) open.end_offset = content.length;
  }

  /** @returns where it begins */
  function append(text: string) {
    const open = sections.at(-1);
    if (content !== "" && content.length !== (open?.start_offset ?? -1)) content += "\n\n";
    const start = content.length;
    content += text;
    return start;
  }

  function paragraph(signed: string, look?: Look) {
    const { text, styles } = readStyles(cleanText(signed));
    if (text === "") return;
    const mark = look && look.kind !== "note" ? cleanText(look.mark ?? "") : "";
    const start_offset = append(mark + text);
    const place = { start_offset, end_offset: content.length };
    if (look?.kind === "note") layout.add({ kind: "note", ...place });
    else if (look?.kind === "heading") layout.add({ kind: "heading", ...place, level: look.level });
    else if (look) layout.add({ kind: "item", ...place, level: look.level, mark: mark.length });
    if (look?.kind !== "heading") layout.addStyles(styles, start_offset + mark.length);
  }

  /** A line per row. */
  function table(rows: Cell[][], headRows: number) {
    const read = tableText(rows, headRows);
    if (read.text !== "") layout.addTable(read, append(read.text));
  }

  return {
    /** What follows stands under this page and heading. */
    section(place: { page?: number; heading?: string; recognised?: boolean }) {
      close();
      if (content !== "" && !content.endsWith("\n\n")) content += "\n\n";
      const heading = readStyles(place.heading ?? "").text.slice(0, 500);
      sections.push({
        ...place,
        ...(heading ? { heading } : {}),
        start_offset: content.length,
        end_offset: content.length,
      });
    },
    paragraph,
    table,
    block(block: Block) {
      if ("rows" in block) table(block.rows, block.headRows);
      else paragraph(block.text, block.look);
    },
    /** What the speaker of a slide reads, and nobody sees. */
    speakerNotes(fill: () => void) {
      const at = layout.spans.length;
      const before = content.length;
      fill();
      if (content.length === before) return;
      const start_offset = /[^\n]/.exec(content.slice(before))!.index + before;
      const notes = { kind: "speaker_notes", start_offset, end_offset: content.length } as const;
      layout.spans.splice(at, 0, notes);
    },
    build() {
      close();
      // A page that opens with a heading leaves an empty section before it; only a page with no text at all keeps one.
      const isFull = ({ start_offset, end_offset }: MaterialSection) => end_offset > start_offset;
      const full = new Set(sections.filter(isFull).map(({ page }) => page));
      return {
        content,
        sections: sections.filter(
          (section) => isFull(section) || (section.page !== undefined && !full.has(section.page)),
        ),
        layout: layout.spans,
      };
    },
  };
}
