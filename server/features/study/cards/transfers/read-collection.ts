/**
 * Notes, cards and reviews of an Anki collection: schema 11 (anki2, anki21), in which note types are JSON, and schema
 * 18 (anki21b), in which they are tables with protobuf
 * (https://github.com/ankidroid/Anki-Android/wiki/Database-Structure).
 */
import { DatabaseSync } from "node:sqlite";
import { gapsOf } from "#server/features/study/cards/cloze.ts";
import type { CoveredPart } from "#server/features/study/cards/shapes.ts";
import { MOST_CARDS, type DeckCard, type DeckReview } from "./contract.ts";
import { toMarkdown } from "./html-text.ts";
import { OUR_TYPES } from "./note-types.ts";
import { numberField, textField } from "./protobuf.ts";
import { fieldsIn, renderTemplate } from "./render-template.ts";
import { Refused } from "./unpack-package.ts";
import { readWitness } from "./witness-field.ts";

interface NoteType {
  name: string;
  cloze: boolean;
  occlusion: boolean;
  fields: string[];
  templates: { question: string; answer: string }[];
}

interface NoteRow {
  id: bigint;
  guid: string;
  mid: bigint;
  tags: string;
  flds: string;
}

interface CardRow {
  id: bigint;
  nid: bigint;
  did: bigint;
  ord: bigint;
  queue: bigint;
}

/** Anki's number for a note type made for covered pictures. */
const OCCLUSION_KIND = 6;
export function readCollection(path: string, mediaNames: Set<string>) {
  const database = open(path);
  try {
    const all = <T>(query: string) => {
      const statement = database.prepare(query);
      statement.setReadBigInts(true);
      return statement.all() as T[];
    };
    const [{ count } = { count: 0n }] = all<{ count: bigint }>(
      "select count(*) as count from cards",
    );
    if (count > MOST_CARDS)
      throw new Refused(`This deck has more than ${MOST_CARDS} cards.`, "file-too-large");
    const types = readNoteTypes(all);
    const decks = readDecks(all);
    const notes = new Map(
      all<NoteRow>("select id, guid, mid, tags, flds from notes").map((note) => [note.id, note]),
    );
    const reviews = Map.groupBy(
      all<{ id: bigint; cid: bigint; ease: bigint; time: bigint }>(
        "select id, cid, ease, time from revlog where ease between 1 and 4 order by id",
      ),
      ({ cid }) => cid,
    );
    const mediaOf = (name: string) =>
      mediaNames.has(name) ? `media:${encodeURIComponent(name)}` : undefined;
    const cards: DeckCard[] = [];
    let unread = 0;
    for (const row of all<CardRow>("select id, nid, did, ord, queue from cards order by id")) {
      const note = notes.get(row.nid);
      const type = note && types.get(note.mid);
      const content = type && makeCard(type, note, Number(row.ord), mediaOf);
      if (!note || !content) {
        unread += 1;
        continue;
      }
      cards.push({
        ...content,
        note_id: note.guid.slice(0, 100) || String(note.id),
        ordinal: Number(row.ord),
        subject: subjectOf(decks.get(row.did)),
        tags: [...new Set(note.tags.split(/\s+/).filter(Boolean))]
          .slice(0, 50)
          .map((tag) => tag.slice(0, 100)),
        suspended: row.queue === -1n,
        created_at: timeOf(row.id),
        reviews: (reviews.get(row.id) ?? []).map((review): DeckReview => ({
          at: Number(review.id),
          rating: Number(review.ease),
          duration_ms: Math.max(0, Math.min(3_600_000, Number(review.time))),
        })),
      });
    }
    const remarks =
      unread > 0
        ? [`${unread} cards were left out: their notes are empty, too long, or of no known type.`]
        : [];
    return { cards, remarks };
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused("The collection in this package cannot be read.");
  } finally {
    database.close();
  }
}

function open(path: string) {
  try {
    return new DatabaseSync(path, { readOnly: true, enableForeignKeyConstraints: false });
  } catch {
    throw new Refused("The collection in this package cannot be read.");
  }
}

type All = <T>(query: string) => T[];

function readNoteTypes(all: All): Map<bigint, NoteType> {
  const tables = new Set(
    all<{ name: string }>("select name from sqlite_master where type = 'table'").map(
      ({ name }) => name,
    ),
  );
  return tables.has("notetypes") ? readTypeTables(all) : readTypeJson(all);
}

