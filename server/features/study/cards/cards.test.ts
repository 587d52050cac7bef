/** Cards through the door: made, found, changed, set aside, deleted, and bound to words that are really in a source. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";

const NOTE =
  "Photosynthesis turns light into sugar.\n\nThe Calvin cycle takes place in the stroma.";

let app: TestApp;
beforeAll(async () => void (app = await startTestApp()));
afterAll(() => app?.stop());

async function withNote() {
  const student = await app.register();
  const { body } = await student.post("/study-materials", {
    title: "Plants",
    content: NOTE,
    subject: "Biology",
  });
  return { student, material: body.id as string };
}

const make = async (student: Student, given: object) => {
  const answer = await student.post("/cards", given);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
};

describe("a card", () => {
  it("of every kind is made, read, changed and deleted", async () => {
    const student = await app.register();
    const cards = [
      { front: "What is ATP?", back: "A **carrier** of energy, $\\Delta G < 0$" },
      { kind: "cloze", front: "{{c1::Rubisco}} fixes carbon" },
      {
        kind: "choice",
        front: "Where?",
        back: "stroma",
        options: ["stroma", "nucleus", "membrane"],
      },
      { kind: "typed", front: "2 + 2", back: "4", options: ["four"] },
      {
        kind: "occlusion",
        front: "![leaf](/api/cards/media/00000000-0000-7000-8000-000000000001)",
        options: [{ x: 0.1, y: 0.1, width: 0.2, height: 0.1, label: "stoma" }],
      },
    ];
    for (const given of cards) {
      const made = await make(student, { ...given, subject: "Biology", tags: ["exam"] });
      expect(made).toMatchObject({
        kind: "basic",
        ...given,
        subject: "Biology",
        tags: ["exam"],
        suspended: false,
        state: "new",
        witness: null,
        siblings: [],
        duplicates: [],
      });
      expect(Date.parse(made.due_at)).toBeLessThanOrEqual(Date.now() + 1000);
      const { siblings: _s, duplicates: _d, ...card } = made;
      expect((await student.get(`/cards/${made.id}`)).body).toEqual(card);
      const changed = await student.patch(`/cards/${made.id}`, { tags: ["a", "b"], subject: null });
      expect(changed.body).toMatchObject({ ...given, tags: ["a", "b"], subject: null });
      expect((await student.delete(`/cards/${made.id}`)).status).toBe(204);
      expect((await student.get(`/cards/${made.id}`)).status).toBe(404);
    }
  });

  it.each([
    [{ front: " ", back: "x" }, "front"],
    [{ front: "x", back: "" }, "back"],
    [{ kind: "cloze", front: "no gap" }, "front"],
    [{ kind: "choice", front: "x", back: "c", options: ["a", "b"] }, "back"],
    [{ kind: "choice", front: "x", back: "a", options: ["a", "A "] }, "options"],
    [{ kind: "choice", front: "x", back: "a", options: ["a"] }, "options"],
    [{ kind: "occlusion", front: "x", options: [{ x: 0, y: 0, width: 1, height: 1 }] }, "front"],
    [{ front: "x", back: "y", tags: ["two words"] }, "tags.0"],
    [{ kind: "song", front: "x", back: "y" }, "kind"],
  ])("that cannot be asked is refused: %j", async (given, field) => {
    const student = await app.register();
    const answer = await student.post("/cards", given);
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((error: any) => error.field)).toContain(field);
  });

  it("is made for each gap; an edit adds and takes away", async () => {
    const student = await app.register();
    const made = await make(student, { kind: "cloze", front: "{{c1::A}} and {{c2::B::letter}}" });
    expect(made.siblings).toHaveLength(1);
    const [sibling] = made.siblings;
    await student.patch(`/cards/${made.id}`, { front: "{{c1::A}}, {{c3::$\\frac{a}{b}$}}" });
    const { items } = (await student.get("/cards")).body;
    expect(items.map(({ ordinal }: any) => ordinal).sort()).toEqual([0, 2]);
    expect((await student.get(`/cards/${sibling}`)).status).toBe(404);
  });

  it("with the same front is told", async () => {
    const student = await app.register();
    const first = await make(student, { front: "What is ATP?", back: "x" });
    const second = await make(student, { front: "what  is ATP?", back: "y" });
    expect(second.duplicates).toEqual([first.id]);
  });

  it("belongs to its student", async () => {
    const [ann, bob] = [await app.register(), await app.register()];
    const { id } = await make(ann, { front: "x", back: "y" });
    expect((await bob.get(`/cards/${id}`)).status).toBe(404);
    expect((await bob.patch(`/cards/${id}`, { suspended: true })).status).toBe(404);
    expect((await bob.patch("/cards", { ids: [id], suspended: true })).status).toBe(404);
    expect((await bob.post("/cards/deletions", { ids: [id] })).body).toEqual({ deleted: 0 });
    expect((await bob.delete(`/cards/${id}`)).status).toBe(404);
    expect((await ann.get(`/cards/${id}`)).body.suspended).toBe(false);
  });
});

describe("a witness", () => {
  it("is found letter by letter, or refused", async () => {
    const { student, material } = await withNote();
    const source = { kind: "study_material", id: material };
    const quote = "The Calvin cycle takes place in the stroma.";
    const start_offset = NOTE.indexOf(quote);
    const made = await make(student, {
      front: "Where?",
      back: "stroma",
      witness: { source, quote },
    });
    expect(made.witness).toMatchObject({
      number: 1,
      quote,
      source: { kind: "study_material", id: material, title: "Plants" },
      start_offset,
      end_offset: start_offset + quote.length,
      status: "valid",
    });
    const word = await make(student, {
      front: "Into what?",
      back: "sugar",
      witness: {
        source,
        start_offset: NOTE.indexOf("sugar"),
        end_offset: NOTE.indexOf("sugar") + 5,
      },
    });
    expect(word.witness.quote).toBe("sugar");
    for (const witness of [
      { source, quote: "The Calvin cycle takes place in the nucleus." },
      { source, start_offset: 5, end_offset: 5000 },
      { source, start_offset: 5 },
      { source: { ...source, id: crypto.randomUUID() }, quote },
    ])
      expect((await student.post("/cards", { front: "x", back: "y", witness })).status).toBe(422);
    const other = await app.register();
    expect(
      (await other.post("/cards", { front: "x", back: "y", witness: { source, quote } })).status,
    ).toBe(422);
  });

  it(
    "moves with an edit of its source, says when its words are gone, is valid again where it " +
      "stood, and stays when the source is deleted",
    async () => {
      const { student, material } = await withNote();
      const source = { kind: "study_material", id: material };
      const quote = "The Calvin cycle takes place in the stroma.";
      const { id, witness } = await make(student, {
        front: "Where?",
        back: "stroma",
        witness: { source, quote },
      });
      const now = async () => (await student.get(`/cards/${id}`)).body.witness;
      await student.patch(`/study-materials/${material}`, { content: `Added.\n\n${NOTE}` });
      expect(await now()).toMatchObject({
        quote,
        status: "moved",
        start_offset: witness.start_offset + "Added.\n\n".length,
      });
      await student.patch(`/study-materials/${material}`, { content: "Something else." });
      expect(await now()).toMatchObject({ quote, status: "changed" });
      await student.patch(`/study-materials/${material}`, { content: NOTE });
      expect(await now()).toEqual(witness);
      await student.delete(`/study-materials/${material}`);
      expect(await now()).toMatchObject({ quote, source: { id: null, title: "Plants" } });
    },
  );
});

describe("many cards", () => {
  it("come from a text, and each line that makes none is told", async () => {
    const student = await app.register();
    await make(student, { front: "Sun", back: "star" });
    const text =
      "Moon\tsatellite\nEarth :: planet\n\n# a remark\n{{c1::Mars}} is red\nnothing here\nQ: " +
      "Why\nis it so?\nA: Because.\nAnd so on.\n\nsun | a star";
    const { status, body } = await student.post("/cards/bulk", {
      text,
      subject: "Space",
      tags: ["x"],
    });
    expect(status).toBe(201);
    expect(body.made).toBe(5);
    expect(body.items.map(({ kind, front, back }: any) => [kind, front, back])).toEqual([
      ["basic", "Moon", "satellite"],
      ["basic", "Earth", "planet"],
      ["cloze", "{{c1::Mars}} is red", ""],
      ["basic", "Why\nis it so?", "Because.\nAnd so on."],
      ["basic", "sun", "a star"],
    ]);
    expect(body.duplicates).toMatchObject([{ line: 12 }]);
    expect(body.skipped).toMatchObject([{ line: 6, text: "nothing here" }]);
    expect((await student.post("/cards/bulk", { text: "nothing" })).status).toBe(422);
  });

  it("are found by words, subject, tag, source and what is due", async () => {
    const { student, material } = await withNote();
    const witness = { source: { kind: "study_material", id: material }, quote: "light into sugar" };
    const a = await make(student, {
      front: "Alpha 100%",
      back: "x",
      subject: "A",
      tags: ["t1"],
      witness,
    });
    const b = await make(student, {
      front: "Beta",
      back: "alpha ray",
      subject: "B",
      suspended: true,
    });
    const find = async (query: string) =>
      (await student.get(`/cards?${query}`)).body.items.map(({ id }: any) => id);
    expect(await find("")).toEqual([b.id, a.id]);
    expect(await find("q=ALPHA")).toEqual([b.id, a.id]);
    expect(await find("q=alpha%20ray")).toEqual([b.id]);
    expect(await find("q=100%25")).toEqual([a.id]);
    expect(await find("subject=A")).toEqual([a.id]);
    expect(await find("tag=t1")).toEqual([a.id]);
    expect(await find(`source_id=${material}`)).toEqual([a.id]);
    expect(await find("due=true")).toEqual([a.id]);
    expect(await find("suspended=true")).toEqual([b.id]);
    const page = (await student.get("/cards?limit=1")).body;
    expect(page.next_cursor).toBe(b.id);
    expect(await find(`limit=1&cursor=${b.id}`)).toEqual([a.id]);
  });

  it("are changed and deleted together", async () => {
    const student = await app.register();
    const ids: string[] = [];
    for (const front of ["a", "b", "c"])
      ids.push((await make(student, { front, back: "x", tags: ["old"] })).id);
    const { body } = await student.patch("/cards", {
      ids,
      subject: "S",
      add_tags: ["new"],
      remove_tags: ["old"],
      buried: true,
    });
    for (const item of body.items) {
      expect(item).toMatchObject({ subject: "S", tags: ["new"] });
      expect(Date.parse(item.buried_until)).toBeGreaterThan(Date.now());
    }
    expect((await student.get("/cards?due=true")).body.items).toEqual([]);
    expect(
      (await student.patch("/cards", { ids: [...ids, crypto.randomUUID()], subject: "T" })).status,
    ).toBe(404);
    expect((await student.get(`/cards/${ids[0]}`)).body.subject).toBe("S");
    expect((await student.post("/cards/deletions", { ids })).body).toEqual({ deleted: 3 });
  });
});

it("pictures are stored once, served to their student only, and never run", async () => {
  const student = await app.register();
  const svg = new Blob(['<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>']);
  const { status, body } = await student.upload("/cards/media", { blob: svg, name: "leaf.svg" });
  expect(status).toBe(201);
  expect(body).toMatchObject({ filename: "leaf.svg", mime_type: "image/svg+xml" });
  const again = await student.upload("/cards/media", { blob: svg, name: "other.svg" });
  expect(again.body.id).toBe(body.id);
  const file = await student.request(body.url.replace("/api", ""));
  expect(file.headers.get("content-security-policy")).toBe("default-src 'none'; sandbox");
  expect(await file.text()).toBe(await svg.text());
  const other = await app.register();
  expect((await other.get(body.url.replace("/api", ""))).status).toBe(404);
  const wrong = await student.upload("/cards/media", { blob: new Blob(["text"]), name: "a.png" });
  expect(wrong.status).toBe(415);
});
