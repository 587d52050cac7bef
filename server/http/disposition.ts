import { create } from "content-disposition";

/** A file's name as browsers save it (RFC 6266): in any script, and for old readers in ASCII. */
export function disposition(type: "attachment" | "inline", filename: string) {
  // Half of a surrogate pair has no UTF-8.
  return create(filename.toWellFormed(), { type });
}
