import Papa from "papaparse";
import { cleanText } from "./clean-text.ts";
import type { ParsedDocument } from "./contract.ts";

/** Tables as text through Papa Parse (https://www.papaparse.com/docs), which finds out what divides the cells. */
export function parseCsv(text: string): ParsedDocument {
  const lines: string[] = [];
  // Excel's own first line says what divides the cells.
  const named = /^sep=(.)\r?\n/.exec(text);
  Papa.parse<string[]>(named ? text.slice(named[0].length) : text, {
    ...(named && { delimiter: named[1]! }),
    skipEmptyLines: "greedy",
    step: ({ data }) => {
      const cells = data
        .map((cell) => cell.replace(/\s+/g, " ").trim())
        .filter((cell) => cell !== "");
      if (cells.length > 0) lines.push(cells.join(" | "));
    },
  });
  return { content: cleanText(lines.join("\n")), sections: [] };
}
