/** A marker of Markdown, which draws a list of it. https://spec.commonmark.org/0.31.2/#list-items */
const ITEM = /^(?:[-*+]|\d{1,2}[.)]) /;

/** A quotation as Markdown: in quotation marks, and each item of a list on a line of its own. */
export function inMarks(text: string) {
  const lines = text.split("\n").map((line) => line.replace(/\s+/g, " ").trim());
  const joined = lines
    .filter((line) => line !== "")
    .map((line, i) => `${i === 0 ? "" : ITEM.test(line) ? "\n" : " "}${line}`)
    .join("");
  const marker = ITEM.exec(joined)?.[0] ?? "";
  return `${marker}“${joined.slice(marker.length)}”`;
}
