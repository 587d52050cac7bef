/**
 * PDF through pdf.js (https://mozilla.github.io/pdf.js/api/): page by page in reading order; pages that are pictures,
 * or whose letters mean nothing, by OCR.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { PDFDocumentProxy, PDFPageProxy } from "pdfjs-dist";
import type { ParsedDocument } from "./contract.ts";
import { drawPage, openPictureReader } from "./ocr.ts";
import { createFontCheck, type FontCheck } from "./pdf-fonts.ts";
import { readItems } from "./pdf-items.ts";
import { layOut, type Line } from "./pdf-layout.ts";
import { readTagged } from "./pdf-tags.ts";
import { buildText, type Page } from "./pdf-text.ts";
import { isNonsense } from "./plausible.ts";
import { Refused } from "./refuse.ts";

/** About 1,300 pages; those after them are told as pages without text. */
const MOST_RECOGNISING_MS = 45 * 60_000;
/** A page of a scan often carries its number or its maker's name as text. */
const FEW_LETTERS = 60;

export async function parsePdf(
  path: string,
  language: string | undefined,
  onProgress: (fraction: number, recognising: boolean) => void,
): Promise<ParsedDocument> {
  const document = await openPdf(path);
  const ocr = await openPictureReader(language);
  const fonts = createFontCheck();
  let recognising = 0;
  const pages: Page[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    // One broken page does not take the others with it.
    const { wants, ...page } = await readPage(document, number, fonts).catch((): ReadPage => ({
      lines: [],
      remarks: [],
      wants: true,
    }));
    if (wants && recognising < MOST_RECOGNISING_MS) {
      const begun = performance.now();
      const read = await drawPage(document, number)
        .then(ocr.read)
        .catch(() => []);
      recognising += performance.now() - begun;
      Object.assign(page, better(page, read));
    }
    pages.push(page);
    onProgress(number / document.numPages, recognising > 0);
  }
  return { ...(await buildText(pages)), page_count: document.numPages };
}

interface ReadPage extends Page {
  /** A picture of the page may say more. */
  wants: boolean;
}

async function readPage(
  document: PDFDocumentProxy,
  number: number,
  fonts: FontCheck,
): Promise<ReadPage> {
  const page = await document.getPage(number);
  try {
    const { directions, remarks, unknown, known, drawn } = await readItems(page, fonts);
    if (unknown > known) return { lines: [], remarks, wants: drawn };
    const lines =
      (await readTagged(page, directions.flat())) ??
      directions.flatMap((runs, i) =>
        layOut(runs).map((line, at) => (i > 0 && at === 0 ? { ...line, apart: true } : line)),
      );
    const text = lines.map((line) => line.text).join("\n");
    const wants =
      text.trim() === "" || isNonsense(text) || (text.length < FEW_LETTERS && (await isScan(page)));
    return { lines, remarks, wants };
  } finally {
    page.cleanup();
  }
}

/** A picture over most of the page, as scanners make them. */
async function isScan(page: PDFPageProxy) {
  const { OPS } = await import("pdfjs-dist/legacy/build/pdf.mjs");
  const { fnArray, argsArray } = await page.getOperatorList();
  const [x0, y0, x1, y1] = page.view as [number, number, number, number];
  const whole = Math.abs((x1 - x0) * (y1 - y0));
  const saved: number[] = [];
  // Of the current transformation only what it makes of an area is needed.
  let area = 1;
  for (const [i, operator] of fnArray.entries()) {
    if (operator === OPS.save || operator === OPS.paintFormXObjectBegin) saved.push(area);
    if (operator === OPS.restore || operator === OPS.paintFormXObjectEnd) area = saved.pop() ?? 1;
    if (operator === OPS.transform) area *= determinant(argsArray[i]);
    if (operator === OPS.paintFormXObjectBegin) area *= determinant(argsArray[i]?.[0]);
    if (
      (operator === OPS.paintImageXObject || operator === OPS.paintInlineImageXObject) &&
      area > whole * 0.5
    )
      return true;
  }
  return false;
}

function determinant(matrix: ArrayLike<number> | null | undefined) {
  return matrix ? Math.abs(matrix[0]! * matrix[3]! - matrix[1]! * matrix[2]!) : 1;
}

/** What was recognised stands for text of no sense, and beside text that is only little. */
function better(page: Page, read: string[]): Partial<Page> {
  const lines: Line[] = [];
  for (const [i, text] of read.entries()) {
    const before = lines.at(-1);
    // Lines that stand far apart have blanks between them within a sentence too.
    const apart =
      before !== undefined && read[i - 1] === "" && /[.!?:…。！？]["'”’)]*$/u.test(before.text);
    if (text !== "")
      lines.push({
        text,
        x0: 0,
        x1: 0,
        y: -lines.length * 10,
        size: 10,
        ...(apart ? { apart } : {}),
      });
  }
  const text = read.join(" ");
  const there = page.lines.map((line) => line.text).join(" ");
  if (!/[\p{L}\p{N}]{2}/u.test(text) || isNonsense(text))
    return hasLetters(there) ? {} : { lines: [] };
  if (there === "" || isNonsense(there)) return { lines, recognised: true };
  return {
    lines: text.replace(/\s+/g, "").includes(there.replace(/\s+/g, ""))
      ? lines
      : [...page.lines, ...lines],
    recognised: true,
  };
}

function hasLetters(text: string) {
  return (text.match(/[\p{L}\p{N}]/gu)?.length ?? 0) > (text.match(/\S/gu)?.length ?? 0) * 0.3;
}

async function openPdf(path: string): Promise<PDFDocumentProxy> {
  const bytes = await readFile(path);
  try {
    return await openBytes(bytes);
  } catch (error) {
    if ((error as Error).name === "PasswordException")
      throw new Refused(
        "document-password",
        "The document is protected by a password. Remove the password and upload it again.",
      );
    const ended = withEnd(bytes);
    if (!ended) throw error;
    return openBytes(ended);
  }
}

async function openBytes(bytes: Buffer): Promise<PDFDocumentProxy> {
  const pdfjs = await import("pdfjs-dist/legacy/build/pdf.mjs");
  const folder = dirname(createRequire(import.meta.url).resolve("pdfjs-dist/package.json"));
  const document = await pdfjs.getDocument({
    data: new Uint8Array(bytes),
    // Character maps of Chinese, Japanese and Korean fonts.
    cMapUrl: join(folder, "cmaps/"),
    standardFontDataUrl: join(folder, "standard_fonts/"),
    wasmUrl: join(folder, "wasm/"),
    disableFontFace: true,
    fontExtraProperties: true,
    verbosity: 0,
  }).promise;
  if (document.numPages < 0) throw new Error("A number of pages below zero");
  return document;
}

/**
 * A file that was cut off has lost its end, which says where the catalog is; the pages before the cut can be read
 * still.
 */
function withEnd(bytes: Buffer): Buffer | undefined {
  const text = bytes.toString("latin1");
  if (/trailer\s*<</.test(text.slice(-2048))) return undefined;
  const catalog = [
    ...text.matchAll(/(?:^|\s)(\d{1,9}) (\d{1,5}) obj(?=[^]{0,2000}?\/Type\s*\/Catalog\b)/g),
  ]
    .filter(({ index }) => !text.slice(index, text.indexOf("/Catalog", index)).includes("endobj"))
    .at(-1);
  if (!catalog) return undefined;
  const end = `\nendstream endobj\ntrailer\n<< /Root ${catalog[1]} ${catalog[2]} R >>\nstartxref\n0\n%%EOF`;
  return Buffer.concat([bytes, Buffer.from(end)]);
}
