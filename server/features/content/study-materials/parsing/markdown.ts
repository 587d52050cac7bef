import type { MaterialSection } from "../queries.ts";
import { MOST_SECTIONS } from "./contract.ts";

/** Headings of Markdown (`#` to `######`, outside of code fences); the text stays as it was written. */
export function headingSections(text: string): MaterialSection[] {
  const sections: MaterialSection[] = [];
  let fenced = false;
  for (const line of text.matchAll(/^.*$/gm)) {
    if (/^\s{0,3}(?:```|~~~)/.test(line[0])) fenced = !fenced;
    const heading = fenced ? undefined : headingOf(line[0]);
    if (!heading) continue;
    const open = sections.at(-1);
    if (open) open.end_offset = line.index;
    if (sections.length >= MOST_SECTIONS) break;
    sections.push({
      heading: heading.slice(0, 500),
      start_offset: line.index,
      end_offset: text.length,
    });
  }
  return sections;
}

/**
 * Without the `#`s that may close it (CommonMark, ATX headings). By hand: one pattern for both ends tries each of them
 * at each letter.
 */
function headingOf(line: string) {
  const opening = /^ {0,3}#{1,6}[ \t]+/.exec(line)?.[0];
  if (opening === undefined) return undefined;
  let end = line.length;
  while (end > opening.length + 1 && " \t#".includes(line[end - 1]!)) end -= 1;
  return line.slice(opening.length, end).trimEnd();
}
