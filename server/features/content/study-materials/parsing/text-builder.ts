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
      return { content, sections };
    },
  };
}
