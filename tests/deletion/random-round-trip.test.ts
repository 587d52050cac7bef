/** An account of every table that travels, made at random from the catalog: out, into an empty server and out again are the same bytes. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { SUITCASE_TABLES } from "#server/features/account/suitcase-tables.ts";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { makeRandomAccount, type Realistic } from "#tests/support/random-account.ts";

const HEADER_BYTES = 2048;
let app: TestApp;
let other: TestApp;
beforeAll(async () => {
  [app, other] = await Promise.all([startTestApp(), startTestApp()]);
});
afterAll(() => Promise.all([app?.stop(), other?.stop()]));

/** Values that the readable half of the suitcase is made of: words with seconds, settings that are some. */
const realistic: Realistic = (table, line, marker) => {
  const word = { text: marker, start: 0.5, end: 0.75, confidence: 0.5 };
  if (table === "transcription_segments") {
    if (line["words"]) line["words"] = [word];
    if (line["original"]) line["original"] = { text: marker, words: null };
  }
  if (table === "study_materials" && line["sections"])
    line["sections"] = [{ heading: marker, start_offset: 0, end_offset: 1 }];
  if (table === "study_settings")
    Object.assign(line, {
      time_zone: "Europe/Berlin",
      learning_steps: ["2m"],
      relearning_steps: ["15m"],
      weights: null,
    });
  if (["cards", "quiz_questions", "suggested_cards"].includes(table))
    line["options"] =
      line["kind"] === "choice"
        ? [`${marker} a`, `${marker} b`]
        : line["kind"] === "occlusion"
          ? [{ x: 0.1, y: 0.2, width: 0.3, height: 0.25 }]
          : null;
};

async function exported(student: Student) {
  const started = await student.post("/account/export");
  const path = `/account/exports/${started.body.id}`;
  const ended = await student.until(path, ({ status }) => ["ready", "failed"].includes(status));
  expect(ended).toMatchObject({ status: "ready", error_message: null });
  return Buffer.from(await (await student.request(`${path}/file`)).arrayBuffer());
}

/** The header stands outside of the identity: its own place, and its checksum in the table of contents. */
function withoutHeader(zip: Buffer) {
  const bytes = Buffer.from(zip);
  const at = bytes.indexOf("header.json");
  bytes.fill(0, at - 30 + 14, at - 30 + 18);
  bytes.fill(0, at, at + 11 + 20 + HEADER_BYTES);
  const listed = bytes.lastIndexOf("header.json");
  bytes.fill(0, listed - 46 + 16, listed - 46 + 20);
  return bytes;
}

it.each([1, 2, 3])("seed %i", async (seed) => {
  const student = await app.register();
  const account = await makeRandomAccount(app.context.database, app.context.storage, student.id, {
    marker: "kestrel",
    seed,
    tables: SUITCASE_TABLES.map(({ name }) => name),
    realistic,
  });
  expect(account.empty).toEqual([]);
  const first = await exported(student);
  const newcomer = await other.register();
  const started = await newcomer.upload("/account/import", {
    blob: new Blob([Uint8Array.from(first)]),
    name: "account.zip",
  });
  const result = await newcomer.until(`/account/imports/${started.body.id}`, ({ status }) =>
    ["completed", "failed"].includes(status),
  );
  expect(result).toMatchObject({ status: "completed", error_message: null, conflicts: [] });
  const second = await exported(newcomer);
  expect(withoutHeader(second).equals(withoutHeader(first))).toBe(true);
});
