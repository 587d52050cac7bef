/** Captions beside a lecture: SubRip (SRT) and WebVTT (W3C), read into segments. */
import { fail } from "#server/failures.ts";
import type { Segment } from "#server/providers/stt/contract.ts";

const TIMING =
  /^\s*(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})\s+-->\s+(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})/;

/** @throws Failure `captions-unreadable` when there is not one cue in it. */
export function parseCaptions(content: string): Segment[] {
  const blocks = content
    .replace(/^\uFEFF/, "")
    .replace(/\r\n?/g, "\n")
    .split(/\n[ \t]*\n/);
  const segments: Segment[] = [];
  for (const block of blocks) {
    const lines = block.split("\n").filter((line) => line.trim() !== "");
    const at = lines.findIndex((line) => line.includes("-->"));
    const timing = at === -1 ? undefined : TIMING.exec(lines[at]!);
    if (!timing) continue;
    const text = plainText(lines.slice(at + 1).join(" "));
    const start = seconds(timing.slice(1, 5));
    const end = seconds(timing.slice(5, 9));
    if (text && end >= start) segments.push({ start, end, text });
  }
  if (segments.length === 0) fail("captions-unreadable");
  return withoutOverlap(segments.toSorted((a, b) => a.start - b.start));
}

function seconds([hours, minutes, secs, fraction]: (string | undefined)[]) {
  return Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(secs) + Number(`0.${fraction}`);
}

const ENTITIES: Record<string, string> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&nbsp;": " ",
  "&lrm;": "",
  "&rlm;": "",
};

function plainText(text: string) {
  return text
    .replace(/<[^>]*>|\{\\[^}]*\}/g, "")
    .replace(/&(?:amp|lt|gt|nbsp|lrm|rlm);/g, (entity) => ENTITIES[entity] ?? "")
    .replace(/\s+/g, " ")
    .trim();
}

function withoutOverlap(segments: Segment[]) {
  return segments.map((segment, index) => {
    const next = segments[index + 1];
    return next && next.start < segment.end
      ? { ...segment, end: Math.max(segment.start, next.start) }
      : segment;
  });
}
