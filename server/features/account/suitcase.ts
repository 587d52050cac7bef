/** What is read of a suitcase, and the sentence with which one is refused. */
import type { Readable } from "node:stream";
import type { Entry } from "yauzl";
import { Failure } from "#server/failures.ts";

export interface Suitcase {
  entries: Map<string, Entry>;
  read(name: string): Promise<Readable>;
  /** The objects of `data/rows/<table>.jsonl`, in order. */
  rows(table: string): AsyncGenerator<Record<string, unknown>>;
  /** Properties that the suitcase's own schema names. */
  columns(table: string): Promise<string[]>;
  close(): void;
}

/** @throws Failure `suitcase-unreadable`. */
export function refuse(why: string, cause?: unknown): never {
  throw refusal(why, cause);
}

/** The failure itself, for who throws it. @throws Failure `suitcase-unreadable`, when thrown. */
export function refusal(why: string, cause?: unknown) {
  return new Failure("suitcase-unreadable", {
    message: `This suitcase cannot be taken in. ${why} Nothing was changed.`,
    cause,
  });
}
