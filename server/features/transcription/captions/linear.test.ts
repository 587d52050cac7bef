import { it, expect } from "vitest";
import { readCaptions } from "./read-captions.ts";

const CUE = "1\n00:00:01,000 --> 00:00:02,000\n";
// Two megabytes each: what grows with the square of the file (100,000 "<" once took 14 s) does not end within the test's time.
const MANY = 2 * 1024 * 1024;
it.each(
  [
    "<",
    "&",
    "{\\",
    "<v ",
    "<00:",
    "\r",
    " \n",
    "a:",
    "-->",
    "00:00:01,000",
    "[00:01.00]",
    "é",
    "<i>",
    "\n1\n",
    "A: ",
    "((",
    "&#x",
  ].map((piece) => [JSON.stringify(piece), piece] as const),
)("is linear in %s", (_name, piece) => {
  const bytes = Buffer.from(CUE + piece.repeat(Math.floor(MANY / Buffer.byteLength(piece))));
  try {
    readCaptions(bytes);
  } catch (error) {
    expect(error).toMatchObject({ code: "captions-unreadable" });
  }
});
