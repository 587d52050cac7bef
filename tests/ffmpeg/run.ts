/**
 * `npm run test:ffmpeg`: the contract of the decoder with an ffmpeg of our own beside the embedded one. Needs Debian's
 * apt-get.
 */
import { spawnSync } from "node:child_process";
import { unpackFfmpeg } from "./unpack-ffmpeg.ts";

const run = spawnSync("vitest", ["run", "server/providers/audio", ...process.argv.slice(2)], {
  stdio: "inherit",
  env: { ...process.env, LM_TEST_FFMPEG: unpackFfmpeg() },
});
process.exit(run.status ?? 1);