function readTypeJson(all: All) {
  const [{ models } = { models: "{}" }] = all<{ models: string }>("select models from col");
  const parsed = JSON.parse(models) as Record<string, LegacyType>;
  return new Map(
    Object.entries(parsed).map(([id, { name, type, flds, tmpls, originalStockKind }]) => [
      BigInt(id),
      {
        name: String(name),
        cloze: type === 1,
        occlusion: originalStockKind === OCCLUSION_KIND,
        fields: flds.map((field) => String(field.name)),
        templates: tmpls.map(({ qfmt, afmt }) => ({
          question: String(qfmt),
          answer: String(afmt),
        })),
      },
    ]),
  );
}

interface LegacyType {
  name: string;
  type: number;
  originalStockKind?: number;
  flds: { name: string }[];
  tmpls: { qfmt: string; afmt: string }[];
}

function readTypeTables(all: All) {
  const types = new Map<bigint, NoteType>();
  // `+` keeps SQLite from an index whose collation only Anki has.
  for (const { id, name, config } of all<{ id: bigint; name: string; config: Uint8Array }>(
    "select +id as id, name, config from notetypes",
  ))
    types.set(id, {
      name,
      cloze: numberField(Buffer.from(config), 1) === 1,
      occlusion: numberField(Buffer.from(config), 9) === OCCLUSION_KIND,
      fields: [],
      templates: [],
    });
  for (const { ntid, name } of all<{ ntid: bigint; name: string }>(
    "select ntid, name from fields order by ntid, ord",
  ))
    types.get(ntid)?.fields.push(name);
  for (const { ntid, config } of all<{ ntid: bigint; config: Uint8Array }>(
    "select ntid, config from templates order by ntid, ord",
  ))
    types.get(ntid)?.templates.push({
      question: textField(Buffer.from(config), 1) ?? "",
      answer: textField(Buffer.from(config), 2) ?? "",
    });
  return types;
}

function readDecks(all: All): Map<bigint, string> {
  const tables = new Set(
    all<{ name: string }>("select name from sqlite_master where type = 'table'").map(
      ({ name }) => name,
    ),
  );
  if (tables.has("decks"))
    return new Map(
      all<{ id: bigint; name: string }>("select +id as id, name from decks").map(({ id, name }) => [
        id,
        name.replaceAll("\x1f", "::"),
      ]),
    );
  const [{ decks } = { decks: "{}" }] = all<{ decks: string }>("select decks from col");
  const parsed = JSON.parse(decks) as Record<string, { name: string }>;
  return new Map(Object.entries(parsed).map(([id, { name }]) => [BigInt(id), String(name)]));
}

