import { expect, it } from "vitest";
import { describeGaps } from "./gaps.ts";

it("tells where sound is missing, and how much of it", () => {
  const gaps = [
    { at_seconds: 723, seconds: 14.4 },
    { at_seconds: 3610, seconds: 2.6 },
  ];
  expect(describeGaps({ gaps })).toBe("12:03 (14 s), 1:00:10 (3 s)");
  expect(describeGaps({ gaps: [] })).toBe("");
  expect(describeGaps({})).toBe("");
});
