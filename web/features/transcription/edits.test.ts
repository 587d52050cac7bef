import { expect, it } from "vitest";
import type { Segment, TranscriptionWithSegments } from "#server/features/transcription/shapes.ts";
import { withoutEdit, withSegment } from "./edits.ts";

const segment = (number: number, text: string) => ({ number, text }) as Segment;
const transcript = { id: "t", segments: [segment(0, "one"), segment(1, "two")] };

it("an edit changes its segment and leaves the others as they are", () => {
  const before = transcript as TranscriptionWithSegments;
  const after = withSegment(before, segment(1, "too"))!;
  expect(after.segments.map(({ text }) => text)).toEqual(["one", "too"]);
  expect(after.segments[0]).toBe(before.segments[0]);
  expect(before.segments[1]!.text).toBe("two");
});

it("an edit of a segment that is not there, or before the transcript is, changes nothing", () => {
  expect(withSegment(transcript as TranscriptionWithSegments, segment(7, "x"))).toEqual(transcript);
  expect(withSegment(undefined, segment(0, "x"))).toBeUndefined();
});

it("an older edit that is undone leaves the newer ones, of the same segment too", () => {
  const edits = [
    { number: 0, before: "one" },
    { number: 0, before: "won" },
  ];
  expect(withoutEdit(edits, edits[0]!)).toEqual([edits[1]]);
  expect(withoutEdit(edits, { number: 0, before: "won" })).toEqual(edits);
});
