import { expect, it } from "vitest";
import { withTimeLinks } from "./time-marks.ts";

it("makes links of times, and of nothing that only looks like them", () => {
  expect(withTimeLinks("See [0:31] and [1:02:03].")).toBe(
    "See [0:31](#t=31) and [1:02:03](#t=3723).",
  );
  expect(withTimeLinks("[100:00]")).toBe("[100:00](#t=6000)");
  for (const text of ["[0:31](https://x.example)", "[0:31]: x", "[1:75]", "[1]", "`[0:31]`"])
    expect(withTimeLinks(text)).toBe(text);
  expect(withTimeLinks("```\n[0:31]\n```\n[0:32]")).toBe("```\n[0:31]\n```\n[0:32](#t=32)");
});
