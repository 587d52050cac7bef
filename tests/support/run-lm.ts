import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { PASSWORD } from "./app.ts";
import { ENGINES } from "./engines.ts";

const LM = fileURLToPath(new URL("../../cli/lm.mjs", import.meta.url));

/**
 * The command line as a person runs it, at home in `folder`. Resolves with what was printed, rejects with `code`,
 * `stdout` and `stderr` when the verb ended non-zero.
 */
export function runLm(
  folder: string,
  server: string,
  words: string[],
  more: Record<string, string> = {},
) {
  return promisify(execFile)(process.execPath, [LM, ...words], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      ...ENGINES,
      HOME: folder,
      LM_SERVER: server,
      LM_PASSWORD: PASSWORD,
      ...more,
    },
  });
}
