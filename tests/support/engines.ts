import { existsSync } from "node:fs";

/**
 * What the product would look for on this machine, named: a program that somebody left on PATH changes no test. The
 * decoder is the embedded one; the recogniser of real words is the one that tests/prepare.ts installs.
 */
export const POCKETSPHINX = "/usr/bin/pocketsphinx_batch";

export const ENGINES = {
  LM_FFMPEG: "off",
  LM_POCKETSPHINX: existsSync(POCKETSPHINX) ? POCKETSPHINX : "off",
  // The model that comes with the program takes a second and 250 MB for each server: tests of meaning switch it on.
  LM_EMBEDDINGS_ENGINE: "off",
} as const;

/** Set by `npm run test:ffmpeg` only, which fetches one for itself. */
export const FFMPEG = process.env["LM_TEST_FFMPEG"];
