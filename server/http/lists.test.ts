/** Lists are read often and whole: what of an entry is long is fetched one by one. */
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import { startTestApp, type TestApp } from "#tests/support/app.ts";
import { createTestDatabase } from "#tests/support/database.ts";
import { makeWav } from "#tests/support/make-wav.ts";
import { readOperations } from "#tests/support/openapi-requests.ts";

let app: TestApp;
beforeAll(async () => void (app = await startTestApp()));
afterAll(() => app?.stop());

/** Titles, names and excerpts; a transcript of three hours has 200 KB, a page of its words 20 MB. */
const MOST_BYTES = 4000;

it("an entry of any list carries no whole text and no times of words", async () => {
  const student = await app.register();
  const long = "The stroma is a fluid that fills the chloroplast. ".repeat(4000);
  const cues = Array.from(
    { length: 2000 },
    (_, at) =>
      `${at + 1}\n00:${String(Math.floor(at / 60) % 60).padStart(2, "0")}:${String(at % 60).padStart(2, "0")},` +
      `000 --> 00:59:59,000\nWhat is said in cue ${at}, more or less.\n`,
  ).join("\n");
  const uploaded = await student.upload(
    "/recordings",
    { blob: new Blob([Uint8Array.from(makeWav(Buffer.alloc(16_000)))]), name: "a.wav" },
    { captions: new Blob([cues]), transcribe: "false" },
  );
  expect(uploaded.status).toBe(201);
  const note = await student.post("/study-materials", { title: "Long", content: long });
  expect(note.status).toBe(201);
  const speech = await student.post("/tts", { text: `Read this. ${long}`.slice(0, 3000) });
  await student.until(`/tts/${speech.body.id}`, ({ status }) => status === "ready");
  expect((await student.get(`/tts/${speech.body.id}`)).body.words.length).toBeGreaterThan(100);
  await student.post("/conversations", { title: "Questions" });

  const lists = (await readOperations(app.url)).filter(
    ({ method, path }) => method === "GET" && !path.includes("{") && path !== "/events",
  );
  let seen = 0;
  for (const { path } of lists) {
    const { body } = await student.get(path);
    for (const item of Array.isArray(body?.items) ? body.items : []) {
      seen += 1;
      expect(
        JSON.stringify(item).length,
        `${path}: ${JSON.stringify(item).slice(0, 300)}`,
      ).toBeLessThan(MOST_BYTES);
    }
  }
  expect(seen).toBeGreaterThan(5);
  const [transcription] = (await student.get("/transcriptions")).body.items;
  expect(transcription.excerpt).toMatch(/^What is said in cue 0/);
  expect(transcription).not.toHaveProperty("text");
  const [read] = (await student.get("/tts")).body.items;
  expect(read.excerpt).toMatch(/^Read this\./);
  expect(read).not.toHaveProperty("words");
});

/** A recording without a text, and five notes. */
async function makeLibrary() {
  const student = await app.register();
  const wav = { blob: new Blob([Uint8Array.from(makeWav(Buffer.alloc(16_000)))]), name: "a.wav" };
  const { body } = await student.upload("/recordings", wav, {
    title: "Zellen",
    subject: "Biology",
    transcribe: "false",
  });
  const ids: Record<string, string> = { Zellen: body.recording.id };
  const kinds: Record<string, string> = { Zellen: "recording" };
  for (const [title, subject] of [
    ["Ärzte", "biology "],
    ["Atome", "Éthique"],
    ["Blätter", "ethique."],
    ["Lecture 10", undefined],
    ["Lecture 2", undefined],
  ] as const) {
    const made = await student.post("/study-materials", {
      title,
      content: `About ${title}.`,
      ...(subject && { subject }),
    });
    ids[title] = made.body.id;
    kinds[title] = "study_material";
  }
  const thing = (title: string) => ({ kind: kinds[title]!, id: ids[title]! });
  const titles = async (query: string) => {
    const { status, body: page } = await student.get(`/library?${query}`);
    expect(status).toBe(200);
    return page.items.map(({ item }: any) => item.title);
  };
  return { student, thing, titles };
}

