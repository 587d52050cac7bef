/**
 * Captions of an upload. Ten megabytes of them take a second: that is spent in a thread of its own, and everybody else
 * is served.
 */
import { Worker } from "node:worker_threads";
import { Failure, type FailureCode } from "#server/failures.ts";
import { createLine } from "#server/line.ts";
import type { EncodingHints } from "#server/text-encoding/decode-text.ts";
import type { WrittenSegment } from "../written-segment.ts";
import type { SuppliedCaptions } from "./contract.ts";

export type WrittenCaptions = SuppliedCaptions<WrittenSegment>;

const MOST_BYTES = 10 * 1024 * 1024;
/** Ten times what the worst file of the greatest length takes on a slow machine. */
const MOST_MS = 60_000;

export interface CaptionsFile {
  bytes: Uint8Array;
  filename: string | undefined;
}

/** @throws Failure `captions-unreadable` above 10 MB. */
export async function collectCaptions(
  content: AsyncIterable<Uint8Array>,
  filename?: string,
): Promise<CaptionsFile> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (size > MOST_BYTES)
      throw new Failure("captions-unreadable", {
        message: "The captions file is larger than 10 MB.",
      });
    chunks.push(chunk);
  }
  return { bytes: Buffer.concat(chunks), filename };
}

/** A thread may take hundreds of megabytes for the longest file: the others wait in line. */
const line = createLine(2);

/** @throws Failure `captions-unreadable`, as readCaptions. */
export function readCaptionsAside(
  bytes: Uint8Array,
  hints: EncodingHints,
): Promise<WrittenCaptions> {
  return line.run(() => readInThread(bytes, hints));
}

function readInThread(bytes: Uint8Array, hints: EncodingHints): Promise<WrittenCaptions> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./captions-thread.ts", import.meta.url), {
      workerData: { bytes, hints },
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    });
    const unreadable = (cause?: unknown) =>
      reject(new Failure("captions-unreadable", cause === undefined ? {} : { cause }));
    const timer = setTimeout(() => void worker.terminate(), MOST_MS);
    worker.once(
      "message",
      (answer: { read?: WrittenCaptions; failed?: { code: FailureCode; message: string } }) => {
        if (answer.read) resolve(answer.read);
        else reject(new Failure(answer.failed!.code, { message: answer.failed!.message }));
      },
    );
    worker.once("error", unreadable);
    worker.once("exit", () => {
      clearTimeout(timer);
      unreadable();
    });
  });
}
