/**
 * Two of three estimates are to be within their margin. Judged on the step times of runs that were recorded while
 * others used the machine, and on made ones whose steps depend on each other as those do; no clock of this machine
 * takes part.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createRandom } from "#tests/support/openapi-values.ts";
import { createTimeLeft } from "./time-left.ts";

/** Seconds of audio done, and of the wall clock, after each step. */
type Steps = [audio: number, wall: number][];

const RECORDED = JSON.parse(
  readFileSync(new URL("recorded-runs.json", import.meta.url), "utf8"),
) as Steps[];

type Load = "steady" | "wandering" | "other jobs";

/** @param load how the pace of one step depends on those before: not; it wanders; other jobs come and go as well. */
function made(seed: number, load: Load): Steps {
  const random = createRandom(seed);
  const spread = () =>
    Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
  const total = 600 + random() * 9000;
  const level = Math.log(0.02 + random() * 0.2);
  const steps: Steps = [];
  let [audio, wall, wander, jump] = [0, 0, 0, 0];
  while (audio < total) {
    if (load !== "steady") wander = 0.97 * wander + 0.08 * spread();
    if (load === "other jobs" && random() < 0.015) jump = jump ? 0 : Math.log(1.5 + random() * 1.5);
    const step = Math.min(total - audio, 5 + random() * 20);
    audio += step;
    wall += step * Math.exp(level + wander + jump + 0.3 * spread());
    steps.push([audio, wall]);
  }
  return steps;
}

/**
 * The share of the estimates of one run that were within their margin, and the middle margin as a share of what it is
 * of.
 */
function judge(steps: Steps) {
  let wall = 0;
  const timeLeft = createTimeLeft(() => wall);
  const [total, end] = steps.at(-1)!;
  const margins: number[] = [];
  let within = 0;
  for (const [audio, now] of steps.slice(0, -1)) {
    wall = now;
    const told = timeLeft(audio, total);
    if (!told) continue;
    margins.push(told.margin_seconds / Math.max(1, told.seconds));
    if (Math.abs(end - now - told.seconds) <= told.margin_seconds) within += 1;
  }
  return {
    within: within / margins.length,
    margin: margins.toSorted((a, b) => a - b)[Math.floor(margins.length / 2)]!,
  };
}

const mean = (all: number[]) => all.reduce((sum, each) => sum + each, 0) / all.length;

describe("about two of three estimates are within their margin", () => {
  it.each([
    // Independent steps are told a little too much margin; a sudden other job is what no run can know before.
    ["steady", 0.65, 0.85, 0.15],
    ["wandering", 0.65, 0.85, 0.5],
    ["other jobs", 0.6, 0.8, 0.6],
  ] as const)("%s", (load, least, most, widest) => {
    const runs = Array.from({ length: 100 }, (_, seed) => judge(made(seed + 1, load)));
    const within = mean(runs.map((run) => run.within));
    expect(within).toBeGreaterThan(least);
    expect(within).toBeLessThan(most);
    expect(mean(runs.map((run) => run.margin))).toBeLessThan(widest);
  });

  it("recorded runs", () => {
    const runs = RECORDED.map(judge);
    expect(runs.length).toBeGreaterThan(0);
    const within = mean(runs.map((run) => run.within));
    expect(within).toBeGreaterThan(0.6);
    expect(within).toBeLessThan(0.9);
  });
});

it("says nothing before it knows something, and nothing of a length that nobody knows", () => {
  let wall = 0;
  const timeLeft = createTimeLeft(() => wall);
  for (let step = 1; step <= 4; step += 1) {
    wall = step;
    expect(timeLeft(step * 10, 1000)).toBeUndefined();
  }
  wall = 5;
  expect(timeLeft(50, undefined)).toBeUndefined();
  expect(timeLeft(50, 1000)?.seconds).toBe(95);
});
