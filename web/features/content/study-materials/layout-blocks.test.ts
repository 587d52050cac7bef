import { expect, it } from "vitest";
import { createBlocks, createCutter, type Block, type Item, type Layout } from "./layout-blocks.ts";

const content =
  "Cells\n\nA wall.\n\nAnother.\n\n1. one\n\n• below\n\n2. two\n\nA | B\nC\n\nSay\n\nit.";
const at = (words: string) => {
  const start_offset = content.indexOf(words);
  return { start_offset, end_offset: start_offset + words.length };
};
const layout: Layout = [
  { kind: "heading", level: 1, ...at("Cells") },
  { kind: "strong", ...at("wall") },
  { kind: "item", level: 0, mark: 3, ...at("1. one") },
  { kind: "item", level: 1, mark: 2, ...at("• below") },
  { kind: "item", level: 0, mark: 3, ...at("2. two") },
  { kind: "table", ...at("A | B\nC"), head_rows: 1, cells: [] },
  { kind: "speaker_notes", ...at("Say\n\nit.") },
  { kind: "item", level: 3, mark: 0, ...at("it.") },
];
layout[5]!.cells = [
  [0, 0, 1, at("A | B").start_offset, at("A | B").start_offset + 1],
  [0, 1, 1, at("B\nC").start_offset, at("B\nC").start_offset + 1],
  [1, 1, 1, at("C\n\nSay").start_offset, at("C\n\nSay").start_offset + 1],
];

const items = (list: Item[]): unknown[] =>
  list.map(({ from, to, mark, items: inner }) => [content.slice(from + mark, to), items(inner)]);
const shown = (block: Block): unknown => {
  if (block.kind === "list") return ["list", items(block.items)];
  if (block.kind === "speaker_notes") return ["speaker_notes", block.blocks.map(shown)];
  if (block.kind === "table")
    return block.rows.map((row) =>
      row.map(({ column, from, to }) => [column, content.slice(from, to)]),
    );
  return [block.kind, content.slice(block.from, block.to)];
};

it("cuts a text into headings, paragraphs, lists in lists, tables and notes", () => {
  const blocks = createBlocks(content, layout)(0, content.length);
  expect(blocks.map(shown)).toEqual([
    ["heading", "Cells"],
    ["text", "A wall."],
    ["text", "Another."],
    [
      "list",
      [
        ["one", [["below", []]]],
        ["two", []],
      ],
    ],
    [
      [
        [0, "A"],
        [1, "B"],
      ],
      [[1, "C"]],
    ],
    [
      "speaker_notes",
      [
        ["text", "Say"],
        ["list", [["it.", []]]],
      ],
    ],
  ]);
});

it("loses no letter, whatever span is asked for and however odd its layout is", () => {
  const odd: Layout = [
    ...layout,
    { kind: "item", level: 9, mark: 500, ...at("Another.") },
    { kind: "heading", level: 40, start_offset: 3, end_offset: 9000 },
  ];
  for (let from = 0; from < content.length; from += 3) {
    const blocks = createBlocks(content, odd)(from, content.length);
    let end = from;
    for (const block of blocks) {
      expect(content.slice(end, block.from).trim()).toBe("");
      end = Math.max(end, block.to);
    }
    expect(content.slice(end).trim()).toBe("");
  }
});

it("cuts letters where they begin to be bold or marked", () => {
  const quote = { from: at("all.").start_offset, to: at("all.").end_offset };
  const pieces = createCutter(layout, quote)({ from: at("A wall.").start_offset, to: quote.to });
  expect(
    pieces.map(({ from, to, strong, marked }) => [content.slice(from, to), strong, marked]),
  ).toEqual([
    ["A ", false, false],
    ["w", true, false],
    ["all", true, true],
    [".", false, true],
  ]);
});
