import { parentPort, workerData } from "node:worker_threads";
import { Failure } from "#server/failures.ts";
import type { EncodingHints } from "#server/text-encoding/decode-text.ts";
import { readCaptions } from "./read-captions.ts";

const { bytes, hints } = workerData as { bytes: Uint8Array; hints: EncodingHints };
try {
  parentPort!.postMessage({ read: readCaptions(bytes, hints) });
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  parentPort!.postMessage({ failed: { code: error.code, message: error.message } });
}