function makeCard(
  type: NoteType,
  note: NoteRow,
  ordinal: number,
  mediaOf: (name: string) => string | undefined,
): Pick<DeckCard, "kind" | "front" | "back" | "options" | "witness"> | undefined {
  const values = note.flds.split("\x1f");
  const fields = Object.fromEntries(type.fields.map((name, at) => [name, values[at] ?? ""]));
  const markdown = (html: string | undefined) => toMarkdown(html ?? "", mediaOf);
  const witness = readWitness(fields["Witness"] ?? "");
  const made = ((): Pick<DeckCard, "kind" | "front" | "back" | "options"> | undefined => {
    if (type.occlusion || type.name === OUR_TYPES.occlusion) {
      const options = readOcclusions(fields["Occlusion"] ?? "");
      const picture = markdown(fields["Image"]);
      const head = markdown(fields["Header"]);
      return {
        kind: "occlusion",
        front: head ? `${head}\n\n${picture}` : picture,
        back: markdown(fields["Back Extra"]),
        options,
      };
    }
    if (type.cloze) {
      const name = /\{\{(?:[^}:]+:)*cloze:([^}]+)\}\}/
        .exec(type.templates[0]?.question ?? "")?.[1]
        ?.trim();
      const text = markdown(fields[name ?? type.fields[0] ?? ""]);
      const shown = fieldsIn(type.templates[0]?.answer ?? "");
      const rest = type.fields.filter(
        (field) => field !== (name ?? type.fields[0]) && field !== "Witness" && shown.has(field),
      );
      const back = rest
        .map((field) => markdown(fields[field]))
        .filter(Boolean)
        .join("\n\n");
      return gapsOf(text).length > 0
        ? { kind: "cloze", front: text, back, options: null }
        : undefined;
    }
    if (type.name === OUR_TYPES.choice || type.name === OUR_TYPES.typed) {
      const options = markdown(fields["Options"])
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean);
      return {
        kind: type.name === OUR_TYPES.choice ? "choice" : "typed",
        front: markdown(fields["Front"]),
        back: markdown(fields["Back"]),
        options: options.length > 0 ? options : null,
      };
    }
    const template = type.templates[ordinal];
    if (!template) return undefined;
    const typed = /\{\{type:(?:nc:)?([^}]+)\}\}/.exec(template.question)?.[1]?.trim();
    const front = markdown(
      renderTemplate(template.question.replace(/\{\{type:[^}]+\}\}/g, ""), fields),
    );
    const answer = template.answer
      .replace(/\{\{FrontSide\}\}/g, "")
      .replace(/\{\{(?:[^}:]+:)?Witness\}\}/g, "")
      .replace(/<hr[^>]*id=["']?answer["']?[^>]*>/gi, "");
    if (typed && fields[typed] !== undefined)
      return { kind: "typed", front, back: markdown(fields[typed]), options: null };
    return { kind: "basic", front, back: markdown(renderTemplate(answer, fields)), options: null };
  })();
  if (!made || made.front.trim() === "" || made.front.length > 20_000 || made.back.length > 20_000)
    return undefined;
  return { ...made, witness };
}

/** `{{c1::image-occlusion:rect:left=.1:top=.2:width=.3:height=.1:oi=1}}`; other shapes by the box around them. */
function readOcclusions(field: string): CoveredPart[] {
  return gapsOf(field.replace(/<[^<>]+>/g, "\n").replaceAll("&nbsp;", " ")).flatMap(
    ({ number, answer, hint }) => {
      const whole = hint === undefined ? answer : `${answer}::${hint}`;
      const shape = /^image-occlusion:(\w+):(.*)$/s.exec(whole.trim());
      if (!shape) return [];
      const values = Object.fromEntries(
        shape[2]!.split(":").map((pair) => pair.split("=", 2) as [string, string]),
      );
      const [kind, value] = [shape[1], (name: string) => Number(values[name] ?? 0)];
      const box =
        kind === "polygon"
          ? boxAround(values["points"] ?? "")
          : kind === "ellipse"
            ? { x: value("left"), y: value("top"), width: 2 * value("rx"), height: 2 * value("ry") }
            : { x: value("left"), y: value("top"), width: value("width"), height: value("height") };
      const fits = Object.values(box).every((one) => Number.isFinite(one) && one >= 0 && one <= 1);
      if (!fits || box.width <= 0 || box.height <= 0 || number <= 0) return [];
      const label = labelOf(values["label"]);
      return [label === undefined ? box : { ...box, label }];
    },
  );
}

/** `.2,.6 .4,.6 .3,.8` */
function boxAround(points: string) {
  const pairs = points
    .trim()
    .split(/\s+/)
    .map((pair) => pair.split(",").map(Number));
  const [across, down] = [0, 1].map((axis) => pairs.map((pair) => pair[axis] ?? Number.NaN));
  const [x, y] = [Math.min(...across!), Math.min(...down!)];
  return { x, y, width: Math.max(...across!) - x, height: Math.max(...down!) - y };
}

/** Ours alone: Anki has no names for covered parts, and passes over what it does not know. */
function labelOf(value: string | undefined) {
  if (!value) return undefined;
  try {
    return decodeURIComponent(value).slice(0, 500);
  } catch {
    return undefined;
  }
}

/** The deck that the card lies in, without the names above it; Anki's own one is none. */
function subjectOf(deck: string | undefined) {
  const name = deck?.split("::").at(-1)?.trim() ?? "";
  return name === "" || name === "Default" ? null : name.slice(0, 100);
}

/** Ids are the milliseconds at which a card was made; other numbers tell no time. */
function timeOf(id: bigint) {
  const time = Number(id);
  return time > 1_000_000_000_000 && time < 10_000_000_000_000 ? time : Date.now();
}