it("the library is filtered and sorted by the server, page by page", async () => {
  const { student, thing, titles } = await makeLibrary();
  const newest = ["Lecture 2", "Lecture 10", "Blätter", "Atome", "Ärzte", "Zellen"];
  expect(await titles("")).toEqual(newest);
  expect(await titles("sort=oldest")).toEqual(newest.toReversed());
  expect(await titles("sort=title")).toEqual([
    "Ärzte",
    "Atome",
    "Blätter",
    "Lecture 2",
    "Lecture 10",
    "Zellen",
  ]);
  await student.request("/study/places", {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ source: thing("Zellen"), at_seconds: 1 }),
  });
  expect(await titles("sort=opened")).toEqual(["Zellen", ...newest.slice(0, 5)]);
  expect(await titles("kind=recording")).toEqual(["Zellen"]);
  expect(await titles("state=no_text")).toEqual(["Zellen"]);
  expect(await titles("state=ready&kind=study_material")).toHaveLength(5);
  expect(await titles("state=failed")).toEqual([]);
  for (const sort of ["newest", "oldest", "title", "opened"]) {
    const whole = await titles(`sort=${sort}`);
    const found: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const { body }: { body: any } = await student.get(
        `/library?sort=${sort}&limit=2${cursor && `&cursor=${cursor}`}`,
      );
      found.push(...body.items.map(({ item }: any) => item.title));
      cursor = body.next_cursor;
    }
    expect(found).toEqual(whole);
  }
  const forged = Buffer.from(JSON.stringify(["a\0", "b"])).toString("base64url");
  for (const cursor of ["x", forged]) {
    const { status, body } = await student.get(`/library?cursor=${cursor}`);
    expect([status, body.errors[0].field]).toEqual([422, "cursor"]);
  }
});

it("the library shows what each thing begins with: short, without marks, never the title again", async () => {
  const student = await app.register();
  const wav = { blob: new Blob([Uint8Array.from(makeWav(Buffer.alloc(16_000)))]), name: "a.wav" };
  const cues =
    "1\n00:00:00,000 --> 00:00:00,200\nGood morning.\n\n" +
    "2\n00:00:00,200 --> 00:00:00,400\nToday: osmosis.\n";
  for (const captions of [undefined, new Blob([cues])])
    await student.upload("/recordings", wav, {
      title: captions ? "Spoken" : "Silent",
      transcribe: "false",
      ...(captions && { captions }),
    });
  for (const [title, content] of [
    ["Markdown", "# Markdown\n\n---\n\n> ## **Roots** and `bark`\nmore"],
    ["Only its title", "only its title!"],
    ["One long line", "\u{1F333}".repeat(50_000) + "tree"],
    ["Words", `${"word ".repeat(100_000)}`],
    ["Late", `${"\n".repeat(5000)}Late words`],
  ] as const)
    expect((await student.post("/study-materials", { title, content })).status).toBe(201);
  const { body } = await student.get("/library");
  const lines = Object.fromEntries(
    body.items.map(({ item, first_line }: any) => [item.title, first_line]),
  );
  expect(lines).toEqual({
    Silent: null,
    Spoken: "Good morning. Today: osmosis.",
    Markdown: "Roots and bark",
    "Only its title": null,
    "One long line": null,
    Words: expect.stringMatching(/^word (word )+.*…$/),
    Late: null,
  });
  expect([...lines["Words"]].length).toBeLessThanOrEqual(160);
});

