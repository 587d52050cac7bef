import { expect, it } from "vitest";
import type { Segment } from "#server/features/transcription/shapes.ts";
import { createFinder, tokensOf } from "../content/speech/find-spoken.ts";
import { moveBy } from "./cursor.ts";
import { findDoubtful, findText } from "./find-in-transcript.ts";
import {
  indexAtTime,
  placesOf,
  placeWords,
  toParagraphs,
  wordAtOffset,
  wordAtTime,
} from "./words.ts";

function segment(number: number, start: number, end: number, text: string, more = {}) {
  return { number, start, end, text, ...more } as Segment;
}
const word = (text: string, start: number, doubtful = false) => ({
  text,
  start,
  end: start + 0.5,
  doubtful,
});

it("places the engine's words where they stand in the text, each after the one before", () => {
  const placed = placeWords(
    segment(0, 10, 12, "the cat, the Hat", {
      words: [word(" the", 10), word("cat,", 10.5), word("dog", 10.7), word("the", 11)],
    }),
  );
  expect(placed.map(({ from, to }) => [from, to])).toEqual([
    [0, 3],
    [4, 8],
    [9, 12],
  ]);
  expect(placed.every(({ timed }) => timed)).toBe(true);
});

it("estimates times by length where the engine gave none", () => {
  const [first, second] = placeWords(segment(0, 10, 20, "abcd efgh "));
  expect(first).toMatchObject({ from: 0, to: 4, start: 10, end: 14, timed: false });
  expect(second).toMatchObject({ from: 5, to: 9, start: 15, end: 19 });
  expect(placeWords(segment(0, 10, 20, ""))).toEqual([]);
});

it("finds the word at a time and at an offset, also beyond the ends", () => {
  const one = segment(0, 0, 2, "ab cd", { words: [word("ab", 0), word("cd", 1)] });
  expect(wordAtTime(one, -1)).toBeUndefined();
  expect(wordAtTime(one, 1.2)).toMatchObject({ from: 3 });
  expect(wordAtOffset(one, 2)).toMatchObject({ from: 0 });
  expect(wordAtOffset(one, 99)).toMatchObject({ from: 3 });
});

it("finds the segment that is heard", () => {
  const segments = [0, 5, 9].map((start, i) => segment(i, start, start + 3, "x"));
  expect([-1, 0, 4.9, 5, 100].map((at) => indexAtTime(segments, at))).toEqual([-1, 0, 0, 1, 2]);
  expect(indexAtTime([], 3)).toBe(-1);
});

it("joins scraps up to a pause, and up to the end of a sentence when they are long", () => {
  const short = [
    segment(0, 0, 2, "a"),
    segment(1, 2.5, 4, "b."),
    segment(2, 7, 8, "after a pause"),
  ];
  expect(toParagraphs(short).map((each) => each.length)).toEqual([2, 1]);
  const long = [segment(0, 0, 19, "One."), segment(1, 19, 30, "Two"), segment(2, 30, 39, "three.")];
  expect(toParagraphs(long).map((each) => each.length)).toEqual([1, 2]);
});

it("finds a citation in the segments that it reaches over", () => {
  const segments = [segment(0, 0, 1, "Hello"), segment(1, 1, 2, "wide"), segment(2, 2, 3, "world")];
  const text = segments.map((each) => each.text).join("\n");
  const from = text.indexOf("lo");
  const to = text.indexOf("wor") + 3;
  expect(
    placesOf(segments, from, to).map(({ segment: { text: t }, from: a, to: b }) => t.slice(a, b)),
  ).toEqual(["lo", "wide", "wor"]);
  expect(placesOf(segments, 5, 6)).toEqual([]);
});

it("moves the cursor over the ends of segments", () => {
  const segments = [segment(0, 0, 1, "a b"), segment(1, 1, 2, "c")];
  const move = (key: string, index: number, at: number) =>
    moveBy(key, { index, word: at }, segments);
  expect(move("ArrowRight", 0, 0)).toEqual({ index: 0, word: 1 });
  expect(move("ArrowRight", 0, 1)).toEqual({ index: 1, word: 0 });
  expect(move("ArrowLeft", 1, 0)).toEqual({ index: 0, word: 1 });
  expect(move("ArrowLeft", 0, 0)).toEqual({ index: 0, word: 0 });
  expect(move("ArrowDown", 1, 0)).toEqual({ index: 1, word: 0 });
  expect(move("End", 0, 0)).toEqual({ index: 1, word: 0 });
  expect(move("x", 0, 0)).toBeUndefined();
});

it("finds words whatever their case, and leaves out where case changes the length", () => {
  const segments = [segment(0, 0, 1, "Cell and CELL"), segment(1, 1, 2, "İ cell")];
  expect(findText(segments, " cell ").map(({ from, to }) => [from, to])).toEqual([
    [0, 4],
    [9, 13],
  ]);
  expect(findText(segments, "  ")).toEqual([]);
});

it("doubts words, or a whole segment without words, and nothing that a person wrote", () => {
  const doubted = segment(0, 0, 1, "ab cd", { words: [word("ab", 0), word("cd", 0.5, true)] });
  const whole = segment(1, 1, 2, "unsure", { doubtful: true });
  const edited = segment(2, 2, 3, "mine", { doubtful: true, original: { text: "mime" } });
  expect(findDoubtful([doubted, whole, edited]).map(({ from, to }) => [from, to])).toEqual([
    [3, 5],
    [0, 6],
  ]);
});

it("finds the words that are read aloud on a page that shows them otherwise, and no others", () => {
  const shown = tokensOf(
    "2 Volcanoes The **magma** [1] rises. Later the magma cools, and the magma rests. Page 7",
  );
  const said = tokensOf(
    "Volcanoes. The magma rises. Later the magma cools, and the magma rests. Nobody shows this.",
  );
  const find = createFinder(said, shown);
  const found = said.map((_, number) => {
    const at = find(number);
    return at === undefined ? undefined : shown[at]!.word;
  });
  expect(found.slice(0, 12)).toEqual(said.slice(0, 12).map(({ word }) => word));
  expect(found.slice(12)).toEqual([undefined, undefined, undefined]);
  const places = said.slice(0, 12).map((_, number) => createFinder(said, shown)(number)!);
  expect(places.toSorted((a, b) => a - b)).toEqual(places);
});
