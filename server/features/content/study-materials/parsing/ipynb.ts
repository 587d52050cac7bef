/**
 * Jupyter notebooks (https://nbformat.readthedocs.io/en/latest/format_description.html): text, code and what the code
 * printed.
 */
import { z } from "zod";
import { cleanText } from "./clean-text.ts";
import type { ParsedDocument } from "./contract.ts";
import { parseHtml } from "./html.ts";
import { headingSections } from "./markdown.ts";
import { Refused } from "./refuse.ts";

const text = z
  .union([z.string(), z.array(z.string())])
  .transform((lines) => (typeof lines === "string" ? lines : lines.join("")));
const output = z.object({
  text: text.optional().catch(undefined),
  data: z.record(z.string(), z.unknown()).optional().catch(undefined),
  ename: z.string().optional().catch(undefined),
  evalue: z.string().optional().catch(undefined),
});
const cell = z.object({
  cell_type: z.string().catch("code"),
  source: text.optional().catch(undefined),
  /** Of notebooks before version 4. */
  input: text.optional().catch(undefined),
  outputs: z.array(output).catch([]),
});
const notebook = z.union([
  z.object({ cells: z.array(cell) }),
  z.object({ worksheets: z.array(z.object({ cells: z.array(cell) })) }),
]);

export function parseNotebook(json: string): ParsedDocument {
  const parsed = notebook.safeParse(readJson(json));
  if (!parsed.success)
    throw new Refused(
      "document-unreadable",
      "This is not a Jupyter notebook that can be read. Open it in Jupyter, save it again and upload that file.",
    );
  const cells =
    "cells" in parsed.data
      ? parsed.data.cells
      : parsed.data.worksheets.flatMap((sheet) => sheet.cells);
  const blocks = cells.flatMap(({ cell_type, source, input, outputs }) => {
    const written = (source ?? input ?? "").trim();
    // Code is fenced, so that its comments are no headings.
    const own = cell_type === "code" && written !== "" ? `\`\`\`\n${written}\n\`\`\`` : written;
    return [own, ...outputs.map(printed)];
  });
  const content = cleanText(blocks.filter((block) => block.trim() !== "").join("\n\n"));
  return { content, sections: headingSections(content) };
}

function printed({ text: stream, data, ename, evalue }: z.infer<typeof output>) {
  if (ename) return `${ename}: ${evalue ?? ""}`;
  if (stream) return stream.trim();
  const plain = text.safeParse(data?.["text/plain"]);
  const html = text.safeParse(data?.["text/html"]);
  // A table's HTML keeps its rows; a picture's plain text only names an object.
  if (html.success && /<table/i.test(html.data)) return parseHtml(html.data).content;
  const latex = text.safeParse(data?.["text/latex"]);
  const markdown = text.safeParse(data?.["text/markdown"]);
  if (latex.success) return latex.data.trim();
  if (markdown.success) return markdown.data.trim();
  return plain.success && !/^<[\w.]+ (?:object )?at 0x|^<Figure /.test(plain.data)
    ? plain.data.trim()
    : "";
}

function readJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