it("a subject is spelt as it is there, and many things are moved at once", async () => {
  const { student, thing, titles } = await makeLibrary();
  expect(await titles("subject=Biology")).toEqual(["Ärzte", "Zellen"]);
  expect(await titles("subject=%C3%89thique")).toEqual(["Blätter", "Atome"]);
  const card = await student.post("/cards", {
    kind: "basic",
    front: "What?",
    back: "That.",
    subject: " BIOLOGY",
  });
  expect(card.body.subject).toBe("Biology");
  const items = [thing("Zellen"), thing("Lecture 2")];
  const change = (values: object) => student.patch("/library", values);
  expect((await change({ items, subject: "ethique", add_tags: ["exam", "b"] })).body).toEqual({
    changed: 2,
  });
  expect(await titles("subject=%C3%89thique")).toEqual(["Lecture 2", "Blätter", "Atome", "Zellen"]);
  expect((await student.get("/library/tags")).body.items).toEqual([
    { tag: "b", things: 2 },
    { tag: "exam", things: 2 },
  ]);
  await change({ items, remove_tags: ["b"] });
  expect(await titles("tag=exam")).toEqual(["Lecture 2", "Zellen"]);
  expect(await titles("tag=b")).toEqual([]);
  // All or none, and nobody else's.
  const missing = { kind: "recording", id: crypto.randomUUID() };
  expect((await change({ items: [...items, missing], subject: "X" })).status).toBe(404);
  const other = await app.register();
  expect((await other.patch("/library", { items, subject: "X" })).status).toBe(404);
  expect(await titles("subject=X")).toEqual([]);
  // Whoever moves all that have a spelling may spell it anew.
  const all = ["Zellen", "Lecture 2", "Blätter", "Atome"].map(thing);
  await change({ items: all, subject: "Ethique" });
  expect(await titles("subject=Ethique")).toHaveLength(4);
});

/** Everything that a student can be shown of a lecture and a note; their words are the marker's. */
async function makeQuoted(of = app) {
  const student = await of.register();
  const wav = { blob: new Blob([Uint8Array.from(makeWav(Buffer.alloc(16_000)))]), name: "a.wav" };
  const cues = "1\n00:00:00,000 --> 00:00:00,400\nThe zorbulon keeps heat in winter.\n";
  const uploaded = await student.upload("/recordings", wav, {
    title: "Zorbulon lecture",
    subject: "Heat",
    captions: new Blob([cues]),
    transcribe: "false",
  });
  const note = await student.post("/study-materials", {
    title: "Zorbulon note",
    subject: "Heat",
    content: "A zorbulon is a kind of stove. It burns birch wood slowly.",
  });
  const recording = uploaded.body.recording;
  const material = note.body;
  await student.until("/search?q=zorbulon", ({ items }) => items.length >= 2);
  const conversation = await student.post("/conversations", { title: "Questions" });
  await student.request(`/conversations/${conversation.body.id}/messages`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ content: "What is a zorbulon?" }),
  });
  const card = await student.post("/cards", {
    kind: "basic",
    front: "What burns slowly?",
    back: "Birch",
    witness: {
      source: { kind: "study_material", id: material.id },
      quote: "It burns birch wood slowly.",
    },
  });
  await student.post("/marks", {
    source: { kind: "recording", id: recording.id },
    at_seconds: 0.1,
    note: "Important",
  });
  return { student, recording, material, conversation: conversation.body, card: card.body };
}

/** As one superuser for everything: past a pool no roles are made that log in. */
async function startBare() {
  const { url } = await createTestDatabase();
  const bare = await startTestApp({
    DATABASE_URL: `${url}?application_name=bare`,
    DATABASE_DIRECT_URL: url,
    LM_LOG_LEVEL: "silent",
  });
  expect(bare.context.missingWall).toContain("Rows are kept apart");
  return bare;
}

it("what is thrown away is nowhere, and comes back as it was", () => throwAwayAndBack(app));

it("the same with one superuser for everything, whom row-level security alone would not stop", async () => {
  const bare = await startBare();
  try {
    await throwAwayAndBack(bare);
  } finally {
    await bare.stop();
  }
});

