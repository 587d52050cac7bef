/** The suitcase and the receipt through the door: taken out, carried to another server, taken in, undone; deleted and proven. */
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPromise } from "yauzl";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { makePdf } from "#tests/support/make-documents.ts";
import { makeWav } from "#tests/support/make-wav.ts";
import { layOutZip } from "./zip-layout.ts";

let app: TestApp;
let other: TestApp;
beforeAll(async () => {
  [app, other] = await Promise.all([startTestApp(), startTestApp()]);
});
afterAll(() => Promise.all([app?.stop(), other?.stop()]));

const VTT =
  "WEBVTT\n\n00:00.000 --> 00:04.000\nPlants turn light into sugar.\n\n00:04.000 --> 00:08.000\nThe stroma is a fluid.\n";

/** One of everything that a student can make here. */
async function fill(student: Student) {
  const { body: uploaded } = await student.upload(
    "/recordings",
    { blob: new Blob([Uint8Array.from(makeWav(Buffer.alloc(128_000)))]), name: "a.wav" },
    { title: "Photosynthèse “1”", subject: "Biology", captions: new Blob([VTT]) },
  );
  const recording = uploaded.recording.id as string;
  const { body: deck } = await student.upload(
    "/study-materials",
    {
      blob: new Blob([
        Uint8Array.from(makePdf([["# Light and sugar"], ["# The stroma is a fluid"]])),
      ]),
      name: "deck.pdf",
    },
    { title: "Deck" },
  );
  await student.until(`/study-materials/${deck.id}`, ({ status }) => status === "ready");
  const note = await student.post("/study-materials", {
    title: "Note",
    content: "The Calvin cycle takes place in the stroma.\n\n0.1 + 0.2 = 0.3",
  });
  const { body: shown } = await student.get(`/recordings/${recording}`);
  await student.patch(`/transcriptions/${shown.transcription_id}/segments/0`, {
    text: "Green plants turn light into sugar.",
  });
  const { body: conversation } = await student.post("/conversations", { title: "Questions" });
  await student.request(`/conversations/${conversation.id}/messages`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ content: "Where does the Calvin cycle take place?" }),
  });
  const { body: card } = await student.post("/cards", {
    kind: "basic",
    front: "Where?",
    back: "In the stroma",
    tags: ["bio"],
    witness: { source: { kind: "study_material", id: note.body.id }, quote: "in the stroma" },
  });
  await student.post("/reviews", {
    items: [
      {
        id: "01900000-0000-7000-8000-000000000001",
        card_id: card.id,
        rating: 3,
        reviewed_at: new Date(Date.now() - 60_000).toISOString(),
        duration_ms: 1200,
      },
    ],
  });
  await student.post("/marks", {
    source: { kind: "recording", id: recording },
    at_seconds: 2,
    note: "!",
  });
  await student.request(`/recordings/${recording}/slides`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ study_material_id: deck.id }),
  });
  await student.until(`/recordings/${recording}/slides`, ({ status }) => status === "ready");
  const { body: speech } = await student.post("/tts", { text: "The stroma." });
  await student.until(`/tts/${speech.id}`, ({ status }) => status === "ready");
  await student.until(`/recordings/${recording}/waveform`, ({ peaks }) => peaks !== null);
  return { recording, note: note.body.id as string, card: card.id as string };
}

async function exported(student: Student) {
  const started = await student.post("/account/export");
  expect(started.status).toBe(202);
  const path = `/account/exports/${started.body.id}`;
  const ready = await student.until(
    path,
    ({ status }) => status === "ready" || status === "failed",
  );
  expect(ready).toMatchObject({ status: "ready", error_message: null });
  const answer = await student.request(`${path}/file`);
  const zip = Buffer.from(await answer.arrayBuffer());
  expect(zip.length).toBe(ready.size_bytes);
  return { zip, path };
}

async function imported(student: Student, zip: Buffer, fields: Record<string, string> = {}) {
  const started = await student.upload(
    "/account/import",
    { blob: new Blob([Uint8Array.from(zip)]), name: "account.zip" },
    fields,
  );
  expect(started.status).toBe(202);
  return student.until(`/account/imports/${started.body.id}`, ({ status }) =>
    ["completed", "failed"].includes(status),
  );
}

