/**
 * A picture of a board or a page: its text, with the place of each word in it. It is drawn as it is shown (upright by
 * its EXIF orientation), straightened where its lines lean, turned where it makes no sense otherwise.
 */
import { readFile, writeFile } from "node:fs/promises";
import type { Canvas, Image } from "@napi-rs/canvas";
import type { ParsedDocument } from "./contract.ts";
import { openPictureReader, type RecognisedWord } from "./ocr.ts";
import { isNonsense } from "./plausible.ts";
import { Refused } from "./refuse.ts";

/** What a camera of today takes has 12 to 50 million. */
const MOST_PIXELS = 100_000_000;
/** More says nothing more to the recogniser, and takes longer. */
const MOST_READ_PIXELS = 12_000_000;
/** Letters of a small picture are too small to be read. */
const FEWEST_READ_PIXELS = 1_500_000;
/** Less is no fault; more is no leaning line but another layout. In degrees. */
const LEAST_LEAN = 0.7;
const MOST_LEAN = 20;
/** Of 100: what is read in a picture that lies on its side stays below. */
const SENSE = 45;

interface Read {
  words: RecognisedWord[];
  /** Sum over the words, by their letters: more and surer words are a better reading. */
  score: number;
}

export async function parsePicture(
  path: string,
  language: string | undefined,
  onProgress: (fraction: number) => void,
): Promise<ParsedDocument> {
  const picture = await load(path);
  const ocr = await openPictureReader(language);
  const at = async (degrees: number) => {
    const drawn = await draw(picture, degrees);
    const words = await ocr.readWords(drawn.canvas.toBuffer("image/png")).catch(() => []);
    return {
      words: words.map((word) => ({ ...word, ...drawn.place(word) })),
      score: score(words),
      lean: lean(words),
    };
  };
  let best = await at(0);
  onProgress(0.3);
  if (Math.abs(best.lean) >= LEAST_LEAN && Math.abs(best.lean) <= MOST_LEAN)
    best = better(best, await at(-best.lean));
  onProgress(0.5);
  if (meanConfidence(best.words) < SENSE)
    for (const degrees of [90, 270, 180]) best = better(best, await at(degrees));
  return toDocument(best.words);
}

const better = <T extends Read>(one: T, other: T) => (other.score > one.score * 1.05 ? other : one);

/** For browsers that do not know HEIC: the same picture as JPEG. */
export async function convertPicture(path: string, target: string) {
  const picture = await load(path);
  const { canvas } = await draw(picture, 0, picture.width * picture.height);
  await writeFile(target, canvas.toBuffer("image/jpeg", 92));
}

type Drawable = (Image | Canvas) & { width: number; height: number };

async function load(path: string): Promise<Drawable> {
  const bytes = await readFile(path);
  try {
    const picture = isHeic(bytes)
      ? await decodeHeic(bytes)
      : await (await canvases()).loadImage(bytes);
    if (picture.width > 0 && picture.height > 0 && picture.width * picture.height <= MOST_PIXELS)
      return picture;
  } catch {
    // Said below.
  }
  throw new Refused(
    "document-unreadable",
    "This picture cannot be read: it is damaged, or has more than 100 million points.",
  );
}

const canvases = () => import("@napi-rs/canvas");

const isHeic = (bytes: Buffer) =>
  bytes.toString("latin1", 4, 8) === "ftyp" && !/^avi[fs]/.test(bytes.toString("latin1", 8, 12));

/** https://github.com/catdad-experiments/libheif-js; it turns the picture as its file says. */
async function decodeHeic(bytes: Buffer): Promise<Canvas> {
  const { default: libheif } = await import("libheif-js/wasm-bundle.js");
  const [image] = new libheif.HeifDecoder().decode(bytes);
  const [width, height] = [image!.get_width(), image!.get_height()];
  if (width * height > MOST_PIXELS) throw new RangeError("Too many points.");
  const { createCanvas, ImageData } = await canvases();
  const data = new Uint8ClampedArray(width * height * 4);
  await new Promise<void>((resolve, reject) =>
    image!.display({ data, width, height }, (done) =>
      done ? resolve() : reject(new Error("The picture cannot be decoded.")),
    ),
  );
  const canvas = createCanvas(width, height);
  canvas.getContext("2d").putImageData(new ImageData(data, width, height), 0, 0);
  return canvas;
}

