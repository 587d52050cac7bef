/**
 * An account of every table that travels, made at random from the catalog: out, into an empty server and out again are
 * the same bytes.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { SUITCASE_TABLES } from "#server/features/account/suitcase-tables.ts";
import { startTestApp, type TestApp } from "#tests/support/app.ts";
import { makeRandomAccount, type Realistic } from "#tests/support/random-account.ts";
import { expectSameBytes } from "#tests/support/suitcases.ts";

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
  if (table === "study_materials" && line["layout"])
    line["layout"] = [{ kind: "item", start_offset: 0, end_offset: 1, level: 0, mark: 0 }];
  if (table === "recordings" && line["sound_tracks"])
    line["sound_tracks"] = [{ number: 0, codec: marker, readable: true }];
  if (table === "recording_chapters") line["chapters"] = [{ title: marker, start_seconds: 1.5 }];
  if (table === "tts_audio_files" && line["words"])
    line["words"] = [{ start: 0, end: 0.5, start_offset: 0, end_offset: marker.length }];
  if (table === "study_settings")
    Object.assign(line, {
      time_zone: "Europe/Berlin",
      learning_steps: ["2m"],
      relearning_steps: ["15m"],
      weights: null,
      fit: null,
    });
  if (["cards", "quiz_questions", "suggested_cards"].includes(table))
    line["options"] =
      line["kind"] === "choice"
        ? [`${marker} a`, `${marker} b`]
        : line["kind"] === "occlusion"
          ? [{ x: 0.1, y: 0.2, width: 0.3, height: 0.25 }]
          : null;
};

it.each([1, 2, 3])("seed %i", async (seed) => {
  const student = await app.register();
  const account = await makeRandomAccount(app.context.database, app.context.storage, student.id, {
    marker: "kestrel",
    seed,
    tables: SUITCASE_TABLES.map(({ name }) => name),
    realistic,
  });
  expect(account.empty).toEqual([]);
  await expectSameBytes(student, await other.register());
});
