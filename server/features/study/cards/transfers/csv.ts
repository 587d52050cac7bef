/** Cards as CSV (RFC 4180), for a spreadsheet and back. */
import type { CardKind } from "#server/features/study/cards/shapes.ts";
import type { DeckCard } from "./contract.ts";
import { readWitness, witnessField } from "./witness-field.ts";

export const COLUMNS = [
  "front",
  "back",
  "kind",
  "options",
  "subject",
  "tags",
  "suspended",
  "note_id",
  "ordinal",
  "witness",
] as const;
const KINDS = new Set<string>(["basic", "cloze", "choice", "typed", "occlusion"]);

export function csvLine(values: string[]) {
  const fields = values.map((value) =>
    /[",\r\n]|^[=+\-@\t]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value,
  );
  return `${fields.join(",")}\r\n`;
}

export function toCsvLine(
  card: Omit<DeckCard, "reviews" | "created_at" | "witness"> & {
    witness: Parameters<typeof witnessField>[0];
  },
) {
  return csvLine([
    card.front,
    card.back,
    card.kind,
    card.options ? JSON.stringify(card.options) : "",
    card.subject ?? "",
    card.tags.join(" "),
    String(card.suspended),
    card.note_id,
    String(card.ordinal),
    witnessField(card.witness),
  ]);
}

/** Commas, semicolons or tabs between the columns; a first line of names where there is one, else front and back. */
export function readCsv(text: string): { rows: Partial<DeckCard>[]; skipped: number } {
  const separator = ["\t", ";", ","].sort((a, b) => count(text, b) - count(text, a))[0]!;
  const lines = parse(text.replace(/^\uFEFF/, ""), separator).filter((line) =>
    line.some((value) => value.trim() !== ""),
  );
  const names = (lines[0] ?? []).map((name) => name.trim().toLowerCase());
  const named = names.includes("front");
  const columns: readonly string[] = named ? names : ["front", "back", "tags"];
  let skipped = 0;
  const rows = lines.slice(named ? 1 : 0).flatMap((line): Partial<DeckCard>[] => {
    const value = (name: string) => line[columns.indexOf(name)]?.trim() ?? "";
    const kind = KINDS.has(value("kind")) ? (value("kind") as CardKind) : undefined;
    const options = readOptions(value("options"));
    if (value("front") === "" || options === undefined) {
      skipped += 1;
      return [];
    }
    return [
      {
        front: value("front"),
        back: value("back"),
        ...(kind ? { kind } : {}),
        options,
        subject: value("subject").slice(0, 100) || null,
        tags: value("tags").split(/\s+/).filter(Boolean).slice(0, 50),
        suspended: value("suspended") === "true",
        witness: readWitness(value("witness")),
        ...(value("note_id") ? { note_id: value("note_id").slice(0, 100) } : {}),
        ...(/^\d{1,3}$/.test(value("ordinal")) ? { ordinal: Number(value("ordinal")) } : {}),
      },
    ];
  });
  return { rows, skipped };
}

function readOptions(text: string): DeckCard["options"] | undefined {
  if (text === "") return null;
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? (parsed as DeckCard["options"]) : undefined;
  } catch {
    return text.split("|").map((option) => option.trim());
  }
}

function count(text: string, letter: string) {
  return text.slice(0, 2000).split(letter).length;
}

function parse(text: string, separator: string) {
  const lines: string[][] = [[]];
  let value = "";
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at]!;
    if (quoted) {
      if (letter !== '"') value += letter;
      else if (text[at + 1] === '"') {
        value += '"';
        at += 1;
      } else quoted = false;
    } else if (letter === '"' && value === "") quoted = true;
    else if (letter === separator || letter === "\n" || letter === "\r") {
      if (letter === "\r" && text[at + 1] === "\n") at += 1;
      lines.at(-1)!.push(value);
      value = "";
      if (letter !== separator) lines.push([]);
    } else value += letter;
  }
  lines.at(-1)!.push(value);
  return lines;
}
