/**
 * What a tutor writes, shown without ever becoming HTML: paragraphs, headings, lists, code, bold, italic, and [1] as the citation of that
 * number.
 */
import { Fragment, type ReactNode } from "react";
import type { Citation } from "#server/features/interactions/shapes.ts";
import { CitationNumber } from "./citation-chip.tsx";

type Block =
  | { kind: "paragraph" | "heading" | "quote"; text: string }
  | { kind: "code"; text: string }
  | { kind: "list"; ordered: boolean; items: string[] };

export function AnswerText({ text, citations }: { text: string; citations: Citation[] }) {
  return (
    <div className="grid gap-3 leading-[1.7]">
      {toBlocks(text).map((block, index) => (
        <Fragment key={index}>{show(block, citations)}</Fragment>
      ))}
    </div>
  );
}

function show(block: Block, citations: Citation[]) {
  switch (block.kind) {
    case "heading":
      return <h3 className="mt-2 font-semibold">{inline(block.text, citations)}</h3>;
    case "quote":
      return (
        <blockquote className="border-l-2 border-accent/50 pl-4 text-soft">
          {inline(block.text, citations)}
        </blockquote>
      );
    case "code":
      return (
        <pre className="overflow-x-auto rounded-lg bg-sunken p-3 text-sm">
          <code>{block.text}</code>
        </pre>
      );
    case "list": {
      const items = block.items.map((item, index) => (
        <li key={index}>{inline(item, citations)}</li>
      ));
      return block.ordered ? (
        <ol className="grid list-decimal gap-1.5 pl-6">{items}</ol>
      ) : (
        <ul className="grid list-disc gap-1.5 pl-6 marker:text-faint">{items}</ul>
      );
    }
    default:
      return <p className="whitespace-pre-line">{inline(block.text, citations)}</p>;
  }
}

export function toBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  let code: string[] | undefined;
  let open = false;
  for (const line of text.split("\n")) {
    if (/^\s*```/.test(line)) {
      if (code) blocks.push({ kind: "code", text: code.join("\n") });
      code = code ? undefined : [];
      open = false;
      continue;
    }
    if (code) {
      code.push(line);
      continue;
    }
    if (line.trim() === "") {
      open = false;
      continue;
    }
    const item = /^\s*(?:[-*•]|(\d+)[.)])\s+(.*)$/.exec(line);
    const heading = /^#{1,6}\s+(.*)$/.exec(line);
    const quote = /^>\s?(.*)$/.exec(line);
    const last = blocks.at(-1);
    if (heading) {
      blocks.push({ kind: "heading", text: heading[1]! });
      open = false;
    } else if (item) {
      const ordered = item[1] !== undefined;
      if (last?.kind === "list" && last.ordered === ordered) last.items.push(item[2]!);
      else blocks.push({ kind: "list", ordered, items: [item[2]!] });
      open = true;
    } else if (quote) {
      if (open && last?.kind === "quote") last.text += `\n${quote[1]}`;
      else blocks.push({ kind: "quote", text: quote[1]! });
      open = true;
    } else if (open && last?.kind === "paragraph") last.text += `\n${line}`;
    else if (open && last?.kind === "list") last.items[last.items.length - 1] += ` ${line.trim()}`;
    else {
      blocks.push({ kind: "paragraph", text: line });
      open = true;
    }
  }
  // An answer that is still coming may end inside of code.
  if (code) blocks.push({ kind: "code", text: code.join("\n") });
  return blocks;
}

function inline(text: string, citations: Citation[]): ReactNode[] {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const match of text.matchAll(/\[(\d{1,3})\]|\*\*([^*]+)\*\*|`([^`]+)`|\*([^*\s][^*]*)\*/g)) {
    const [whole, number, bold, code, italic] = match;
    const citation = number ? citations.find((one) => one.number === Number(number)) : undefined;
    if (number && !citation) continue;
    parts.push(text.slice(at, match.index));
    if (citation) parts.push(<CitationNumber key={match.index} citation={citation} />);
    else if (bold) parts.push(<strong key={match.index}>{inline(bold, citations)}</strong>);
    else if (code)
      parts.push(
        <code key={match.index} className="rounded bg-sunken px-1 py-0.5 text-[0.9em]">
          {code}
        </code>,
      );
    else if (italic) parts.push(<em key={match.index}>{inline(italic, citations)}</em>);
    at = match.index + whole.length;
  }
  parts.push(text.slice(at));
  return parts;
}
