import { it, expect } from "vitest";
import { readCaptions } from "./read-captions.ts";

const CUE = "1\n00:00:01,000 --> 00:00:02,000\n";
const BYTES = 1024 * 1024;
/** Twice the input is twice the work where it grows in line, and four times where it grows with the square. */
const MOST_TIMES = 3;
/** Below so much work of two megabytes nothing can be told from the noise, nor could it be the square of one. */
const LITTLE_MS = 400;

/** Milliseconds of the processor for this thread, whatever else the machine does: the least of several runs. */
function work(bytes: Buffer, many: number) {
  const runs = Array.from({ length: many }, () => {
    const before = process.threadCpuUsage();
    try {
      readCaptions(bytes);
    } catch (error) {
      expect(error).toMatchObject({ code: "captions-unreadable" });
    }
    return process.threadCpuUsage(before).user / 1000;
  });
  return Math.min(...runs);
}

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
    "\n2\n00:00:01,000 --> 00:00:02,000\na",
    "\n00:00:01.000 --> 00:00:02.000\na b <00:00:01.500><c> c</c>\n",
    "<v A>b</v>",
    "\n1:0",
    "\0",
  ].map((piece) => [JSON.stringify(piece), piece] as const),
)("grows in line with the input: %s", (_name, piece) => {
  const file = (size: number) =>
    Buffer.from(CUE + piece.repeat(Math.floor(size / Buffer.byteLength(piece))));
  const large = file(2 * BYTES);
  // What took little once takes as little at its best.
  if (work(large, 1) <= LITTLE_MS) return;
  expect(work(large, 3) / work(file(BYTES), 3)).toBeLessThan(MOST_TIMES);
});

it("takes what looks like settings behind the times, and is none, for text", () => {
  const words = `${"a:a".repeat(300)} !`;
  const { segments } = readCaptions(
    Buffer.from(`WEBVTT\n\n00:00:01.000 --> 00:00:02.000 ${words}\nHello.\n`),
  );
  expect(segments.map(({ text }) => text)).toEqual([`${words} Hello.`]);
});
