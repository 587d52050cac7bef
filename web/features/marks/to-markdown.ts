import { clock } from "#server/clock.ts";
import type { Mark } from "./queries.ts";

/** Notes and highlights as a file for anywhere else. */
export function toMarkdown(title: string, marks: Mark[]) {
  const entries = marks.map(({ quote, note, at_seconds, page, area }) => {
    const place =
      at_seconds !== null ? clock(at_seconds) : page !== null ? `p. ${page}` : shareOf(area);
    const quoted = quote && quote.replace(/^/gm, "> ");
    return [place && `**${place}**`, quoted, note].filter(Boolean).join("\n\n");
  });
  return `# ${title}\n\n${entries.join("\n\n---\n\n")}\n`;
}

/** From the left and from above, in hundredths. */
function shareOf(area: number[] | null) {
  const percent = (part = 0) => `${Math.round(part * 100)} %`;
  return area ? `${percent(area[0])}, ${percent(area[1])}` : "";
}
