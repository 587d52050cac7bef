import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Failure } from "#server/failures.ts";
import { residentBytes } from "#server/resident-bytes.ts";
import type { DeckCard, FromReader, ReadDeck, ReadRequest } from "./contract.ts";

const CHILD = fileURLToPath(new URL("./reader-child.ts", import.meta.url));
/** A deck of forty thousand notes with a gigabyte of media takes about a minute. */
const MOST_MS = 10 * 60_000;
const HEAP_MB = 1536;
const RESIDENT_BYTES = 2048 * 1024 * 1024;

/**
 * Packages come from strangers: they are read in a process of their own, bounded in time and memory and killed without
 * asking.
 * @throws Failure `document-unreadable`, `file-too-large`; the abort reason.
 */
export async function readInChild(request: ReadRequest, signal: AbortSignal): Promise<ReadDeck> {
  signal.throwIfAborted();
  const child = fork(CHILD, [], {
    execArgv: [`--max-old-space-size=${HEAP_MB}`, "--disable-warning=ExperimentalWarning"],
    // No secret of the server in its environment.
    env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR },
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const started = Date.now();
  let why: string | undefined;
  const kill = (reason?: string) => {
    why ??= reason;
    child.kill("SIGKILL");
  };
  const watch = setInterval(() => {
    if (Date.now() - started > MOST_MS) kill("Reading the deck took too long.");
    else
      void residentBytes(child.pid).then(
        (bytes) => bytes > RESIDENT_BYTES && kill("Reading the deck took too much memory."),
      );
  }, 500);
  const onAbort = () => kill();
  signal.addEventListener("abort", onAbort);
  try {
    return await new Promise<ReadDeck>((resolve, reject) => {
      const cards: DeckCard[] = [];
      child.on("message", (message: FromReader) => {
        if (message.type === "cards") cards.push(...message.cards);
        else if (message.type === "read") resolve({ ...message.rest, cards });
        else reject(new Failure(message.code, { message: message.message }));
      });
      child.on("error", reject);
      child.on("exit", () => {
        if (signal.aborted) reject(signal.reason as Error);
        else
          reject(
            new Failure("document-unreadable", {
              message: `${why ?? "Reading the deck failed."} It may be damaged, or made to do harm.`,
            }),
          );
      });
      child.send(request);
    });
  } finally {
    clearInterval(watch);
    signal.removeEventListener("abort", onAbort);
    child.kill("SIGKILL");
  }
}
