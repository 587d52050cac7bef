/** PDF through pdf.js (https://mozilla.github.io/pdf.js/api/): text by page, lines joined to paragraphs, headings by their size. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { PDFDocumentProxy } from "pdfjs-dist";
import type { TextItem } from "pdfjs-dist/types/src/display/api.d.ts";
import type { ParsedDocument } from "./contract.ts";
import { findOcr } from "./ocr.ts";
import { createFontCheck, type FontCheck } from "./pdf-fonts.ts";
import { createTextBuilder } from "./text-builder.ts";

/** About 1,300 pages; those after them are told as pages without text. */
const MOST_RECOGNISING_MS = 45 * 60_000;

interface Line {
  text: string;
  x: number;
  y: number;
  size: number;
}

interface Page {
  lines: Line[];
  recognised?: boolean;
}

export async function parsePdf(
  path: string,
  onProgress: (fraction: number, recognising: boolean) => void,
): Promise<ParsedDocument> {
  const document = await openPdf(path);
  const ocr = await findOcr();
  const fonts = createFontCheck();
  let recognising = 0;
  const pages: Page[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    // One broken page does not take the others with it.
    let page: Page = { lines: await readLines(document, number, fonts).catch(() => []) };
    if (page.lines.length === 0 && ocr && recognising < MOST_RECOGNISING_MS) {
      const begun = performance.now();
      const lines = await ocr(document, number).catch(() => []);
      recognising += performance.now() - begun;
      page = {
        lines: lines.map((text, i) => ({ text, x: 0, y: -i * 10, size: 10 })),
        recognised: lines.length > 0,
      };
    }
    pages.push(page);
    onProgress(number / document.numPages, recognising > 0);
  }
  return { ...buildText(pages), page_count: document.numPages };
}

async function openPdf(path: string): Promise<PDFDocumentProxy> {
  const pdfjs = await import("pdfjs-dist/legacy/build/pdf.mjs");
  const folder = dirname(createRequire(import.meta.url).resolve("pdfjs-dist/package.json"));
  try {
    return await pdfjs.getDocument({
      data: new Uint8Array(await readFile(path)),
      // Character maps of Chinese, Japanese and Korean fonts.
      cMapUrl: join(folder, "cmaps/"),
      standardFontDataUrl: join(folder, "standard_fonts/"),
      wasmUrl: join(folder, "wasm/"),
      disableFontFace: true,
      fontExtraProperties: true,
      verbosity: 0,
    }).promise;
  } catch (error) {
    if ((error as Error).name === "PasswordException")
      throw Object.assign(
        new Error(
          "The document is protected by a password. Remove the password and upload it again.",
        ),
        { code: "document-password" },
      );
    throw error;
  }
}

async function readLines(
  document: PDFDocumentProxy,
  number: number,
  fonts: FontCheck,
): Promise<Line[]> {
  const page = await document.getPage(number);
  const { items, styles } = await page.getTextContent({ includeMarkedContent: false });
  const unmapped = await fonts.unmapped(page, Object.keys(styles));
  page.cleanup();
  const lines: Line[] = [];
  let line: Line | undefined;
  for (const item of items as TextItem[]) {
    if (unmapped.has(item.fontName)) continue;
    const [, , , , x, y] = item.transform as number[];
    if (
      line &&
      item.str.trim() !== "" &&
      Math.abs(y! - line.y) > Math.max(line.size, item.height) * 0.6
    )
      line = undefined;
    if (item.str !== "") {
      if (!line) lines.push((line = { text: "", x: x!, y: y!, size: item.height }));
      line.text += item.str;
      line.size = Math.max(line.size, item.height);
    }
    if (item.hasEOL) line = undefined;
  }
  const kept = lines.filter(({ text }) => text.trim() !== "");
  return isGibberish(kept.map(({ text }) => text).join("")) ? [] : kept;
}

/** A font without a usable map gives private or replacement characters: the page has no text then, as a scan has none. */
function isGibberish(text: string) {
  const wrong = text.match(/[\p{Co}\p{Cn}\ufffd\u0000-\u0008\u000e-\u001f]/gu)?.length ?? 0;
  return wrong > text.length * 0.3;
}

function buildText(pages: Page[]) {
  const builder = createTextBuilder();
  const body = bodySize(pages);
  let heading: string | undefined;
  for (const [index, { lines, recognised }] of pages.entries()) {
    const place = { page: index + 1, ...(recognised ? { recognised } : {}) };
    builder.section({ ...place, ...(heading ? { heading } : {}) });
    let paragraph = "";
    let before: Line | undefined;
    let inHeading = false;
    for (const line of lines) {
      const large =
        line.size > body * 1.15 && line.text.trim().length <= 150 && /\p{L}/u.test(line.text);
      const apart =
        before &&
        (before.y - line.y > Math.max(before.size, line.size) * 1.7 ||
          Math.abs(before.size - line.size) > body * 0.12 ||
          (line.y > before.y && !/[\p{Ll},-]\s*$/u.test(paragraph)));
      if (before && (apart || large !== inHeading)) {
        builder.paragraph(paragraph);
        paragraph = "";
      }
      if (large && !inHeading) {
        heading = line.text.trim().replace(/\s+/g, " ");
        builder.section({ ...place, heading });
      }
      paragraph = joinLine(paragraph, line.text);
      inHeading = large;
      before = line;
    }
    builder.paragraph(paragraph);
  }
  return builder.build();
}

/** A word that was divided at the line's end is put together again. */
function joinLine(paragraph: string, line: string) {
  const text = line.trim();
  if (paragraph === "") return text;
  if (/\p{L}[-\u2010]$/u.test(paragraph) && /^\p{Ll}/u.test(text))
    return paragraph.slice(0, -1) + text;
  const unspaced =
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}。、，]$/u.test(paragraph) &&
    /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text);
  return unspaced ? paragraph + text : `${paragraph} ${text}`;
}

/** The size most characters have. */
function bodySize(pages: Page[]) {
  const characters = new Map<number, number>();
  for (const { lines } of pages) {
    for (const { size, text } of lines) {
      const rounded = Math.round(size * 2) / 2;
      characters.set(rounded, (characters.get(rounded) ?? 0) + text.length);
    }
  }
  return [...characters].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 10;
}
