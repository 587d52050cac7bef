/** Long work on a thread that others use too: it gives the event loop back every so often. */
import { setImmediate } from "node:timers/promises";

const TURN_MS = 20;

export interface Turns {
  /** Whether others have waited long enough; then `await next()`. Asked often, it costs nothing. */
  isOver(): boolean;
  next(): Promise<void>;
}

export function takeTurns(ms = TURN_MS): Turns {
  let began = performance.now();
  return {
    isOver: () => performance.now() - began >= ms,
    async next() {
      await setImmediate();
      began = performance.now();
    },
  };
}

/** Goes out at once. */
const PIECE_LETTERS = 64 * 1024;

/** A long text as it is made, piece by piece: sent in larger ones, and others have their turn in between. */
export async function* inTurns(pieces: Iterable<string>): AsyncGenerator<Buffer> {
  const turns = takeTurns();
  let waiting: string[] = [];
  let letters = 0;
  for (const piece of pieces) {
    waiting.push(piece);
    letters += piece.length;
    if (letters < PIECE_LETTERS && !turns.isOver()) continue;
    yield Buffer.from(waiting.join(""));
    waiting = [];
    letters = 0;
    if (turns.isOver()) await turns.next();
  }
  if (letters > 0) yield Buffer.from(waiting.join(""));
}

/** The text that `JSON.stringify({ ...head, [key]: items }, null, indent)` gives, item by item. */
export function* jsonWithList(
  head: object,
  key: string,
  items: Iterable<unknown>,
  indent = "",
): Generator<string> {
  const empty = JSON.stringify({ ...head, [key]: [] }, null, indent);
  const end = empty.lastIndexOf("[") + 1;
  yield empty.slice(0, end);
  const line = indent && `\n${indent}`;
  let any = false;
  for (const item of items) {
    // A line feed within a text is written as \n.
    const json = JSON.stringify(item, null, indent).replaceAll("\n", `\n${indent}${indent}`);
    yield `${any ? "," : ""}${line && line + indent}${json}`;
    any = true;
  }
  yield `${any ? line : ""}${empty.slice(end)}`;
}
