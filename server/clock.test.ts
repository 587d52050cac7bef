import { expect, it } from "vitest";
import { clock } from "./clock.ts";

it.each([
  [0, "0:00", "0:00:00"],
  [75.9, "1:15", "0:01:15"],
  [3675, "1:01:15", "1:01:15"],
  [-3, "0:00", "0:00:00"],
])("%s seconds", (seconds, short, long) => {
  expect(clock(seconds)).toBe(short);
  expect(clock(seconds, { hours: true })).toBe(long);
});