async function throwAwayAndBack(of: TestApp) {
  const made = await makeQuoted(of);
  const { student, recording, material, conversation, card } = made;
  const items = [
    { kind: "recording", id: recording.id },
    { kind: "study_material", id: material.id },
  ];
  const answer = async () =>
    (await student.get(`/conversations/${conversation.id}/messages`)).body.items.find(
      ({ role }: any) => role === "assistant",
    );
  const before = (await answer()).citations;
  expect(before.length).toBeGreaterThan(0);
  const chapters = [{ title: "Stoves", start_seconds: 0.1 }];
  await student.patch(`/recordings/${recording.id}/chapters`, { items: chapters });
  await student.post(`/recordings/${recording.id}/speakers`, {});
  const stays = await student.post("/study-materials", {
    title: "Ice",
    subject: "Heat",
    content:
      "Glaciers. A glacier is a large body of ice that moves slowly. In 1850 the glaciers of the Alps " +
      "covered 4,474 square kilometres. A moraine is a heap of stones that a glacier leaves behind.",
  });
  const used = (await student.get("/account/quota")).body;
  const suggest = async (wish: object) => {
    const { id } = (await student.post("/cards/suggestions", wish)).body;
    return student.until(`/cards/suggestions/${id}`, ({ status }) => status === "completed");
  };
  const suggestions = await suggest({ source: { kind: "study_material", id: material.id } });
  const suggested = suggestions.id;
  // Of a whole subject: what is from the bin is not there, the rest is.
  const ofSubject = await suggest({ subject: "Heat", count: 8 });
  const sources = ({ items: all }: any) => [
    ...new Set(all.map(({ witness }: any) => witness.source.id)),
  ];
  expect(sources(ofSubject)).toEqual(expect.arrayContaining([recording.id, stays.body.id]));
  expect((await student.post("/bin", { items })).body).toEqual({ moved: 2 });
  // Twice is no longer there, and neither are others'.
  expect((await student.post("/bin", { items })).status).toBe(404);
  const other = await of.register();
  expect((await other.post("/bin/restore", { items })).status).toBe(404);
  expect((await other.get("/bin")).body.items).toEqual([]);

  const lists = (await readOperations(of.url)).filter(
    ({ method, path }) =>
      method === "GET" &&
      !path.includes("{") &&
      // A card keeps its quotation, and where it was from.
      !/^\/(events|bin|cards|reviews\/next)$/.test(path),
  );
  for (const { path } of lists) {
    const { status, body } = await student.get(path);
    expect([200, 403, 422], path).toContain(status);
    expect(JSON.stringify(body), path).not.toContain("Zorbulon");
  }
  expect((await student.get("/search?q=zorbulon")).body.items).toEqual([]);
  const ids: Record<string, string> = {
    recordings: recording.id,
    transcriptions: recording.transcription_id,
    "study-materials": material.id,
  };
  const parts = (await readOperations(of.url)).flatMap(({ method, path }) => {
    const id = ids[path.split("/")[1]!];
    return method === "GET" && id && path.includes("{id}") ? [path.replace("{id}", id)] : [];
  });
  expect(parts.length).toBeGreaterThan(8);
  for (const path of [
    ...parts.map((path) => (path.endsWith("/export") ? `${path}?format=txt` : path)),
    `/overviews?source_kind=recording&source_id=${recording.id}`,
    `/overviews?source_kind=study_material&source_id=${material.id}`,
    `/cards/suggestions/${suggested}`,
  ])
    expect((await student.get(path)).status, path).toBe(404);
  for (const part of ["chapters", "speakers", "slides"]) {
    const path = `/recordings/${recording.id}/${part}`;
    expect((await student.delete(path)).status, path).toBe(404);
  }
  // Whatever would read it reads nothing of it.
  for (const source of items.map(({ kind, id }) => ({ kind, id })))
    for (const [path, body] of Object.entries({
      "/tts": { source },
      "/cards/suggestions": { source },
      "/quizzes": { source, length: 1 },
      "/teach-backs": { source, text: "A zorbulon is a stove." },
      "/marks": {
        source,
        note: "Mine",
        ...(source.kind === "recording" ? { at_seconds: 0 } : { page: 1 }),
      },
      "/conversations": { title: "About it", source_kind: source.kind, source_id: source.id },
      "/cards": {
        kind: "basic",
        front: "Which wood?",
        back: "Birch",
        witness: { source, quote: source.kind === "recording" ? "keeps heat" : "birch wood" },
      },
    })) {
      const { status, body: said } = await student.post(path, body);
      expect([404, 409, 422], `${path} ${source.kind}: ${JSON.stringify(said)}`).toContain(status);
    }
  const another = await student.post("/conversations", { title: "Again" });
  const again = await student.post(
    `/conversations/${another.body.id}/messages`,
    { content: "What is a zorbulon, again?" },
    { accept: "application/json" },
  );
  expect(again.body.citations).toEqual([]);
  expect(again.body.content).not.toContain("stove");
  const left = (await student.get(`/cards/suggestions/${ofSubject.id}`)).body;
  expect(sources(left)).toEqual([stays.body.id]);
  const gone = (await answer()).citations;
  expect(gone.map(({ source }: any) => source.id)).toEqual(gone.map(() => null));
  expect((await student.get(`/cards/${card.id}`)).body.witness.source.id).toBeNull();
  expect((await student.get("/reviews/next")).body.items).toHaveLength(1);
  expect((await student.get("/account/quota")).body.storage_bytes).toEqual(used.storage_bytes);
  const [newest] = (await student.get("/bin")).body.items;
  expect(Date.parse(newest.deleted_at) - Date.parse(newest.binned_at)).toBe(30 * 86_400_000);
  const rest = (await student.get("/bin?limit=1")).body.next_cursor;
  expect((await student.get(`/bin?limit=1&cursor=${rest}`)).body.items).toHaveLength(1);

  expect((await student.post("/bin/restore", { items })).body).toEqual({ moved: 2 });
  expect((await student.get("/bin")).body.items).toEqual([]);
  const { body: back } = await student.get(`/study-materials/${material.id}`);
  expect({ ...back, updated_at: "" }).toEqual({ ...material, updated_at: "" });
  const kept = await student.get(`/recordings/${recording.id}/chapters`);
  expect(kept.body.items).toEqual(chapters);
  expect((await answer()).citations).toEqual(before);
  expect((await student.get(`/cards/${card.id}`)).body.witness).toEqual(card.witness);
  expect((await student.get("/marks")).body.items).toHaveLength(1);
  // At once, without a job.
  expect((await student.get("/search?q=zorbulon")).body.items.length).toBeGreaterThanOrEqual(2);
  for (const made of [suggestions, ofSubject])
    expect((await student.get(`/cards/suggestions/${made.id}`)).body).toEqual(made);
}

