/** One line of a suitcase: read only when what it would take in memory is known. */
import { isUtf8 } from "node:buffer";
import { refuse } from "./suitcase.ts";

/**
 * No column of ours is nested deeper than a few levels; both JSON.stringify and PostgreSQL give up at some thousands.
 */
const MOST_DEPTH = 64;
/** A value takes some 40 bytes in memory, and 2 in a line. */
const MOST_VALUES = 2_000_000;

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] =
  Buffer.from('"\\,[]{}');

/** @throws Failure `suitcase-unreadable`, saying where. */
export function readLine(line: Buffer, where: string): Record<string, unknown> {
  if (!isUtf8(line)) refuse(`${where} is not written in UTF-8.`);
  measure(line, where);
  let row: unknown;
  try {
    row = JSON.parse(line.toString());
  } catch (cause) {
    refuse(`${where} cannot be read.`, cause);
  }
  if (row === null || typeof row !== "object" || Array.isArray(row)) refuse(`${where} is no row.`);
  return row as Record<string, unknown>;
}

function measure(line: Buffer, where: string) {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < line.length; at++) {
    const byte = line[at];
    if (byte === QUOTE) {
      at = endOfString(line, at);
      continue;
    }
    if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      depth += 1;
      values += 1;
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth -= 1;
    else if (byte === COMMA) values += 1;
    else continue;
    if (depth > MOST_DEPTH) refuse(`${where} is nested too deep.`);
    if (values > MOST_VALUES) refuse(`${where} holds more values than a row can have.`);
  }
}

/** @returns where its closing quotation mark stands, or the end of the line. */
function endOfString(line: Buffer, start: number) {
  for (let from = start + 1; ;) {
    const end = line.indexOf(QUOTE!, from);
    if (end < 0) return line.length;
    let slashes = 0;
    while (line[end - 1 - slashes] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return end;
    from = end + 1;
  }
}
