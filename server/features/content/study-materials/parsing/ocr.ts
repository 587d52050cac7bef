/** Pages that are pictures are drawn by pdf.js and read by tesseract (https://tesseract-ocr.github.io/tessdoc/Command-Line-Usage.html), where it is on PATH. */
import { execFile, spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import type { PDFDocumentProxy } from "pdfjs-dist";

export type Ocr = (document: PDFDocumentProxy, pageNumber: number) => Promise<string[]>;

/** 300 dots an inch on paper of usual size; a poster is drawn smaller. */
const SCALE = 300 / 72;
const MOST_PIXELS = 12_000_000;

/** Undefined where no tesseract is installed. */
export async function findOcr(): Promise<Ocr | undefined> {
  const listed = await promisify(execFile)("tesseract", ["--list-langs"]).catch(() => undefined);
  if (!listed) return undefined;
  const languages = `${listed.stdout}\n${listed.stderr}`
    .split("\n")
    .filter((line) => /^[a-z]{3}(?:_\w+)?$/.test(line) && line !== "osd");
  if (languages.length === 0) return undefined;

  return async (document, pageNumber) => {
    const { createCanvas } = await import("@napi-rs/canvas");
    const page = await document.getPage(pageNumber);
    const size = page.getViewport({ scale: 1 });
    const scale = Math.min(SCALE, Math.sqrt(MOST_PIXELS / (size.width * size.height)));
    const viewport = page.getViewport({ scale });
    const canvas = createCanvas(Math.ceil(viewport.width), Math.ceil(viewport.height));
    await page.render({
      canvas: canvas as never,
      canvasContext: canvas.getContext("2d") as never,
      viewport,
    }).promise;
    page.cleanup();
    const tesseract = spawn("tesseract", ["-", "-", "-l", languages.slice(0, 4).join("+")], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    tesseract.stdin.on("error", () => {});
    tesseract.stdin.end(canvas.toBuffer("image/png"));
    const read = await text(tesseract.stdout);
    return read
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
  };
}
