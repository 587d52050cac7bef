/**
 * The suitcase and the receipt through the door: taken out, carried to another server, taken in, undone; deleted and
 * proven.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp, type TestApp } from "#tests/support/app.ts";
import { makeWav } from "#tests/support/make-wav.ts";
import { exported, fillAccount, imported, pack, unzip } from "#tests/support/suitcases.ts";

let app: TestApp;
let other: TestApp;
beforeAll(async () => {
  [app, other] = await Promise.all([startTestApp(), startTestApp()]);
});
afterAll(() => Promise.all([app?.stop(), other?.stop()]));

describe("an account in a suitcase", () => {
  it("goes out, into an empty server, and out again: the same bytes but for the header", async () => {
    const student = await app.register();
    await student.patch("/auth/me", { full_name: "Ann Example", username: "ann-example" });
    await fillAccount(student);
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
    await fillAccount(student);
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
    const marks = [...files].find(([name]) => name.startsWith("data/readable/marks/Photosynthese"));
    expect(marks![1].toString()).toBe("# Photosynthèse “1”\n\n## 0:00:02\n\n!\n");
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
    await fillAccount(student);
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
    const { recording, note } = await fillAccount(student);
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
    const { recording } = await fillAccount(student);
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
    const { note } = await fillAccount(student);
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

  it("is undone with the name, the language and the day that the account had before", async () => {
    const student = await app.register();
    await student.patch("/auth/me", {
      full_name: "Ann Example",
      username: "ann-two",
      locale: "de",
    });
    await fillAccount(student);
    const { zip } = await exported(student);
    const newcomer = await other.register();
    await newcomer.patch("/auth/me", { full_name: "Before" });
    const before = (await newcomer.get("/auth/me")).body;
    const { id } = await imported(newcomer, zip);
    const taken = (await newcomer.get("/auth/me")).body;
    expect(taken).toMatchObject({ full_name: "Ann Example", username: "ann-two", locale: "de" });
    // What was changed since is the student's own.
    await newcomer.patch("/auth/me", { username: "ann-here" });
    expect((await newcomer.post(`/account/imports/${id}/undo`)).status).toBe(200);
    expect((await newcomer.get("/auth/me")).body).toEqual({
      ...before,
      username: "ann-here",
    });
    const settings = await other.context.database
      .selectFrom("study_settings")
      .select("user_id")
      .where("user_id", "=", newcomer.id)
      .execute();
    expect(settings).toEqual([]);
  });

  it("brings back what is missing of what is here, mixes no parts, and an undo takes only that out", async () => {
    const student = await app.register();
    const { recording } = await fillAccount(student);
    const { zip } = await exported(student);
    const { database } = app.context;
    const spans = () =>
      database
        .selectFrom("slide_spans")
        .select(["number", "start_seconds"])
        .where("user_id", "=", student.id)
        .orderBy("number")
        .execute();
    const whole = await spans();
    expect(whole.length).toBeGreaterThan(0);
    // Here it was aligned anew since, with another number of spans.
    await database.deleteFrom("slide_spans").where("user_id", "=", student.id).execute();
    expect((await imported(student, zip)).counts.slide_spans.added).toBe(0);
    expect(await spans()).toEqual([]);
    expect((await student.delete(`/recordings/${recording}/slides`)).status).toBe(204);
    const { id, counts } = await imported(student, zip);
    expect(counts.recording_slides).toEqual({ added: 1, here_already: 0 });
    expect(await spans()).toEqual(whole);
    await student.post(`/account/imports/${id}/undo`);
    expect(await spans()).toEqual([]);
    expect((await student.get(`/recordings/${recording}`)).status).toBe(200);
  });

  it("of an older version is as if it had been here all the time", async () => {
    // Made by the first version that made any: its names are not composed, and its quotations name no recording.
    const zip = await readFile(
      fileURLToPath(new URL("../../../tests/suitcases/format-1.zip", import.meta.url)),
    );
    const old = await unzip(zip);
    expect(JSON.parse(old.get("header.json")!.toString()).format).toBe(1);
    expect(old.get("data/rows/card_witnesses.jsonl")!.toString()).not.toContain("recording_id");
    const newcomer = await other.register();
    const result = await imported(newcomer, zip);
    expect(result).toMatchObject({ status: "completed", error_message: null, conflicts: [] });
    const { body } = await newcomer.get(`/recordings?subject=${encodeURIComponent("Écologie")}`);
    expect(body.items).toMatchObject([{ title: "Photosynthèse", subject: "Écologie" }]);
    const [card] = (await newcomer.get(`/cards?tag=${encodeURIComponent("été")}`)).body.items;
    expect(card.witness.source).toMatchObject({ kind: "recording", id: body.items[0].id });
    for (const table of ["citations", "card_witnesses"] as const) {
      const rows = await other.context.database
        .selectFrom(table)
        .select("recording_id")
        .where("user_id", "=", newcomer.id)
        .execute();
      expect(rows).toEqual([{ recording_id: body.items[0].id }]);
    }
    const { zip: again } = await exported(newcomer);
    const header = JSON.parse((await unzip(again)).get("header.json")!.toString());
    expect(header.format).toBeGreaterThan(1);
    const twice = await other.register();
    expect(await imported(twice, again)).toMatchObject({ status: "completed", conflicts: [] });
  });
});
