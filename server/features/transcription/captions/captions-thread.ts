import { parentPort, workerData } from "node:worker_threads";
import { Failure } from "#server/failures.ts";
import type { EncodingHints } from "#server/text-encoding/decode-text.ts";
import { asWritten } from "../written-segment.ts";
import { readCaptions } from "./read-captions.ts";

const { bytes, hints } = workerData as { bytes: Uint8Array; hints: EncodingHints };
try {
  const read = readCaptions(bytes, hints);
  parentPort!.postMessage({ read: { ...read, segments: read.segments.map(asWritten) } });
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  parentPort!.postMessage({ failed: { code: error.code, message: error.message } });
}