it("work that was stopped by the bin goes on, whether its worker has heard of it or not", async () => {
  const { student, recording } = await makeQuoted();
  const { database } = app.context;
  const items = [{ kind: "recording", id: recording.id }];
  // Nobody of this server takes them: one waits, one is with a worker that does not hear.
  const jobs = await database.transaction().execute(async (tx) => {
    const given = { user_id: student.id, payload: { recording_id: recording.id } };
    const run_at = new Date(Date.now() + 3_600_000);
    const waits = await enqueueJob(tx, { ...given, job_type: "align-slides", run_at });
    const runs = await enqueueJob(tx, { ...given, job_type: "draw-waveform", run_at });
    await sql`
      update jobs set status = 'processing', locked_by = 'deaf', heartbeat_at = now() + interval '1 hour', attempts = 1
      where id = ${runs.id}`.execute(tx);
    return [waits.id, runs.id];
  });
  await student.post("/bin", { items });
  const states = async () =>
    Promise.all(jobs.map(async (id) => (await student.get(`/jobs/${id}`)).body.status));
  expect(await states()).toEqual(["cancelled", "processing"]);
  await student.post("/bin/restore", { items });
  await vi.waitUntil(async () => (await states()).every((status) => status === "completed"), {
    timeout: 30_000,
  });
});

