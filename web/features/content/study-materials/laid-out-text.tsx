/** Headings, lists, tables and notes of a document; each span of text says where it begins (`data-from`). */
import { Fragment, useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { classes } from "../../../ui/classes.ts";
import {
  createBlocks,
  createCutter,
  type Block,
  type Item,
  type Layout,
  type Leaf,
  type Piece,
  type TableCell,
} from "./layout-blocks.ts";

export interface Drawn {
  content: string;
  blocksOf: (from: number, to: number) => Block[];
  cut: (leaf: Leaf) => Piece[];
  /** How many headings of the page stand above those of the document. */
  above: number;
}

/** What all parts of a document are drawn with. */
export function useDrawn(
  content: string,
  layout: Layout,
  quote: Leaf | undefined,
  above: number,
): Drawn {
  return useMemo(
    () => ({
      content,
      blocksOf: createBlocks(content, layout),
      cut: createCutter(layout, quote),
      above,
    }),
    [content, layout, quote, above],
  );
}

export function LaidOutText({ drawn, from, to }: { drawn: Drawn } & Leaf) {
  const { blocksOf } = drawn;
  const blocks = useMemo(() => blocksOf(from, to), [blocksOf, from, to]);
  return <Blocks blocks={blocks} drawn={drawn} />;
}

function Blocks({ blocks, drawn }: { blocks: Block[]; drawn: Drawn }) {
  return blocks.map((block) => <BlockView key={block.from} block={block} drawn={drawn} />);
}

const TAGS = ["h2", "h3", "h4", "h5", "h6"] as const;
const SIZES = ["text-2xl", "text-xl", "text-lg", "text-base", "text-base"];

function BlockView({ block, drawn }: { block: Block; drawn: Drawn }) {
  const { t } = useTranslation();
  switch (block.kind) {
    case "heading": {
      const Tag = TAGS[Math.min(TAGS.length, block.level + drawn.above) - 1]!;
      return (
        <Tag
          data-from={block.from}
          className={classes(
            "mt-8 mb-3 leading-snug font-semibold text-balance first:mt-0",
            SIZES[Math.min(SIZES.length, block.level) - 1],
          )}
        >
          {letters(block, drawn)}
        </Tag>
      );
    }
    case "list":
      return <List items={block.items} drawn={drawn} />;
    case "table":
      return <Table block={block} drawn={drawn} />;
    case "note":
      return (
        <p
          data-from={block.from}
          className="my-3 border-s-2 border-line ps-3 text-sm whitespace-pre-wrap text-soft"
        >
          {letters(block, drawn)}
        </p>
      );
    case "speaker_notes":
      return (
        <div
          role="note"
          aria-label={t("material.speakerNotes")}
          className="my-4 rounded-xl bg-sunken px-4 py-3 text-sm text-soft"
        >
          <p className="mb-2 text-xs font-medium">{t("material.speakerNotes")}</p>
          <Blocks blocks={block.blocks} drawn={drawn} />
        </div>
      );
    case "text":
      return (
        <p data-from={block.from} className="my-3 whitespace-pre-wrap first:mt-0 last:mb-0">
          {letters(block, drawn)}
        </p>
      );
  }
}

function List({ items, drawn }: { items: Item[]; drawn: Drawn }) {
  return (
    // A sign that the file counted stands in the text; what has none gets the browser's.
    <ul className="my-3 grid gap-1.5 ps-6">
      {items.map((item) => (
        <li key={item.from} className={item.mark > 0 ? "list-none" : "list-disc"}>
          <div className={item.mark > 0 ? "-ms-6 flex" : undefined}>
            {item.mark > 0 && (
              <span data-from={item.from} className="min-w-6 shrink-0 pe-1.5 whitespace-pre">
                {letters({ from: item.from, to: item.from + item.mark }, drawn)}
              </span>
            )}
            <span data-from={item.from + item.mark} className="min-w-0 whitespace-pre-wrap">
              {letters({ from: item.from + item.mark, to: item.to }, drawn)}
            </span>
          </div>
          {item.items.length > 0 && <List items={item.items} drawn={drawn} />}
        </li>
      ))}
    </ul>
  );
}

function Table({ block, drawn }: { block: Extract<Block, { kind: "table" }>; drawn: Drawn }) {
  const { t } = useTranslation();
  return (
    // Wide ones scroll by themselves, by keyboard too.
    <div
      role="group"
      aria-label={t("material.table")}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className="my-4 max-w-full overflow-x-auto"
    >
      <table className="border-collapse text-[0.9375rem] leading-normal">
        <tbody>
          {block.rows.map((cells, row) => (
            <tr key={cells[0]?.from ?? row}>
              {filled(cells, block.columns).map((cell, at) => (
                <CellView key={at} cell={cell} isHead={row < block.headRows} drawn={drawn} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const CELL = "border border-line px-3 py-1.5 text-start align-top whitespace-pre-wrap";

function CellView({
  cell,
  isHead,
  drawn,
}: {
  cell: TableCell | number;
  isHead: boolean;
  drawn: Drawn;
}) {
  if (typeof cell === "number") return <td colSpan={cell} className={CELL} />;
  const span = { colSpan: cell.columns, "data-from": cell.from };
  return isHead ? (
    <th {...span} scope="col" className={classes(CELL, "bg-sunken font-semibold")}>
      {letters(cell, drawn)}
    </th>
  ) : (
    <td {...span} className={CELL}>
      {letters(cell, drawn)}
    </td>
  );
}

/** Empty cells are not in the text: a number of columns stands for them. */
function filled(cells: TableCell[], columns: number): (TableCell | number)[] {
  const row: (TableCell | number)[] = [];
  let next = 0;
  for (const cell of cells) {
    if (cell.column > next) row.push(cell.column - next);
    row.push(cell);
    next = cell.column + cell.columns;
  }
  if (next < columns) row.push(columns - next);
  return row;
}

function letters(leaf: Leaf, { content, cut }: Drawn): ReactNode {
  return cut(leaf).map(({ from, to, strong, emphasis, marked }) => {
    let piece: ReactNode = content.slice(from, to);
    if (emphasis) piece = <em>{piece}</em>;
    if (strong) piece = <strong className="font-semibold">{piece}</strong>;
    if (marked) piece = <mark>{piece}</mark>;
    return <Fragment key={from}>{piece}</Fragment>;
  });
}
