/**
 * Pages that are pictures are drawn by pdf.js and read by tesseract
 * (https://tesseract-ocr.github.io/tessdoc/Command-Line-Usage.html) where it is on PATH, else by the same engine in
 * WebAssembly with the data of its packages (https://github.com/naptha/tesseract.js).
 *
 * - **Data**: what tesseract knows of a language, by three letters (`deu`). Of several at once each word is read in
 *   each, so that only a few are.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import type { PDFDocumentProxy } from "pdfjs-dist";
import type { Worker } from "tesseract.js";
import { detectLanguage } from "#server/features/search/languages.ts";
import { BUNDLED, installedData, languageOf, primaryOf } from "./picture-languages.ts";

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

interface Ocr {
  /** That it has data of, BCP 47. */
  languages: string[];
  /** What is read in where nothing is known of a picture. */
  usual: string[];
  /** In the order in which they are read. */
  readWords(png: Buffer, language?: string): Promise<RecognisedWord[]>;
  /** Lines of a picture; an empty one stands between paragraphs. */
  read(png: Buffer, language?: string): Promise<string[]>;
}

/** The pictures of one document, which is in one language. */
export type PictureReader = Pick<Ocr, "read" | "readWords">;

/**
 * Letters of a language that nobody reads in come out wrong (Gr6fe for Größe), but enough short words come out right to
 * say which language it is: the first picture that shows another one is read again in it, and so are the next ones.
 * @param language of the document, where it is known
 */
export async function openPictureReader(language?: string): Promise<PictureReader> {
  const ocr = await findOcr();
  let known = primaryOf(language);
  if (!ocr.languages.includes(known ?? "")) known = undefined;
  async function read<T>(inLanguage: (one?: string) => Promise<T>, textOf: (read: T) => string) {
    const first = await inLanguage(known);
    if (known) return first;
    const found = detectLanguage(textOf(first));
    if (!found || !ocr.languages.includes(found)) return first;
    known = found;
    return ocr.usual.includes(found) ? first : inLanguage(found);
  }
  return {
    read: (png) =>
      read(
        (one) => ocr.read(png, one),
        (lines) => lines.join("\n"),
      ),
    readWords: (png) =>
      read(
        (one) => ocr.readWords(png, one),
        (words) => words.map((word) => word.text).join(" "),
      ),
  };
}

/** 300 dots an inch on paper of usual size; a poster is drawn smaller. */
const SCALE = 300 / 72;
const MOST_PIXELS = 12_000_000;

async function findOcr(): Promise<Ocr> {
  const found = await installedData();
  if (found.length === 0) return bundled();
  const [here, packaged] = [installed(found), bundled()];
  /** What Debian's packages were not installed for is read by ours. */
  const engineFor = (language: string | undefined) =>
    language === undefined || here.languages.includes(language) ? here : packaged;
  return {
    languages: [...new Set([...here.languages, ...packaged.languages])],
    usual: here.usual,
    read: (png, language) => engineFor(language).read(png, language),
    readWords: (png, language) => engineFor(language).readWords(png, language),
  };
}

function installed(all: string[]): Ocr {
  const usual = all.slice(0, 4);
  /** What is English in it is read all the same. */
  const dataFor = (language: string | undefined) =>
    language === undefined
      ? usual
      : [
          ...all.filter((data) => languageOf(data) === language).slice(0, 3),
          ...all.filter((data) => data === "eng" && language !== "en"),
        ];
  const run = (png: Buffer, language: string | undefined, ...form: string[]) => {
    const chosen = dataFor(language).join("+");
    const tesseract = spawn("tesseract", ["-", "-", "-l", chosen, ...form], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    // One that ends early, or cannot be started, has read nothing.
    tesseract.on("error", () => {});
    tesseract.stdin.on("error", () => {});
    tesseract.stdin.end(png);
    return text(tesseract.stdout);
  };
  return {
    languages: [...new Set(all.map(languageOf))],
    usual: usual.map(languageOf),
    read: async (png, language) => linesOf(await run(png, language)),
    readWords: async (png, language) => wordsOf(await run(png, language, "tsv")),
  };
}

function bundled(): Ocr {
  const started = new Map<string, Promise<Worker>>();
  const start = async (data: string) => {
    const { createWorker, OEM } = await import("tesseract.js");
    const folder = dirname(
      createRequire(import.meta.url).resolve(`@tesseract.js-data/${data}/package.json`),
    );
    return createWorker(data, OEM.LSTM_ONLY, {
      langPath: join(folder, "4.0.0_best_int"),
      gzip: true,
      // Nothing is written, nothing is fetched.
      cacheMethod: "none",
      errorHandler: () => {},
    });
  };
  const workerFor = (language = "en") => {
    const data = BUNDLED[language]!;
    const worker = started.get(data) ?? start(data);
    started.set(data, worker);
    return worker;
  };
  return {
    languages: Object.keys(BUNDLED),
    usual: ["en"],
    async read(png, language) {
      const worker = await workerFor(language);
      const { data } = await worker.recognize(png);
      return linesOf(data.text);
    },
    async readWords(png, language) {
      const worker = await workerFor(language);
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
