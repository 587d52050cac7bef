import { expect, it } from "vitest";
import { runKillTrial } from "./kill-trial.ts";
import { runSuitcaseTrial } from "./suitcase-trial.ts";

it("survives twelve kills -9 of app, workers and database", { timeout: 1_200_000 }, async () => {
  const report = await runKillTrial(12);
  expect(report.broken).toEqual([]);
  expect(report.recordings).toBeGreaterThan(0);
  expect(report.jobs).toBeGreaterThan(report.rounds);
  expect(report.questions).toBeGreaterThan(0);
});

it(
  "leaves nothing half when exports, imports and deletions are killed",
  { timeout: 360_000 },
  async () => {
    const report = await runSuitcaseTrial(2);
    expect(report.broken).toEqual([]);
    expect(report.kills).toBe(6);
  },
);
