import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Failure } from "#server/failures.ts";
import { residentBytes } from "#server/resident-bytes.ts";
import type { FromChild, ParseRequest, ParsedDocument } from "./contract.ts";

const CHILD = fileURLToPath(new URL("./child.ts", import.meta.url));
/** A 5,000-page PDF takes about a minute; whatever takes this long will not end. */
const MOST_MS = 10 * 60_000;
/** Reading the pages of a scan takes about two seconds each. */
const MOST_RECOGNISING_MS = 60 * 60_000;
/** Without a sign of progress for so long the child hangs. */
const SILENT_MS = 120_000;
const HEAP_MB = 1024;
const RESIDENT_BYTES = 1536 * 1024 * 1024;

/**
 * Untrusted files are parsed in a process of their own, bounded in time and memory and killed without asking.
 * @throws Failure `document-unreadable`, `document-password`, `document-without-text`, `file-too-large`; the abort
 * reason.
 */
export async function parseInChild(
  request: ParseRequest,
  options: { signal: AbortSignal; onProgress?: (fraction: number) => void },
): Promise<ParsedDocument> {
  options.signal.throwIfAborted();
  const child = fork(CHILD, [], {
    execArgv: [`--max-old-space-size=${HEAP_MB}`, "--disable-warning=ExperimentalWarning"],
    // No secret of the server in its environment.
    env: {
      PATH: process.env.PATH,
      TMPDIR: process.env.TMPDIR,
      TESSDATA_PREFIX: process.env.TESSDATA_PREFIX,
      OMP_THREAD_LIMIT: "1",
    },
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  let heard = Date.now();
  const started = heard;
  let most = MOST_MS;
  let why: string | undefined;
  const kill = (reason?: string) => {
    why ??= reason;
    child.kill("SIGKILL");
  };
  const watch = setInterval(() => {
    if (Date.now() - started > most || Date.now() - heard > SILENT_MS)
      kill("Reading the document took too long.");
    else
      void residentBytes(child.pid).then(
        (bytes) => bytes > RESIDENT_BYTES && kill("Reading the document took too much memory."),
      );
  }, 500);
  const onAbort = () => kill();
  options.signal.addEventListener("abort", onAbort);
  try {
    return await new Promise<ParsedDocument>((resolve, reject) => {
      child.on("message", (message: FromChild) => {
        heard = Date.now();
        if (message.type === "progress") {
          if (message.recognising) most = MOST_RECOGNISING_MS;
          options.onProgress?.(message.fraction);
        } else if (message.type === "parsed") resolve(message.document);
        else reject(new Failure(message.code, message.message ? { message: message.message } : {}));
      });
      child.on("error", reject);
      child.on("exit", () => {
        if (options.signal.aborted) reject(options.signal.reason as Error);
        else
          reject(
            new Failure("document-unreadable", {
              message: `${why ?? "Reading the document failed."} It may be damaged, or made to do harm.`,
            }),
          );
      });
      child.send(request);
    });
  } finally {
    clearInterval(watch);
    options.signal.removeEventListener("abort", onAbort);
    child.kill("SIGKILL");
  }
}
