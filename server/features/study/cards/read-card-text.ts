/**
 * Many cards from one text, as students keep them in a file:
 *
 * - `front<Tab>back`, `front :: back` or `front | back`, one a line;
 * - `Q: …` and `A: …`, which may run over several lines;
 * - a line with gaps such as `{{c1::word}}` is a cloze.
 */
import { gapsOf } from "./cloze.ts";
import type { WrittenCard } from "./create-cards.ts";

export interface ReadCard {
  line: number;
  card: Pick<WrittenCard, "kind" | "front" | "back">;
}

export interface SkippedLine {
  line: number;
  text: string;
  reason: string;
}

export const MOST_CARDS = 5000;

export function readCardText(text: string): { cards: ReadCard[]; skipped: SkippedLine[] } {
  const cards: ReadCard[] = [];
  const skipped: SkippedLine[] = [];
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  let at = 0;
  while (at < lines.length) {
    const line = lines[at]!;
    const number = at + 1;
    if (/^\s*Q\s*[:.]/i.test(line)) {
      const block = readQuestion(lines, at);
      at = block.next;
      if (block.back === "")
        skipped.push({ line: number, text: line.slice(0, 200), reason: "has no answer (A: …)" });
      else cards.push({ line: number, card: { kind: "basic", ...block } });
      continue;
    }
    at += 1;
    if (line.trim() === "" || /^\s*#/.test(line)) continue;
    const made = readLine(line);
    if (made) cards.push({ line: number, card: made });
    else
      skipped.push({
        line: number,
        text: line.slice(0, 200),
        reason: "has no tab, no :: and no gap, so that front and back cannot be told apart",
      });
  }
  for (const { line, card } of cards.splice(MOST_CARDS))
    skipped.push({
      line,
      text: card.front.slice(0, 200),
      reason: `is beyond the ${MOST_CARDS} cards that one text may make`,
    });
  return { cards, skipped };
}

function readLine(line: string): ReadCard["card"] | undefined {
  if (gapsOf(line).length > 0) {
    const [front = "", back = ""] = line.split("\t", 2);
    return { kind: "cloze", front: front.trim(), back: back.trim() };
  }
  for (const mark of ["\t", " :: ", "::", " | "]) {
    const cut = line.indexOf(mark);
    if (cut <= 0) continue;
    const front = line.slice(0, cut).trim();
    const back = line.slice(cut + mark.length).trim();
    if (front !== "" && back !== "") return { kind: "basic", front, back };
  }
  return undefined;
}

function readQuestion(lines: string[], start: number) {
  const parts = { front: [] as string[], back: [] as string[] };
  let side: "front" | "back" = "front";
  let at = start;
  for (; at < lines.length; at += 1) {
    const line = lines[at]!;
    if (at > start && /^\s*Q\s*[:.]/i.test(line)) break;
    if (/^\s*A\s*[:.]/i.test(line)) side = "back";
    // An empty line ends an answer.
    else if (line.trim() === "" && side === "back") break;
    parts[side].push(line.replace(/^\s*[QA]\s*[:.]\s*/i, ""));
  }
  return {
    front: parts.front.join("\n").trim(),
    back: parts.back.join("\n").trim(),
    next: Math.max(at, start + 1),
  };
}
