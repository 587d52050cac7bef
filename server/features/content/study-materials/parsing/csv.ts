import Papa from "papaparse";
import { cleanText } from "./clean-text.ts";
import type { ParsedDocument } from "./contract.ts";

/** Tables as text through Papa Parse (https://www.papaparse.com/docs), which finds out what divides the cells. */
export function parseCsv(text: string): ParsedDocument {
  const lines: string[] = [];
  Papa.parse<string[]>(text, {
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
