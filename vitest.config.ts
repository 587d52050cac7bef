import { basename, resolve } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { ENGINES } from "./tests/support/engines.ts";

const PRODUCT = [
  "server/{features,http,worker,text-encoding}/**/*.test.ts",
  "{database,web}/**/*.test.ts",
];

/** Over a minute each: begun last, one of them would run on alone. */
const LONG = ["kills.test.ts", "every-day.test.ts", "speech-to-text.test.ts", "study.test.ts"];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const isLong = ({ moduleId }: TestSpecification) => LONG.includes(basename(moduleId));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    // Programs and children that tests start read what their modules were compiled to, as those of `lm` do.
    env: { ...ENGINES, NODE_COMPILE_CACHE: resolve("node_modules/.cache/compiled") },
    projects: [
      {
        extends: true,
        test: {
          // They start servers of their own in the process of the test and share nothing else: each process loads the
          // product once, not once a file, which was a tenth of the time of the suite.
          name: "product",
          isolate: false,
          include: [...PRODUCT],
        },
      },
      {
        extends: true,
        test: {
          name: "whole",
          // Browsers and processes that share two cores: once in some thousand tests one is slower than it waits for.
          // The output names what was tried again ("retry x1"), which is to be mended.
          retry: 1,
          include: ["{server,database,cli,tests,web}/**/*.test.ts"],
          exclude: ["**/node_modules/**", ...PRODUCT],
        },
      },
    ],
    globalSetup: ["tests/support/global-setup.ts"],
    // Each file has its own database and its own server processes; two cores run two files at a time.
    sequence: { sequencer: LongFirst },
    pool: "forks",
    maxWorkers: 3,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
    // One second, the default, is too short for a job on a machine that runs other tests: what is awaited comes at once
    // or is broken.
    expect: { poll: { timeout: 30_000, interval: 50 } },
  },
});
