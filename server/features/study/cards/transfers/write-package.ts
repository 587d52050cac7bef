/**
 * An Anki package of the oldest form, which every client reads: schema 11 with note types as JSON, media by number.
 * https://github.com/ankidroid/Anki-Android/wiki/Database-Structure says what the columns hold.
 */
import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import type { Card } from "#server/features/study/cards/queries.ts";
import type { CoveredPart } from "#server/features/study/cards/shapes.ts";
import {
  newSchedule,
  review,
  type LoggedReview,
  type Scheduler,
} from "#server/features/study/reviews/schedule.ts";
import { takeTurns } from "#server/turns.ts";
import { toHtml } from "./html-text.ts";
import { modelsOf, SCHEMA } from "./package-schema.ts";
import { witnessField } from "./witness-field.ts";

export interface CardWithLog {
  card: Card;
  reviews: LoggedReview[];
}

const DAY_MS = 86_400_000;
const MODEL_IDS = {
  basic: 1717000000001,
  cloze: 1717000000002,
  choice: 1717000000003,
  typed: 1717000000004,
  occlusion: 1717000000005,
} as const;

/**
 * Writes the collection to `path`: the same cards and the same `at` (milliseconds) give the same bytes.
 * @returns what was written.
 */
export async function writeCollection(
  path: string,
  cards: CardWithLog[],
  scheduler: Scheduler,
  names: Names,
  at: number,
) {
  const database = new DatabaseSync(path);
  try {
    database.exec("pragma journal_mode = off; pragma synchronous = off;");
    database.exec(SCHEMA);
    database.exec("begin");
    const created =
      Math.floor(
        cards.reduce((first, { card }) => Math.min(first, card.created_at.getTime()), at) / DAY_MS,
      ) * DAY_MS;
    const decks = decksOf(cards);
    database.prepare("insert into col values (1, ?, ?, ?, 11, 0, 0, 0, ?, ?, ?, ?, '{}')").run(
      Math.floor(created / 1000),
      at,
      at,
      JSON.stringify({
        nextPos: 1,
        estTimes: true,
        activeDecks: [1],
        sortType: "noteFld",
        timeLim: 0,
        sortBackwards: false,
        addToCur: true,
        curDeck: 1,
        newSpread: 0,
        dueCounts: true,
        curModel: String(MODEL_IDS.basic),
        collapseTime: 1200,
      }),
      JSON.stringify(modelsOf(MODEL_IDS)),
      JSON.stringify(decks.json),
      JSON.stringify(DECK_OPTIONS),
    );
    const counts = await writeRows(database, cards, {
      scheduler,
      names,
      created,
      deckOf: decks.of,
    });
    database.exec("commit");
    return counts;
  } finally {
    database.close();
  }
}

/** Of files in the package. */
export interface Names {
  mediaName(id: string): string | undefined;
  /** Of the lecturer's words. */
  clipName(witness: Card["witness"]): string | undefined;
}

interface Writing {
  scheduler: Scheduler;
  names: Names;
  created: number;
  deckOf(subject: string | null): number;
}

async function writeRows(database: DatabaseSync, cards: CardWithLog[], writing: Writing) {
  const insertNote = database.prepare(
    "insert into notes values (?, ?, ?, ?, -1, ?, ?, ?, ?, 0, '')",
  );
  const insertCard = database.prepare(
    "insert into cards values (?, ?, ?, ?, ?, -1, ?, ?, ?, ?, 2500, ?, ?, ?, 0, 0, 0, ?)",
  );
  const insertReview = database.prepare(
    "insert into revlog values (?, ?, -1, ?, ?, ?, 2500, ?, ?)",
  );
  const [noteIds, cardIds, reviewIds] = [new Set<number>(), new Set<number>(), new Set<number>()];
  const notes = new Map<string, number>();
  let position = 0;
  const counts = { notes: 0, cards: 0, reviews: 0 };
  const turns = takeTurns();
  for (const { card, reviews } of cards) {
    if (turns.isOver()) await turns.next();
    // Cards of a text with gaps or covered parts share a note; any others have one of their own.
    const shared = card.kind === "cloze" || card.kind === "occlusion";
    const guid = shared || card.ordinal === 0 ? card.note_id : `${card.note_id}-${card.ordinal}`;
    const ordinal = shared ? card.ordinal : 0;
    let noteId = notes.get(guid);
    if (noteId === undefined) {
      noteId = free(noteIds, card.created_at.getTime());
      notes.set(guid, noteId);
      const fields = fieldsOf(card, writing.names);
      const first = plain(fields[0]!);
      insertNote.run(
        noteId,
        guid,
        MODEL_IDS[card.kind],
        Math.floor(card.updated_at.getTime() / 1000),
        card.tags.length > 0 ? ` ${card.tags.join(" ")} ` : "",
        fields.join("\x1f"),
        first,
        Number.parseInt(createHash("sha1").update(first).digest("hex").slice(0, 8), 16),
      );
      counts.notes += 1;
    }
    const id = free(cardIds, card.created_at.getTime());
    position += 1;
    const { type, queue, due } = placeOf(card, position, writing.created);
    insertCard.run(
      id,
      noteId,
      writing.deckOf(card.subject),
      ordinal,
      Math.floor(card.updated_at.getTime() / 1000),
      type,
      card.suspended ? -1 : queue,
      due,
      card.scheduled_days,
      card.reps,
      card.lapses,
      type === 1 || type === 3 ? 1001 : 0,
      card.stability === null ? "{}" : JSON.stringify({ s: card.stability, d: card.difficulty }),
    );
    counts.cards += 1;
    for (const { at, row } of logOf(card, reviews, writing.scheduler)) {
      insertReview.run(free(reviewIds, at), id, ...row);
      counts.reviews += 1;
    }
  }
  return counts;
}

