import { expect, it } from "vitest";
import type { Recording } from "#server/features/content/recordings/shapes.ts";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import { mergeLists } from "./library-items.ts";
import { describeGaps } from "./recordings/gaps.ts";

function list<T>(days: number[], next: string | null) {
  const items = days.map((day) => ({ created_at: `2026-01-${String(day).padStart(2, "0")}` }) as T);
  return { data: { pages: [{ items, next_cursor: next }] } };
}
const shown = (merged: ReturnType<typeof mergeLists>) =>
  merged.map(({ kind, item }) => `${kind[0]}${Number(item.created_at.slice(-2))}`);

it("shows both lists newest first", () => {
  expect(
    shown(mergeLists(list<Recording>([9, 3], null), list<StudyMaterial>([7, 1], null))),
  ).toEqual(["r9", "s7", "r3", "s1"]);
});

it("keeps back what is older than the end of a list that goes on", () => {
  expect(
    shown(mergeLists(list<Recording>([9, 5], "more"), list<StudyMaterial>([7, 1], null))),
  ).toEqual(["r9", "s7", "r5"]);
});

it("shows nothing before anything is loaded", () => {
  expect(mergeLists({}, {})).toEqual([]);
});

it("says where sound is missing", () => {
  expect(
    describeGaps({
      gaps: [
        { at_seconds: 723, seconds: 14.2 },
        { at_seconds: 3700, seconds: 3 },
      ],
    }),
  ).toBe("12:03 (14 s), 1:01:40 (3 s)");
  expect(describeGaps({})).toBe("");
});
