/** Reads the server's source for tests that compare it with what is written elsewhere. */
import { parseSync } from "vite";

export interface Node {
  type: string;
  start: number;
  [key: string]: unknown;
}

/** @returns the statements of a file */
export function statementsOf(name: string, text: string) {
  return parseSync(name, text).program.body as unknown as Node[];
}

/** Tells every node of a tree, from the root down. */
export function visit(node: unknown, told: (node: Node) => void) {
  if (Array.isArray(node)) for (const each of node) visit(each, told);
  else if (typeof node === "object" && node !== null) {
    if ("type" in node) told(node as Node);
    for (const value of Object.values(node)) visit(value, told);
  }
}
