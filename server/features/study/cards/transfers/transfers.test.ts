/** Decks leave and come in: Anki packages of all three forms, CSV and Markdown; what is hostile is refused. */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import yauzl from "yauzl";
import { ZipFile } from "yazl";
import { newId } from "#server/new-id.ts";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { makeSpeech } from "#tests/support/make-speech.ts";
import { SCHEMA } from "./package-schema.ts";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

let app: TestApp;
let folder: string;
beforeAll(async () => {
  app = await startTestApp();
  folder = await mkdtemp(join(tmpdir(), "lm-decks-"));
});
afterAll(async () => {
  await app?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function withDeck() {
  const student = await app.register();
  const content = "Photosynthesis turns light into sugar.";
  const { id: material } = (await student.post("/study-materials", { title: "Plants", content }))
    .body;
  const picture = (
    await student.upload("/cards/media", { blob: new Blob([PNG]), name: "leaf.png" })
  ).body;
  const witness = { source: { kind: "study_material", id: material }, quote: content };
  const cards: any[] = [];
  for (const given of [
    {
      front: "What does **photosynthesis** do? $a<b$",
      back: `It makes sugar.\n\n![a leaf](${picture.url})`,
      witness,
      subject: "Biology",
      tags: ["exam"],
    },
    {
      kind: "cloze",
      front: "{{c1::Light}} becomes {{c2::sugar::sweet}}",
      back: "extra",
      subject: "Biology",
    },
    {
      kind: "choice",
      front: "Where?",
      back: "stroma",
      options: ["stroma", "nucleus", "wall"],
      subject: "Cells",
    },
    { kind: "typed", front: "2 + 2", back: "4", options: ["four"] },
    {
      kind: "occlusion",
      front: `A leaf\n\n![](${picture.url})`,
      options: [
        { x: 0.1, y: 0.2, width: 0.3, height: 0.1, label: "50 %: the «vein»" },
        { x: 0.5, y: 0.5, width: 0.2, height: 0.2 },
      ],
    },
  ]) {
    const { status, body } = await student.post("/cards", given);
    expect(status, JSON.stringify(body)).toBe(201);
    cards.push(body);
  }
  await student.patch(`/cards/${cards[3].id}`, { suspended: true });
  const day = (n: number) => new Date(Date.now() - n * 86_400_000).toISOString();
  await student.post("/reviews", {
    items: [
      { id: newId(), card_id: cards[0].id, rating: 3, reviewed_at: day(20), duration_ms: 4000 },
      { id: newId(), card_id: cards[0].id, rating: 3, reviewed_at: day(10), duration_ms: 3000 },
      { id: newId(), card_id: cards[1].id, rating: 1, reviewed_at: day(10), duration_ms: 2000 },
    ],
  });
  return { student, cards };
}

async function exported(student: Student, wish: object): Promise<Buffer> {
  const { status, body } = await student.post("/cards/export", wish);
  expect(status).toBe(202);
  await expect
    .poll(async () => (await student.get(`/jobs/${body.id}`)).body.status)
    .toBe("completed");
  const answer = await student.request(`/cards/exports/${body.id}`);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

async function imported(
  student: Student,
  file: Buffer,
  name: string,
  fields: Record<string, string> = {},
) {
  const { status, body } = await student.upload(
    "/cards/import",
    { blob: new Blob([new Uint8Array(file)]), name },
    fields,
  );
  expect(status, JSON.stringify(body)).toBe(202);
  return student.until(
    `/cards/imports/${body.id}`,
    ({ status: now }) => now === "completed" || now === "failed",
  );
}

async function entriesOf(bytes: Buffer) {
  const zip = await promisify<Buffer, yauzl.Options, yauzl.ZipFile>(yauzl.fromBuffer)(bytes, {
    lazyEntries: true,
  });
  const entries = new Map<string, Buffer>();
  await new Promise<void>((resolve, reject) => {
    zip.on("error", reject).on("end", resolve);
    zip.on("entry", (entry: yauzl.Entry) =>
      zip.openReadStream(entry, (error, stream) => {
        if (error) return reject(error);
        void buffer(stream).then((content) => {
          entries.set(entry.fileName, content);
          zip.readEntry();
        }, reject);
      }),
    );
    zip.readEntry();
  });
  return entries;
}

async function rowsOf(bytes: Buffer) {
  const entries = await entriesOf(bytes);
  const path = join(folder, `${newId()}.sqlite`);
  await writeFile(path, entries.get("collection.anki2")!);
  const database = new DatabaseSync(path, { readOnly: true });
  const all = (query: string) => database.prepare(query).all() as any[];
  const rows = {
    check: all("pragma integrity_check"),
    version: all("select ver from col")[0].ver,
    models: JSON.parse(all("select models from col")[0].models),
    notes: all("select guid, mid, tags, flds, sfld from notes order by guid"),
    cards: all(
      `select notes.guid, cards.ord, cards.type, cards.queue, cards.ivl, cards.reps, cards.lapses, cards.data
        from cards join notes on notes.id = cards.nid order by notes.guid, cards.ord`,
    ),
    log: all(
      `select notes.guid, cards.ord, revlog.id, revlog.ease, revlog.time, revlog.type from revlog join cards
        on cards.id = revlog.cid join notes on notes.id = cards.nid order by revlog.id`,
    ),
    orphans: all("select id from cards where nid not in (select id from notes)"),
    columns: Object.fromEntries(
      Object.keys(TABLES).map((table) => [
        table,
        all(`pragma table_info(${table})`).map(({ name }) => name as string),
      ]),
    ),
    indexes: all("select name from sqlite_master where type = 'index' order by name").map(
      ({ name }) => name as string,
    ),
  };
  database.close();
  return {
    ...rows,
    entries,
    media: JSON.parse(entries.get("media")!.toString()) as Record<string, string>,
  };
}

/** Schema 11 as Anki itself makes it: https://github.com/ankitects/anki/blob/main/rslib/src/storage/schema11.sql */
const TABLES = {
  col: "id crt mod scm ver dty usn ls conf models decks dconf tags",
  notes: "id guid mid mod usn tags flds sfld csum flags data",
  cards: "id nid did ord mod usn type queue due ivl factor reps lapses left odue odid flags data",
  revlog: "id cid usn ease ivl lastIvl factor time type",
  graves: "usn oid type",
};
const INDEXES =
  "ix_cards_nid ix_cards_sched ix_cards_usn ix_notes_csum ix_notes_usn ix_revlog_cid ix_revlog_usn";

describe("an Anki package", () => {
  it("has the tables of the format, the log, and the media byte by byte", async () => {
    const { student } = await withDeck();
    const deck = await rowsOf(await exported(student, { format: "apkg" }));
    expect(deck.check).toEqual([{ integrity_check: "ok" }]);
    expect(deck.version).toBe(11);
    for (const [table, columns] of Object.entries(TABLES))
      expect(deck.columns[table], table).toEqual(columns.split(" "));
    expect(deck.indexes).toEqual(INDEXES.split(" "));
    expect([deck.notes.length, deck.cards.length, deck.log.length, deck.orphans.length]).toEqual([
      5, 7, 3, 0,
    ]);
    expect(Object.values(deck.media)).toEqual(["leaf.png"]);
    expect(deck.entries.get("0")!.equals(PNG)).toBe(true);
    const basic = deck.notes.find(({ flds }) => flds.startsWith("What does"))!;
    expect(basic.flds).toContain("<b>photosynthesis</b>");
    expect(basic.flds).toContain(String.raw`\(a&lt;b\)`);
    expect(basic.flds).toContain('<img src="leaf.png"');
    expect(basic.tags).toBe(" exam ");
    expect(deck.cards.filter(({ queue }) => queue === -1)).toHaveLength(1);
    for (const { mid, flds } of deck.notes)
      expect(flds.split("\x1f")).toHaveLength(deck.models[mid].flds.length);
  });

  it(
    "carries the lecturer's own words as MP3, the same file for the same words, and gives them " +
      "to nobody as media",
    async () => {
      const student = await app.register();
      const speech = await makeSpeech(
        app.context,
        "The Calvin cycle takes place in the stroma. ".repeat(6),
      );
      const { body } = await student.upload(
        "/recordings",
        { blob: speech, name: "lecture.mp3" },
        {
          title: "Plants",
          captions: new Blob([
            "WEBVTT\n\n00:00.000 --> 00:04.000\nThe Calvin cycle takes place in the stroma.\n\n" +
              "00:04.000 --> 00:08.000\nIt needs no light.\n",
          ]),
        },
      );
      const source = { kind: "recording", id: body.recording.id };
      for (const [front, quote] of [
        ["Where?", "The Calvin cycle takes place in the stroma."],
        ["And where?", "The Calvin cycle takes place in the stroma."],
        ["Light?", "It needs no light."],
      ])
        await student.post("/cards", { front, back: "Yes", witness: { source, quote } });
      const package_ = await exported(student, { format: "apkg" });
      const deck = await rowsOf(package_);
      const names = Object.entries(deck.media);
      expect(names).toHaveLength(2);
      for (const { flds } of deck.notes)
        expect(flds.split("\x1f")[2]).toMatch(/\[sound:lm-clip-[0-9a-f]{16}\.mp3\]$/);
      for (const [number, name] of names) {
        const bytes = deck.entries.get(number)!;
        // A frame of MPEG layer III, and sound of about 5 s at 64 kbit/s.
        expect(bytes[0]).toBe(0xff);
        expect(bytes[1]! & 0xe6).toBe(0xe2);
        expect(bytes.length).toBeGreaterThan(4 * 8000);
        expect(bytes.length).toBeLessThan(16 * 8000);
        expect(deck.notes.some(({ flds }) => flds.includes(name))).toBe(true);
      }
      const again = await rowsOf(await exported(student, { format: "apkg" }));
      expect(Object.values(again.media)).toEqual(Object.values(deck.media));
      const other = await app.register();
      expect(await imported(other, package_, "deck.apkg")).toMatchObject({
        counts: { new: 3, media: 0, remarks: [] },
      });
      const [card] = (await other.get("/cards")).body.items;
      expect(card.back).toBe("Yes");
      expect(card.witness.quote).toBe("It needs no light.");
    },
  );

  it("export, import, export gives the same notes, cards and log; a second import doubles nothing", async () => {
    const { student } = await withDeck();
    const first = await exported(student, { format: "apkg" });
    const other = await app.register();
    const dry = await imported(other, first, "deck.apkg", { dry_run: "true" });
    expect(dry).toMatchObject({
      status: "completed",
      dry_run: true,
      counts: { notes: 5, cards: 7, new: 7, known: 0, reviews: 3, media: 1 },
    });
    expect((await other.get("/cards")).body.items).toEqual([]);
    expect(await imported(other, first, "deck.apkg")).toMatchObject({
      status: "completed",
      counts: { new: 7, remarks: [] },
    });
    const cards = (await other.get("/cards")).body.items;
    const mine = (await student.get("/cards")).body.items;
    const shown = (list: any[]) =>
      list
        .map(
          ({
            kind,
            back,
            options,
            subject,
            tags,
            suspended,
            state,
            stability,
            reps,
            note_id,
            ordinal,
            witness,
          }) => ({
            kind,
            back: back.replace(/[0-9a-f-]{36}/g, "ID"),
            options,
            subject,
            tags,
            suspended,
            state,
            stability,
            reps,
            note_id,
            ordinal,
            quote: witness?.quote ?? null,
          }),
        )
        .sort((a, b) => (`${a.note_id}${a.ordinal}` < `${b.note_id}${b.ordinal}` ? -1 : 1));
    expect(shown(cards)).toEqual(shown(mine));
    const again = await imported(other, first, "deck.apkg");
    expect(again.counts).toMatchObject({ new: 0, known: 7 });
    const second = await exported(other, { format: "apkg" });
    const [a, b] = [await rowsOf(first), await rowsOf(second)];
    expect(b.notes).toEqual(a.notes);
    expect(b.cards).toEqual(a.cards);
    expect(b.log).toEqual(a.log);
    expect(b.media).toEqual(a.media);
    for (const number of Object.keys(a.media))
      expect(b.entries.get(number)!.equals(a.entries.get(number)!)).toBe(true);
    // Into the deck it came from: known, and no review twice.
    expect((await imported(student, first, "deck.apkg")).counts).toMatchObject({
      new: 0,
      known: 7,
    });
    expect((await rowsOf(await exported(student, {}))).log).toEqual(a.log);
  });

  it.each(["collection.anki2", "collection.anki21", "collection.anki21b"])(
    "of somebody else is read: %s",
    async (form) => {
      const student = await app.register();
      const file = await strangersPackage(form);
      const { status, counts, error_message } = await imported(student, file, "deck.apkg");
      expect([status, error_message]).toEqual(["completed", null]);
      expect(counts).toMatchObject({ notes: 4, cards: 8, reviews: 2, media: 1 });
      const { items } = (await student.get("/cards")).body;
      const by = (front: RegExp) => items.find((item: any) => front.test(item.front));
      expect(by(/^Hund/)).toMatchObject({
        kind: "basic",
        back: "dog & co",
        subject: "German",
        tags: ["a", "b"],
      });
      expect(by(/^dog/)).toMatchObject({ kind: "basic", back: expect.stringMatching(/^Hund/) });
      expect(by(/^\{\{c1::Paris/)).toMatchObject({ kind: "cloze" });
      expect(by(/^Type/)).toMatchObject({ kind: "typed", back: "answer" });
      const covered = items.filter(({ kind }: any) => kind === "occlusion");
      expect(covered).toHaveLength(3);
      expect(covered[0]).toMatchObject({
        front: expect.stringMatching(/^A leaf\n\n!\[/),
        back: "more",
      });
      expect(
        covered[0].options.map(({ x, y, width, height }: any) =>
          [x, y, width, height].map((n) => +n.toFixed(3)),
        ),
      ).toEqual([
        [0.1, 0.2, 0.3, 0.1],
        [0.5, 0.5, 0.2, 0.2],
        [0.2, 0.6, 0.2, 0.2],
      ]);
      const url = /\/api(\/cards\/media\/[0-9a-f-]+)/.exec(by(/^Hund/).front)![1]!;
      expect(Buffer.from(await (await student.request(url)).arrayBuffer()).equals(PNG)).toBe(true);
      expect(by(/^Hund/).reps).toBe(2);
    },
  );

  it.each<[string, () => Promise<Buffer>]>([
    ["no zip", async () => Buffer.from("this is not a package")],
    ["a cut one", async () => (await strangersPackage("collection.anki2")).subarray(0, 900)],
    ["no collection", () => zipOf({ media: "{}" })],
    ["a collection that is none", () => zipOf({ "collection.anki2": "SELECT", media: "{}" })],
    [
      "a list of media that is none",
      async () =>
        zipOf({
          "collection.anki2": (await entriesOf(await strangersPackage("collection.anki2"))).get(
            "collection.anki2",
          )!,
          media: "{{{",
        }),
    ],
    [
      "a bomb",
      () =>
        zipOf({
          "collection.anki21b": zstdCompressSync(Buffer.alloc(600 * 1024 * 1024)),
          media: "",
        }),
    ],
  ])("that is hostile or damaged is refused: %s", async (_name, make) => {
    const student = await app.register();
    const answer = await imported(student, await make(), "deck.apkg");
    expect(answer.status).toBe("failed");
    expect(["document-unreadable", "file-too-large"]).toContain(answer.error_code);
    expect(answer.error_message).toMatch(/package|deck|read/i);
    expect((await student.get("/cards")).body.items).toEqual([]);
  });

  it("media that are huge, or whose names are paths, go nowhere", async () => {
    const student = await app.register();
    const collection = (await entriesOf(await strangersPackage("collection.anki2"))).get(
      "collection.anki2",
    )!;
    const file = await zipOf({
      "collection.anki2": collection,
      media: '{"0":"../../evil.png","1":"huge.png"}',
      "0": PNG,
      // A few kilobytes in the package.
      "1": Buffer.concat([PNG, Buffer.alloc(26 * 1024 * 1024)]),
    });
    expect(file.length).toBeLessThan(100_000);
    const { counts } = await imported(student, file, "deck.apkg");
    expect(counts.media).toBe(0);
    expect(counts.remarks.join(" ")).toMatch(/2 media files were left out/);
  });
});

describe.each(["csv", "md"] as const)("%s", (format) => {
  it("goes out and comes in", async () => {
    const { student } = await withDeck();
    const file = await exported(student, { format, subject: "Biology" });
    const other = await app.register();
    const { status, counts } = await imported(other, file, `deck.${format}`);
    expect(status).toBe("completed");
    expect(counts.cards).toBe(3);
    const fronts = (list: any[]) =>
      [...new Set(list.map(({ front }) => front as string))].sort((a, b) => a.localeCompare(b));
    expect(fronts((await other.get("/cards")).body.items)).toEqual(
      fronts((await student.get("/cards?subject=Biology")).body.items),
    );
    expect((await imported(other, file, `deck.${format}`)).counts).toMatchObject({
      new: 0,
      known: 3,
    });
  });
});

it("a spreadsheet without names of columns is front and back; what makes no card is counted", async () => {
  const student = await app.register();
  const { counts } = await imported(
    student,
    Buffer.from('Sun;star\n"Moon; ours";satellite\n;x\n'),
    "a.csv",
    { subject: "Space" },
  );
  expect(counts).toMatchObject({ cards: 2 });
  expect(counts.remarks.join(" ")).toMatch(/1 lines/);
  expect((await student.get("/cards?subject=Space&q=ours")).body.items).toMatchObject([
    { front: "Moon; ours", back: "satellite" },
  ]);
});

it("transfers belong to their student, and wrong wishes are refused", async () => {
  const { student } = await withDeck();
  const { id } = (await student.post("/cards/export", { format: "md" })).body;
  const other = await app.register();
  expect((await other.get(`/cards/exports/${id}`)).status).toBe(404);
  expect((await student.get(`/cards/imports/${id}`)).status).toBe(404);
  expect((await student.post("/cards/export", { format: "exe" })).status).toBe(422);
  expect(
    (await student.upload("/cards/import", { blob: new Blob([]), name: "a.apkg" })).status,
  ).toBe(422);
});

async function zipOf(files: Record<string, string | Buffer>) {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(files))
    zip.addBuffer(Buffer.from(content as string), name);
  zip.end();
  return buffer(zip.outputStream);
}

/** As other people make them: a note with both directions, a cloze, a typed one; a picture; two reviews. */
async function strangersPackage(form: string) {
  const path = join(folder, `${newId()}.sqlite`);
  const database = new DatabaseSync(path);
  const newest = form === "collection.anki21b";
  database.exec(newest ? SCHEMA_18 : SCHEMA);
  const both = [
    ["{{Front}}", "{{FrontSide}}<hr id=answer>{{Back}}"],
    ["{{Back}}", "{{FrontSide}}<hr id=answer>{{Front}}{{#Missing}}never{{/Missing}}"],
  ];
  const types = [
    {
      id: 1001,
      name: "Basic (and reversed card)",
      kind: 0,
      fields: ["Front", "Back"],
      templates: both,
    },
    {
      id: 1002,
      name: "Cloze",
      kind: 1,
      fields: ["Text", "Back Extra"],
      templates: [["{{cloze:Text}}", "{{cloze:Text}}<br>{{Back Extra}}"]],
    },
    {
      id: 1003,
      name: "Basic (type in the answer)",
      kind: 0,
      fields: ["Front", "Back"],
      templates: [["{{Front}}\n\n{{type:Back}}", "{{Front}}<hr id=answer>{{type:Back}}"]],
    },
    {
      id: 1004,
      name: "Image Occlusion",
      kind: 1,
      stock: 6,
      fields: ["Occlusion", "Image", "Header", "Back Extra", "Comments"],
      templates: [["{{cloze:Occlusion}}{{Image}}", "{{cloze:Occlusion}}{{Image}}{{Back Extra}}"]],
    },
  ];
  if (newest) {
    for (const { id, name, kind, stock, fields, templates } of types) {
      database
        .prepare("insert into notetypes values (?, ?, 0, 0, ?)")
        .run(id, name, Buffer.from([8, kind, ...(stock ? [72, stock] : [])]));
      for (const [ord, field] of fields.entries())
        database
          .prepare("insert into fields values (?, ?, ?, ?)")
          .run(id, ord, field, Buffer.alloc(0));
      for (const [ord, [question, answer]] of templates.entries())
        database
          .prepare("insert into templates values (?, ?, ?, 0, 0, ?)")
          .run(
            id,
            ord,
            `Card ${ord}`,
            Buffer.concat([bytesField(1, question!), bytesField(2, answer!)]),
          );
    }
    database
      .prepare("insert into decks values (5, ?, 0, 0, ?, ?)")
      .run("Languages\x1fGerman", Buffer.alloc(0), Buffer.alloc(0));
  } else {
    const models = Object.fromEntries(
      types.map(({ id, name, kind, stock, fields, templates }) => [
        id,
        {
          id,
          name,
          type: kind,
          flds: fields.map((field, ord) => ({ name: field, ord })),
          tmpls: templates.map(([qfmt, afmt], ord) => ({ ord, qfmt, afmt })),
          ...(stock ? { originalStockKind: stock } : {}),
        },
      ]),
    );
    database
      .prepare("insert into col values (1, 0, 0, 0, 11, 0, 0, 0, '{}', ?, ?, '{}', '{}')")
      .run(JSON.stringify(models), JSON.stringify({ 5: { id: 5, name: "Languages::German" } }));
  }
  const note = database.prepare("insert into notes values (?, ?, ?, 0, 0, ?, ?, '', 0, 0, '')");
  note.run(
    1,
    "abc~1",
    1001,
    " a b ",
    'Hund<img src="leaf%20a.png"><script>alert(1)</script>\x1fdog &amp; co',
  );
  note.run(2, "abc~2", 1002, "", "{{c1::Paris}} is in {{c2::France}}\x1f<b>extra</b>");
  note.run(3, "abc~3", 1003, "", "Type\x1fanswer");
  note.run(
    4,
    "abc~4",
    1004,
    "",
    "{{c1::image-occlusion:rect:left=.1:top=.2:width=.3:height=.1:oi=1}}<br>" +
      "{{c2::image-occlusion:ellipse:left=.5:top=.5:rx=.1:ry=.1:oi=1}}<br>" +
      "{{c3::image-occlusion:polygon:left=.2:top=.6:points=.2," +
      '.6 .4,.6 .3,.8:oi=1}}<br>\x1f<img src="leaf a.png">\x1fA leaf\x1fmore\x1f',
  );
  const card = database.prepare(
    "insert into cards values (?, ?, 5, ?, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '')",
  );
  const base = 1_700_000_000_000;
  for (const [at, [nid, ord]] of (
    [
      [1, 0],
      [1, 1],
      [2, 0],
      [2, 1],
      [3, 0],
      [4, 0],
      [4, 1],
      [4, 2],
    ] as const
  ).entries())
    card.run(base + at, nid, ord);
  const log = database.prepare("insert into revlog values (?, ?, 0, ?, 1, 0, 2500, 5000, 0)");
  log.run(base + 1000, base, 3);
  log.run(base + 86_400_000, base, 2);
  log.run(base + 86_500_000, base, 0);
  database.close();
  const collection = await readFile(path);
  if (!newest)
    return zipOf({
      [form]: collection,
      media: '{"0":"leaf a.png"}',
      "0": PNG,
      ...(form === "collection.anki21"
        ? { "collection.anki2": "Please update to the latest Anki version" }
        : {}),
    });
  const entry = Buffer.concat([
    bytesField(1, "leaf a.png"),
    Buffer.from([16, PNG.length]),
    bytesField(3, createHash("sha1").update(PNG).digest()),
  ]);
  return zipOf({
    [form]: zstdCompressSync(collection),
    "collection.anki2": "Please update to the latest Anki version",
    media: zstdCompressSync(bytesField(1, entry)),
    "0": zstdCompressSync(PNG),
    meta: Buffer.from([8, 3]),
  });
}

function bytesField(number: number, content: string | Buffer) {
  const bytes = Buffer.from(content as string);
  const length: number[] = [];
  let rest = bytes.length;
  do {
    length.push((rest & 127) | (rest > 127 ? 128 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from([number * 8 + 2, ...length]), bytes]);
}

const SCHEMA_18 = `
create table col (id integer primary key, crt integer, mod integer, scm integer, ver integer, dty integer,
  usn integer, ls integer, conf text, models text, decks text, dconf text, tags text);
insert into col values (1, 0, 0, 0, 18, 0, 0, 0, '', '', '', '', '');
create table notetypes (id integer not null primary key, name text not null, mtime_secs integer not null,
  usn integer not null, config blob not null);
create table fields (ntid integer not null, ord integer not null, name text not null, config blob not null,
  primary key (ntid, ord)) without rowid;
create table templates (ntid integer not null, ord integer not null, name text not null,
  mtime_secs integer not null, usn integer not null, config blob not null, primary key (ntid, ord)) without rowid;
create table decks (id integer primary key not null, name text not null, mtime_secs integer not null,
  usn integer not null, common blob not null, kind blob not null);
${SCHEMA.split(";")
  .filter((statement) => /create table (?:notes|cards|revlog)/.test(statement))
  .join(";")};`;