/** Rating, interval, interval before, duration and type of each review: days, or seconds as a negative number. */
function logOf(card: Card, reviews: LoggedReview[], scheduler: Scheduler) {
  let schedule = newSchedule(card.created_at);
  const interval = ({ scheduled_days, due_at, last_reviewed_at }: typeof schedule) =>
    scheduled_days > 0
      ? scheduled_days
      : -Math.max(
          1,
          Math.round((due_at.getTime() - (last_reviewed_at ?? due_at).getTime()) / 1000),
        );
  return reviews.map(({ rating, reviewed_at, duration_ms = 0 }) => {
    const before = schedule;
    schedule = review(scheduler, schedule, rating, reviewed_at);
    const type = before.state === "review" ? 1 : before.state === "relearning" ? 2 : 0;
    const last = before.state === "new" ? 0 : interval(before);
    return {
      at: reviewed_at.getTime(),
      row: [rating, interval(schedule), last, duration_ms, type] as const,
    };
  });
}

/** Ids are milliseconds; of two things of one moment the later gets the next one. */
function free(taken: Set<number>, wanted: number) {
  let id = wanted;
  while (taken.has(id)) id += 1;
  taken.add(id);
  return id;
}

/** New cards stand in a line, learning ones have a time, others a day since the collection began. */
function placeOf({ state, due_at }: Card, position: number, created: number) {
  if (state === "new") return { type: 0, queue: 0, due: position };
  if (state === "review")
    return { type: 2, queue: 2, due: Math.floor((due_at.getTime() - created) / DAY_MS) };
  return { type: state === "learning" ? 1 : 3, queue: 1, due: Math.floor(due_at.getTime() / 1000) };
}

function fieldsOf(card: Card, { mediaName, clipName }: Names): string[] {
  const html = (markdown: string) => toHtml(markdown, mediaName);
  const clip = clipName(card.witness);
  const witness = witnessField(card.witness) + (clip ? `<br>[sound:${clip}]` : "");
  switch (card.kind) {
    case "basic":
      return [html(card.front), html(card.back), witness];
    case "cloze":
      return [html(card.front), html(card.back), witness];
    case "choice":
    case "typed":
      return [
        html(card.front),
        ((card.options as string[] | null) ?? []).map(html).join("<br>"),
        html(card.back),
        witness,
      ];
    case "occlusion": {
      const picture = /!\[[^\]]*\]\([^)\s]+\)/.exec(card.front)?.[0] ?? "";
      const head = card.front.replace(picture, "").trim();
      return [
        occlusions(card.options as CoveredPart[]),
        html(picture),
        html(head),
        html(card.back),
        "",
        witness,
      ];
    }
  }
}

function occlusions(parts: CoveredPart[]) {
  const short = (value: number) =>
    String(Math.round(value * 10_000) / 10_000).replace(/^0(?=\.)/, "");
  return parts
    .map(
      ({ x, y, width, height, label }, at) =>
        `{{c${at + 1}::image-occlusion:rect:left=${short(x)}:top=${short(y)}:width=${short(width)}` +
        `:height=${short(height)}${label ? `:label=${encodeURIComponent(label)}` : ""}:oi=1}}`,
    )
    .join("<br>");
}

function decksOf(cards: CardWithLog[]) {
  const subjects = [...new Set(cards.map(({ card }) => card.subject))]
    .filter((subject) => subject !== null)
    .sort();
  const idOf = (subject: string) =>
    1_600_000_000_000 +
    Number.parseInt(createHash("sha1").update(subject).digest("hex").slice(0, 9), 16);
  const deck = (id: number, name: string) => [
    String(id),
    {
      id,
      name,
      mod: 0,
      usn: -1,
      lrnToday: [0, 0],
      revToday: [0, 0],
      newToday: [0, 0],
      timeToday: [0, 0],
      collapsed: false,
      browserCollapsed: false,
      desc: "",
      dyn: 0,
      conf: 1,
      extendNew: 0,
      extendRev: 0,
    },
  ];
  return {
    json: Object.fromEntries([
      deck(1, "Default"),
      ...subjects.map((subject) => deck(idOf(subject), subject.replaceAll("::", ":"))),
    ]) as object,
    of: (subject: string | null) => (subject === null ? 1 : idOf(subject)),
  };
}

function plain(html: string) {
  return html.replace(/<[^<>]*>/g, "").trim();
}

const DECK_OPTIONS = {
  1: {
    id: 1,
    name: "Default",
    mod: 0,
    usn: 0,
    maxTaken: 60,
    autoplay: true,
    timer: 0,
    replayq: true,
    new: {
      bury: true,
      delays: [1, 10],
      initialFactor: 2500,
      ints: [1, 4, 0],
      order: 1,
      perDay: 20,
    },
    rev: { bury: true, ease4: 1.3, ivlFct: 1, maxIvl: 36500, perDay: 200, hardFactor: 1.2 },
    lapse: { delays: [10], leechAction: 1, leechFails: 8, minInt: 1, mult: 0 },
    dyn: false,
  },
};