/** Turned by so many degrees; `place` says where a part of what was drawn is in the picture as it is shown. */
async function draw(picture: Drawable, degrees: number, mostPixels = MOST_READ_PIXELS) {
  const { createCanvas } = await canvases();
  const pixels = picture.width * picture.height;
  const scale =
    pixels > mostPixels
      ? Math.sqrt(mostPixels / pixels)
      : mostPixels === pixels
        ? 1
        : Math.min(3, Math.max(1, Math.sqrt(FEWEST_READ_PIXELS / pixels)));
  const [width, height] = [picture.width * scale, picture.height * scale];
  const turn = (degrees * Math.PI) / 180;
  const [sin, cos] = [Math.sin(turn), Math.cos(turn)];
  const canvas = createCanvas(
    Math.max(1, Math.round(Math.abs(width * cos) + Math.abs(height * sin))),
    Math.max(1, Math.round(Math.abs(width * sin) + Math.abs(height * cos))),
  );
  const paper = canvas.getContext("2d");
  paper.fillStyle = "white";
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.translate(canvas.width / 2, canvas.height / 2);
  paper.rotate(turn);
  paper.drawImage(picture, -width / 2, -height / 2, width, height);
  const back = (x: number, y: number) => {
    const [dx, dy] = [x - canvas.width / 2, y - canvas.height / 2];
    return [(dx * cos + dy * sin) / width + 0.5, (dy * cos - dx * sin) / height + 0.5] as const;
  };
  const place = (box: RecognisedWord) => {
    const corners = [
      back(box.x, box.y),
      back(box.x + box.width, box.y),
      back(box.x, box.y + box.height),
      back(box.x + box.width, box.y + box.height),
    ];
    const side = (axis: 0 | 1) => {
      const values = corners.map((corner) => Math.min(1, Math.max(0, corner[axis])));
      return [Math.min(...values), Math.max(...values)] as const;
    };
    const [[left, right], [top, bottom]] = [side(0), side(1)];
    return { x: left, y: top, width: right - left, height: bottom - top };
  };
  return { canvas, place };
}

/** By how many degrees most lines go down to the right. */
function lean(words: RecognisedWord[]) {
  const slopes: number[] = [];
  for (const line of Map.groupBy(words, (word) => `${word.paragraph} ${word.line}`).values()) {
    const [first, last] = [line[0]!, line.at(-1)!];
    const run = last.x + last.width / 2 - (first.x + first.width / 2);
    if (line.length < 3 || run < 5 * first.height) continue;
    const rise = last.y + last.height / 2 - (first.y + first.height / 2);
    slopes.push((Math.atan2(rise, run) * 180) / Math.PI);
  }
  slopes.sort((a, b) => a - b);
  return slopes[Math.floor(slopes.length / 2)] ?? 0;
}

const score = (words: RecognisedWord[]) =>
  words.reduce((sum, { text, confidence }) => sum + text.length * Math.max(0, confidence - 30), 0);

function meanConfidence(words: RecognisedWord[]) {
  const letters = words.reduce((sum, { text }) => sum + text.length, 0);
  if (letters === 0) return 0;
  return words.reduce((sum, { text, confidence }) => sum + text.length * confidence, 0) / letters;
}

/** A picture without words is a picture all the same. */
function toDocument(words: RecognisedWord[]): ParsedDocument {
  let content = "";
  let before: RecognisedWord | undefined;
  const places: number[][] = [];
  for (const word of words) {
    if (before)
      content +=
        word.paragraph !== before.paragraph ? "\n\n" : word.line !== before.line ? "\n" : " ";
    before = word;
    const start = content.length;
    content += word.text;
    const rounded = [word.x, word.y, word.width, word.height].map(
      (part) => Math.round(part * 10_000) / 10_000,
    );
    places.push([start, content.length, ...rounded]);
  }
  if (!/[\p{L}\p{N}]{2}/u.test(content) || isNonsense(content))
    return { content: "", sections: [] };
  return {
    content,
    sections: [{ start_offset: 0, end_offset: content.length, recognised: true, words: places }],
  };
}
