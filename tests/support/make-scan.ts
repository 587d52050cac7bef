/** A page as a scanner makes it: a picture of text. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createCanvas, GlobalFonts } from "@napi-rs/canvas";

const FONTS = join(
  dirname(createRequire(import.meta.url).resolve("pdfjs-dist/package.json")),
  "standard_fonts",
);

export interface Picture {
  jpeg: Buffer;
  width: number;
  height: number;
}

/** A5 at 150 dots an inch. */
export function makeScan(lines: string[]): Picture {
  // A test machine may have no fonts at all.
  GlobalFonts.registerFromPath(join(FONTS, "LiberationSans-Regular.ttf"), "Scanned");
  const width = 874;
  const height = 1240;
  const canvas = createCanvas(width, height);
  const paper = canvas.getContext("2d");
  paper.fillStyle = "white";
  paper.fillRect(0, 0, width, height);
  paper.fillStyle = "black";
  paper.font = "30px Scanned";
  lines.forEach((line, i) => paper.fillText(line, 60, 120 + i * 50));
  return { jpeg: canvas.toBuffer("image/jpeg", 90), width, height };
}
