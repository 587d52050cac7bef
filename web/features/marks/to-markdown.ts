import { clock } from "#server/clock.ts";
import type { Mark } from "./queries.ts";

/** Notes and highlights as a file for anywhere else. */
export function toMarkdown(title: string, marks: Mark[]) {
  const entries = marks.map(({ quote, note, at_seconds, page }) => {
    const place = at_seconds !== null ? clock(at_seconds) : page !== null ? `p. ${page}` : "";
    const quoted = quote && quote.replace(/^/gm, "> ");
    return [place && `**${place}**`, quoted, note].filter(Boolean).join("\n\n");
  });
  return `# ${title}\n\n${entries.join("\n\n---\n\n")}\n`;
}
