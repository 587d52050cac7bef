import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApp, type TestApp } from "#tests/support/app.ts";
import { runFuzz } from "./fuzz.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ LM_WORKER: "off", LM_LOG_LEVEL: "error" });
});
afterAll(() => app.stop());

test("two thousand requests made from the OpenAPI document meet no 5xx, no hang and no death", async () => {
  const report = await runFuzz(app.url, { seed: 1, requests: 2000 });
  expect(report.findings).toEqual([]);
  // Fuzzing that never gets past the door proves nothing.
  expect(report.neverOk.length, report.neverOk.join(", ")).toBeLessThan(report.operations / 2);
}, 300_000);
