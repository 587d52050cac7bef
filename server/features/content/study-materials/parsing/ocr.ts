/**
 * Pages that are pictures are drawn by pdf.js and read by tesseract
 * (https://tesseract-ocr.github.io/tessdoc/Command-Line-Usage.html) where it is on PATH, else by the same engine in
 * WebAssembly with its English data (https://github.com/naptha/tesseract.js).
 */
import { execFile, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import type { PDFDocumentProxy } from "pdfjs-dist";
import type { Worker } from "tesseract.js";

/** In points of what was recognised. */
export interface RecognisedWord {
  text: string;
  /** 0 to 100. */
  confidence: number;
  paragraph: string;
  line: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Ocr {
  /** In the order in which they are read. */
  readWords(png: Buffer): Promise<RecognisedWord[]>;
  /** Lines of a picture; an empty one stands between paragraphs. */
  read(png: Buffer): Promise<string[]>;
}

/** 300 dots an inch on paper of usual size; a poster is drawn smaller. */
const SCALE = 300 / 72;
const MOST_PIXELS = 12_000_000;

export async function findOcr(): Promise<Ocr> {
  const listed = await promisify(execFile)("tesseract", ["--list-langs"]).catch(() => undefined);
  const languages = `${listed?.stdout ?? ""}\n${listed?.stderr ?? ""}`
    .split("\n")
    .filter((line) => /^[a-z]{3}(?:_\w+)?$/.test(line) && line !== "osd");
  return languages.length > 0 ? installed(languages) : bundled();
}

function installed(languages: string[]): Ocr {
  const run = (png: Buffer, ...form: string[]) => {
    const chosen = languages.slice(0, 4).join("+");
    const tesseract = spawn("tesseract", ["-", "-", "-l", chosen, ...form], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    tesseract.stdin.on("error", () => {});
    tesseract.stdin.end(png);
    return text(tesseract.stdout);
  };
  return {
    read: async (png) => linesOf(await run(png)),
    readWords: async (png) => wordsOf(await run(png, "tsv")),
  };
}

/** English only: data of other languages are packages of their own. */
function bundled(): Ocr {
  let starting: Promise<Worker> | undefined;
  const start = async () => {
    const { createWorker, OEM } = await import("tesseract.js");
    const data = dirname(
      createRequire(import.meta.url).resolve("@tesseract.js-data/eng/package.json"),
    );
    return createWorker("eng", OEM.LSTM_ONLY, {
      langPath: join(data, "4.0.0_best_int"),
      gzip: true,
      // Nothing is written, nothing is fetched.
      cacheMethod: "none",
      errorHandler: () => {},
    });
  };
  return {
    async read(png) {
      const worker = await (starting ??= start());
      const { data } = await worker.recognize(png);
      return linesOf(data.text);
    },
    async readWords(png) {
      const worker = await (starting ??= start());
      const { data } = await worker.recognize(png, {}, { text: false, tsv: true });
      return wordsOf(data.tsv ?? "");
    },
  };
}

/** A line a word: level, page, block, paragraph, line, word, left, top, width, height, confidence, text. */
function wordsOf(tsv: string): RecognisedWord[] {
  return tsv.split("\n").flatMap((row) => {
    const [level, , block, paragraph, line, , x, y, width, height, confidence, word] =
      row.split("\t");
    const plain = word?.trim();
    if (level !== "5" || !plain) return [];
    return {
      text: plain,
      confidence: Number(confidence),
      paragraph: `${block} ${paragraph}`,
      line: Number(line),
      x: Number(x),
      y: Number(y),
      width: Number(width),
      height: Number(height),
    };
  });
}

function linesOf(read: string): string[] {
  return read.split("\n").map((line) => line.replace(/[\f\s]+/g, " ").trim());
}

export async function drawPage(document: PDFDocumentProxy, pageNumber: number): Promise<Buffer> {
  const { createCanvas } = await import("@napi-rs/canvas");
  const page = await document.getPage(pageNumber);
  const size = page.getViewport({ scale: 1 });
  const scale = Math.min(SCALE, Math.sqrt(MOST_PIXELS / (size.width * size.height)));
  const viewport = page.getViewport({ scale });
  const canvas = createCanvas(Math.ceil(viewport.width), Math.ceil(viewport.height));
  await page.render({
    // Skia's canvas does what pdf.js asks of the browser's, which alone its types know.
    canvas: canvas as unknown as HTMLCanvasElement,
    // The same.
    canvasContext: canvas.getContext("2d") as unknown as CanvasRenderingContext2D,
    viewport,
  }).promise;
  page.cleanup();
  return canvas.toBuffer("image/png");
}