/** Name -> content. */
async function unzip(zip: Buffer) {
  const folder = join(app.folder, "unzip");
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${createHash("sha256").update(zip).digest("hex")}.zip`);
  await writeFile(path, zip);
  const opened = await openPromise(path, { lazyEntries: true, autoClose: false });
  const files = new Map<string, Buffer>();
  for await (const entry of opened.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await opened.openReadStreamPromise(entry))
      chunks.push(chunk as Buffer);
    files.set(entry.fileName, Buffer.concat(chunks));
  }
  opened.close();
  return files;
}

/** A zip as a suitcase is one, from any files: the manifest is made anew unless it is given. */
async function pack(files: Map<string, Buffer>, keepManifest = false) {
  const content = new Map(files);
  if (!keepManifest)
    content.set(
      "manifest-sha256.txt",
      Buffer.from(
        [...content]
          .filter(([name]) => name.startsWith("data/"))
          .map(([name, bytes]) => `${createHash("sha256").update(bytes).digest("hex")}  ${name}\n`)
          .join(""),
      ),
    );
  const { crc32 } = await import("node:zlib");
  const { Readable } = await import("node:stream");
  const entries = [...content].map(([name, bytes]) => ({
    name,
    size_bytes: bytes.length,
    crc32: crc32(bytes),
  }));
  const zip = layOutZip(entries, async ({ name }, start, end) =>
    Readable.from([content.get(name)!.subarray(start, end + 1)]),
  );
  const chunks: Buffer[] = [];
  for await (const chunk of zip.read(0, zip.size - 1)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe("an account in a suitcase", () => {
  it("goes out, into an empty server, and out again: the same bytes but for the header", async () => {
    const student = await app.register();
    await student.patch("/auth/me", { full_name: "Ann Example", username: "ann-example" });
    await fill(student);
    const { zip } = await exported(student);
    const newcomer = await other.register();
    const result = await imported(newcomer, zip);
    expect(result).toMatchObject({ status: "completed", error_message: null, conflicts: [] });
    expect(result.counts.recordings).toEqual({ added: 1, here_already: 0 });
    const { zip: again } = await exported(newcomer);
    const [before, after] = [await unzip(zip), await unzip(again)];
    expect([...after.keys()]).toEqual([...before.keys()]);
    for (const [name, content] of before)
      if (name !== "header.json")
        expect(after.get(name)!.toString(), name).toBe(content.toString());
    expect(again.length).toBe(zip.length);
    // What came in is searched, opened and heard as what was made here.
    const found = await newcomer.get("/search?q=Calvin");
    expect(found.body.items[0].source.title).toBe("Note");
    const { body: recordings } = await newcomer.get("/recordings");
    const audio = await newcomer.request(`/recordings/${recordings.items[0].id}/audio`);
    expect(Buffer.from(await audio.arrayBuffer())).toEqual(makeWav(Buffer.alloc(128_000)));
  });

  it("is a BagIt archive whose manifest holds, with lines as their schemas say, and no owner", async () => {
    const student = await app.register();
    await fill(student);
    const files = await unzip((await exported(student)).zip);
    expect(files.get("bagit.txt")!.toString()).toMatch(/^BagIt-Version: 1\.0\n/);
    const promised = files.get("manifest-sha256.txt")!.toString().trim().split("\n");
    expect(promised.length).toBe(
      [...files.keys()].filter((name) => name.startsWith("data/")).length,
    );
    for (const line of promised) {
      const [sha256, name] = line.split("  ");
      expect(createHash("sha256").update(files.get(name!)!).digest("hex"), name).toBe(sha256);
    }
    for (const [name, content] of files) {
      const table = /^data\/rows\/(\w+)\.jsonl$/.exec(name)?.[1];
      if (!table || table === "account" || content.length === 0) continue;
      const schema = JSON.parse(files.get(`data/schemas/${table}.json`)!.toString());
      for (const line of content.toString().trim().split("\n"))
        expect(Object.keys(JSON.parse(line)).toSorted(), table).toEqual(schema.required.toSorted());
      expect(content.toString()).not.toContain(student.id);
    }
    expect(files.get("data/README.md")!.toString()).toContain("passkeys");
    const names = [...files.keys()].join("\n");
    expect(names).toMatch(/data\/readable\/recordings\/Photosynthese-1-\w{12}\.vtt/);
    expect(names).toMatch(/data\/readable\/conversations\//);
    // The deck is one that is taken in as any Anki package.
    const reader = await app.register();
    const deck = await reader.upload("/cards/import", {
      blob: new Blob([Uint8Array.from(files.get("data/readable/cards.apkg")!)]),
      name: "cards.apkg",
    });
    const read = await reader.until(`/cards/imports/${deck.body.id}`, ({ status }) =>
      ["completed", "failed"].includes(status),
    );
    expect(read).toMatchObject({ status: "completed", counts: { cards: 1, reviews: 1 } });
  });

  it("comes in any piece, as a download that goes on does", async () => {
    const student = await app.register();
    await fill(student);
    const { zip, path } = await exported(student);
    for (const [from, to] of [
      [0, 9],
      [100, 70_000],
      [zip.length - 50, zip.length - 1],
    ] as const) {
      const answer = await student.request(`${path}/file`, {
        headers: { range: `bytes=${from}-${to}` },
      });
      expect(answer.status).toBe(206);
      expect(Buffer.from(await answer.arrayBuffer()).equals(zip.subarray(from, to + 1))).toBe(true);
    }
    const stranger = await app.register();
    expect((await stranger.get(path)).status).toBe(404);
    expect((await stranger.request(`${path}/file`)).status).toBe(404);
    expect((await student.delete(path)).status).toBe(204);
    expect((await student.request(`${path}/file`)).status).toBe(404);
  });

  it("is tried first, taken in once, and undone", async () => {
    const student = await app.register();
    const { recording, note } = await fill(student);
    const { zip } = await exported(student);
    const newcomer = await other.register();
    const own = (await newcomer.post("/study-materials", { title: "Own", content: "Mine." })).body
      .id;
    const tried = await imported(newcomer, zip, { dry_run: "true" });
    expect(tried).toMatchObject({ status: "completed", dry_run: true });
    expect(tried.counts.study_materials).toEqual({ added: 2, here_already: 0 });
    expect((await newcomer.get("/recordings")).body.items).toEqual([]);
    const first = await imported(newcomer, zip);
    expect(first.counts.study_materials).toEqual({ added: 2, here_already: 0 });
    expect((await newcomer.get(`/recordings/${recording}`)).status).toBe(200);
    await newcomer.patch(`/study-materials/${note}`, { title: "Changed here" });
    const second = await imported(newcomer, zip);
    expect(second.counts.study_materials).toEqual({ added: 0, here_already: 2 });
    expect((await newcomer.get(`/study-materials/${note}`)).body.title).toBe("Changed here");
    const undone = await newcomer.post(`/account/imports/${first.id}/undo`);
    expect(undone.body.status).toBe("undone");
    expect((await newcomer.get("/recordings")).body.items).toEqual([]);
    expect((await newcomer.get(`/study-materials/${own}`)).status).toBe(200);
    expect((await newcomer.post(`/account/imports/${first.id}/undo`)).status).toBe(409);
  });

  it("comes in by a resumable upload, is tried, and then taken in without being sent again", async () => {
    const student = await app.register();
    const { recording } = await fill(student);
    const { zip } = await exported(student);
    const newcomer = await other.register();
    const headers = { "tus-resumable": "1.0.0" };
    const encode = (fields: Record<string, string>) =>
      Object.entries(fields)
        .map(([key, value]) => `${key} ${Buffer.from(value).toString("base64")}`)
        .join(",");
    const created = await newcomer.request("/uploads", {
      method: "POST",
      headers: {
        ...headers,
        "upload-length": String(zip.length),
        "upload-metadata": encode({ kind: "account_import", dry_run: "true", filename: "a.zip" }),
      },
    });
    const path = created.headers.get("location")!.replace("/api", "");
    const patch = (from: number, to: number) =>
      newcomer.request(path, {
        method: "PATCH",
        headers: {
          ...headers,
          "content-type": "application/offset+octet-stream",
          "upload-offset": String(from),
        },
        body: Uint8Array.from(zip.subarray(from, to)),
      });
    expect((await patch(0, 50_000)).status).toBe(204);
    // After a cut the sender asks where it is.
    const upload = (await newcomer.get(path)).body;
    expect(upload).toMatchObject({ kind: "account_import", offset_bytes: 50_000, is_live: false });
    const last = await patch(50_000, zip.length);
    expect(last.status).toBe(204);
    const id = last.headers.get("account-import-id")!;
    const tried = await newcomer.until(`/account/imports/${id}`, ({ status }) =>
      ["completed", "failed"].includes(status),
    );
    expect(tried).toMatchObject({ status: "completed", dry_run: true, undone_at: null });
    expect(tried.kept_until).not.toBeNull();
    expect(tried.counts.recordings).toEqual({ added: 1, here_already: 0 });
    expect((await newcomer.get("/recordings")).body.items).toEqual([]);
    const stranger = await other.register();
    expect((await stranger.post(`/account/imports/${id}/start`)).status).toBe(404);
    expect((await newcomer.post(`/account/imports/${id}/start`)).status).toBe(202);
    const taken = await newcomer.until(`/account/imports/${id}`, ({ status }) =>
      ["completed", "failed"].includes(status),
    );
    expect(taken).toMatchObject({ status: "completed", dry_run: false });
    expect((await newcomer.get(`/recordings/${recording}`)).status).toBe(200);
    expect((await newcomer.post(`/account/imports/${id}/start`)).status).toBe(409);
    for await (const { key } of other.context.storage.list(`${newcomer.id}/imports/`))
      expect.unreachable(`${key} stayed`);
  });

  it("keeps both where another thing has its id, and follows it in every link", async () => {
    const student = await app.register();
    const { note } = await fill(student);
    const files = await unzip((await exported(student)).zip);
    const changed = new Map(
      [...files].map(([name, content]) => [
        name,
        name === "data/rows/study_materials.jsonl"
          ? Buffer.from(
              content
                .toString()
                .split("\n")
                .map((line) =>
                  line.includes(note)
                    ? line.replace(
                        /"created_at":"[^"]+"/,
                        '"created_at":"2020-01-01T00:00:00+00:00"',
                      )
                    : line,
                )
                .join("\n"),
            )
          : content,
      ]),
    );
    const result = await imported(student, await pack(changed));
    expect(result).toMatchObject({ status: "completed" });
    expect(result.conflicts).toHaveLength(1);
    expect(result.counts.study_materials).toEqual({ added: 1, here_already: 1 });
    expect((await student.get("/study-materials")).body.items).toHaveLength(3);
  });

  it("is refused when it is hostile, and changes nothing then", async () => {
    const student = await app.register();
    await fill(student);
    const files = await unzip((await exported(student)).zip);
    const victim = await other.register();
    const change = (name: string, edit: (text: string) => string) =>
      new Map(
        [...files].map(([at, content]) => [
          at,
          at === name ? Buffer.from(edit(content.toString())) : content,
        ]),
      );
    const rows = "data/rows/study_materials.jsonl";
    const hostile: [string, Buffer][] = [
      ["no zip", Buffer.from("hello, I am no zip at all, but long enough to look like one")],
      ["cut off", (await pack(files)).subarray(0, 5000)],
      [
        "a path that leads out",
        await pack(new Map([...files, ["../../etc/passwd", Buffer.from("x")]])),
      ],
      [
        "a false hash",
        await pack(
          change("data/README.md", (text) => `${text}!`),
          true,
        ),
      ],
      [
        "a file under another name",
        await pack(new Map([...files, [`data/files/${"0".repeat(64)}`, Buffer.from("x")]])),
      ],
      [
        "another owner",
        await pack(change(rows, (text) => text.replace("{", `{"user_id":"${student.id}",`))),
      ],
      [
        "an unknown table",
        await pack(new Map([...files, ["data/rows/users.jsonl", Buffer.from("{}\n")]])),
      ],
      ["an unknown column", await pack(change(rows, (text) => text.replace("{", '{"evil":1,')))],
      ["no JSON", await pack(change(rows, () => "{nope}\n"))],
      [
        "a value that may not be",
        await pack(change(rows, (text) => text.replace('"kind":"note"', '"kind":"virus"'))),
      ],
      ["a link to nothing", await pack(change("data/rows/recordings.jsonl", () => ""))],
      [
        "from the future",
        await pack(change("header.json", (text) => text.replace('"format": 1', '"format": 99'))),
      ],
    ];
    for (const [why, zip] of hostile) {
      const result = await imported(victim, zip);
      expect(result, why).toMatchObject({ status: "failed", error_code: "suitcase-unreadable" });
      expect(result.error_message, why).toMatch(
        /^This suitcase cannot be taken in\. .*Nothing was changed\.$/,
      );
    }
    for (const list of ["/recordings", "/study-materials", "/cards", "/conversations", "/marks"])
      expect((await victim.get(list)).body.items).toEqual([]);
  });
});
