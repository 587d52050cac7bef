import { cpus, totalmem } from "node:os";

/** What a benchmark ran on: processors, memory and Node, for its last line. */
export const machine =
  `${cpus().length} x ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ` +
  `Node ${process.version}`;
