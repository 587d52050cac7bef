/** `npm run test:isolation`: every owner's condition that the operations meet, not a sample. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const VITEST = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url));
const { status } = spawnSync(process.execPath, [VITEST, "run", "tests/isolation"], {
  stdio: "inherit",
  env: { ...process.env, LM_TEST_MUTATIONS: "all" },
});
process.exit(status ?? 1);