it("whoever throws away, puts back or deletes waits for work on it, and never the other way round", async () => {
  const { student, recording, material } = await makeQuoted();
  const { database } = app.context;
  const items = [
    { kind: "recording", id: recording.id },
    { kind: "study_material", id: material.id },
  ];
  const given = { user_id: student.id, run_at: new Date(Date.now() + 3_600_000) };
  const ways = [
    () => student.post("/bin", { items }),
    () => student.post("/bin/restore", { items }),
    () => student.delete(`/recordings/${recording.id}`),
    () => student.delete(`/study-materials/${material.id}`),
  ];
  for (const way of ways) {
    const job = await database.transaction().execute((tx) =>
      enqueueJob(tx, {
        ...given,
        job_type: "index-source",
        payload: { study_material_id: material.id },
      }),
    );
    const drawn = await database.transaction().execute((tx) =>
      enqueueJob(tx, {
        ...given,
        job_type: "draw-waveform",
        payload: { recording_id: recording.id },
      }),
    );
    // A worker's writing: its job first, then what it is about.
    const answer = await database.transaction().execute(async (tx) => {
      await sql`select from jobs where id in (${job.id}, ${drawn.id}) for update`.execute(tx);
      const asked = way();
      await vi.waitUntil(
        async () => {
          const { rows } = await sql`
            select from pg_stat_activity where wait_event_type = 'Lock' and state = 'active'
              and datname = current_database()`.execute(database);
          return rows.length > 0;
        },
        { timeout: 30_000 },
      );
      await sql`update recordings set title = title where id = ${recording.id}`.execute(tx);
      await sql`update study_materials set updated_at = now() where id = ${material.id}`.execute(
        tx,
      );
      return { asked };
    });
    expect((await answer.asked).status).toBeLessThan(300);
  }
});

it("what is put back while the bin is being emptied stays", async () => {
  const { student, material } = await makeQuoted();
  const items = [{ kind: "study_material", id: material.id }];
  await student.post("/bin", { items });
  const { database } = app.context;
  const emptied = await database.transaction().execute(async (tx) => {
    await sql`update study_materials set binned_at = null where id = ${material.id}`.execute(tx);
    const answer = student.request("/bin", { method: "DELETE" });
    await vi.waitUntil(
      async () => {
        const { rows } = await sql`
          select from pg_stat_activity where wait_event_type = 'Lock' and query like '%study_materials%'`.execute(
          database,
        );
        return rows.length > 0;
      },
      { timeout: 30_000 },
    );
    return { answer };
  });
  expect(await (await emptied.answer).json()).toEqual({ deleted: 0, left: 0 });
  expect((await student.get(`/study-materials/${material.id}`)).status).toBe(200);
});

it("the bin is emptied by hand, thing by thing, and after thirty days by itself", async () => {
  const { student, recording, material } = await makeQuoted();
  const bin = (...ids: string[]) =>
    student.post("/bin", {
      items: ids.map((id) => ({
        kind: id === recording.id ? "recording" : "study_material",
        id,
      })),
    });
  const { database, storage } = app.context;
  const files = async () => {
    const keys = [];
    for await (const { key } of storage.list(`${student.id}/recordings/`)) keys.push(key);
    return keys;
  };
  const addNote = async () =>
    (await student.post("/study-materials", { title: "n", content: "Some text." })).body.id;
  const [young, other] = [await addNote(), await addNote()];
  await bin(recording.id, material.id, young, other);
  expect((await student.delete(`/study-materials/${material.id}`)).status).toBe(204);
  expect(await files()).toHaveLength(1);
  await sql`update recordings set binned_at = now() - interval '31 days' where id = ${recording.id}`.execute(
    database,
  );
  await database.transaction().execute(async (tx) => {
    await sql`select set_config('lm.purpose', 'upkeep', true)`.execute(tx);
    await enqueueJob(tx, { user_id: null, job_type: "empty-bins", payload: {} });
  });
  await vi.waitUntil(async () => (await student.get("/bin")).body.items.length === 2, {
    timeout: 30_000,
  });
  await vi.waitUntil(async () => (await files()).length === 0, { timeout: 30_000 });
  // Thousands are more than one request's work: each says what is left.
  await sql`
    insert into study_materials (user_id, title, content, kind, status, binned_at)
    select ${student.id}, 'n ' || number, 'Some text.', 'note', 'ready', now()
    from generate_series(1, 600) as number`.execute(database);
  const steps = [];
  do steps.push(await (await student.request("/bin", { method: "DELETE" })).json());
  while (steps.at(-1).left > 0);
  expect(steps.length).toBeGreaterThan(1);
  expect(steps.reduce((sum, { deleted }) => sum + deleted, 0)).toBe(602);
  expect(steps[0].left).toBe(602 - steps[0].deleted);
  expect((await student.get("/bin")).body.items).toEqual([]);
});
