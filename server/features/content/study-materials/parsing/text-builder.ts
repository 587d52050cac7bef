import type { MaterialSection } from "../queries.ts";
import { cleanText } from "./clean-text.ts";

export type TextBuilder = ReturnType<typeof createTextBuilder>;

/** Text that grows paragraph by paragraph, with sections at exact offsets. */
export function createTextBuilder() {
  let content = "";
  const sections: MaterialSection[] = [];

  function close() {
    const open = sections.at(-1);
    if (open) open.end_offset = content.length;
  }

  return {
    /** What follows stands under this page and heading. */
    section(place: { page?: number; heading?: string; recognised?: boolean }) {
      close();
      if (content !== "" && !content.endsWith("\n\n")) content += "\n\n";
      sections.push({
        ...place,
        ...(place.heading ? { heading: place.heading.slice(0, 500) } : {}),
        start_offset: content.length,
        end_offset: content.length,
      });
    },
    paragraph(text: string) {
      const clean = cleanText(text).trim();
      if (clean === "") return;
      const open = sections.at(-1);
      if (content !== "" && content.length !== (open?.start_offset ?? -1)) content += "\n\n";
      content += clean;
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
      };
    },
  };
}
