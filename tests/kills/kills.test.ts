import { expect, it } from "vitest";
import { runKillTrial } from "./kill-trial.ts";

it("survives twenty kills -9 of app, workers and database", { timeout: 1_200_000 }, async () => {
  const report = await runKillTrial(20);
  expect(report.broken).toEqual([]);
  expect(report.recordings).toBeGreaterThan(0);
  expect(report.jobs).toBeGreaterThan(report.rounds);
});
