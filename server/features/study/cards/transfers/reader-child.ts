/** The process that reads one deck: it is sent one request, answers, and is ended by its parent. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { checkCard, ordinalsOf } from "#server/features/study/cards/check-card.ts";
import { readCardText } from "#server/features/study/cards/read-card-text.ts";
import { decodeText } from "#server/text-encoding/decode-text.ts";
import {
  MOST_CARDS,
  type DeckCard,
  type FromReader,
  type ReadDeck,
  type ReadRequest,
} from "./contract.ts";
import { readCsv } from "./csv.ts";
import { CLIP_NAME } from "./note-types.ts";
import { readCollection } from "./read-collection.ts";
import { Refused, unpackPackage } from "./unpack-package.ts";

/** In one message. */
const CARDS_AT_ONCE = 1000;

process.once("message", (request: ReadRequest) => void answer(request));
process.on("disconnect", () => process.exit());

async function answer(request: ReadRequest) {
  try {
    const read = request.format === "apkg" ? await readPackage(request) : await readText(request);
    const { cards, ...rest } = read;
    for (let at = 0; at < cards.length; at += CARDS_AT_ONCE)
      send({ type: "cards", cards: cards.slice(at, at + CARDS_AT_ONCE) });
    send({ type: "read", rest });
  } catch (error) {
    const refused = error instanceof Refused ? error : new Refused("This file cannot be read.");
    send({ type: "failed", code: refused.code, message: refused.message });
  }
}

async function readPackage({ path, folder }: ReadRequest): Promise<ReadDeck> {
  const { collection, media: all, remarks } = await unpackPackage(path, folder);
  const media = all.filter(({ name }) => !CLIP_NAME.test(name));
  const read = readCollection(collection, new Set(media.map(({ name }) => name)));
  return checked({ cards: read.cards, media, remarks: [...remarks, ...read.remarks] });
}

async function readText({ path, format }: ReadRequest): Promise<ReadDeck> {
  const { text } = decodeText(await readFile(path), {});
  const { rows, skipped } =
    format === "csv"
      ? readCsv(text)
      : { rows: readMarkdown(text), skipped: readCardText(text).skipped.length };
  if (rows.length > MOST_CARDS)
    throw new Refused(`This deck has more than ${MOST_CARDS} cards.`, "file-too-large");
  const cards = rows.flatMap((row) => complete(row));
  return checked({
    cards,
    media: [],
    remarks: skipped > 0 ? [`${skipped} lines make no card.`] : [],
  });
}

function readMarkdown(text: string): Partial<DeckCard>[] {
  return readCardText(text).cards.map(({ card }) => ({
    ...card,
    front: card.front.replaceAll("\n<br>\n", "\n\n"),
    back: card.back.replaceAll("\n<br>\n", "\n\n"),
  }));
}

/** A row without an id gets one that is the same at the next import: its text's hash. */
function complete(row: Partial<DeckCard>): DeckCard[] {
  const { front = "", back = "", options = null } = row;
  const kind =
    row.kind ??
    (ordinalsOf({ kind: "cloze", front, back }).length > 0
      ? "cloze"
      : options
        ? "choice"
        : "basic");
  const note_id =
    row.note_id ??
    createHash("sha256").update(`${kind}\n${front}`).digest("base64url").slice(0, 22);
  const ordinals =
    row.ordinal === undefined ? ordinalsOf({ kind, front, back, options }) : [row.ordinal];
  return ordinals.map((ordinal) => ({
    note_id,
    ordinal,
    kind,
    front,
    back,
    options,
    subject: row.subject ?? null,
    tags: row.tags ?? [],
    suspended: row.suspended ?? false,
    witness: row.witness ?? null,
    created_at: Date.now(),
    reviews: [],
  }));
}

/** What could not be asked is left out: an empty answer of a basic card is all that is forgiven. */
function checked(deck: ReadDeck): ReadDeck {
  const whole = deck.cards.filter(
    (card) =>
      card.front.length <= 20_000 &&
      checkCard({ ...card, back: card.back || (card.kind === "basic" ? "—" : "") }).length === 0,
  );
  const left = deck.cards.length - whole.length;
  return {
    ...deck,
    cards: whole.map((card) =>
      card.kind === "basic" && card.back.trim() === "" ? { ...card, back: "—" } : card,
    ),
    remarks:
      left > 0
        ? [
            ...deck.remarks,
            `${left} cards were left out: a side is empty, or a choice has no right option.`,
          ]
        : deck.remarks,
  };
}

function send(message: FromReader) {
  process.send?.(message);
}
