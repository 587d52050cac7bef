/** Captions as tools really write them, through the door; those of ../shared/inputs where that folder is. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import iconv from "iconv-lite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { makeWav } from "#tests/support/make-wav.ts";
import { readCaptions } from "./read-captions.ts";

let app: TestApp;
let student: Student;
beforeAll(async () => {
  app = await startTestApp({ LM_WORKER: "off" });
  student = await app.register();
});
afterAll(() => app?.stop());

/** A minute of silence, so that no cue of the tests lies behind the end of the recording. */
const wav = new Blob([new Uint8Array(makeWav(Buffer.alloc(2 * 8000 * 60)))]);

async function supply(
  captions: string | Uint8Array,
  fields: Record<string, string> = {},
  who = student,
) {
  const uploaded = await who.upload(
    "/recordings",
    { blob: wav, name: "lecture.wav" },
    { ...fields, captions: new Blob([captions as BlobPart]) },
  );
  if (uploaded.status !== 201) return { problem: uploaded.body, status: uploaded.status };
  const id = uploaded.body.recording.transcription_id;
  const { body } = await who.get(`/transcriptions/${id}`);
  return { transcription: body, cues: body.segments.map((each: any) => each.text), status: 201 };
}
const exported = async (id: string, format: string) =>
  (await student.get(`/transcriptions/${id}/export?format=${format}`)).body;

describe("the forms", () => {
  it.each([
    ["SBV", "0:00:01.000,0:00:02.500\nOne[br]and more.\n\n0:00:03.000,0:00:04.000\nTwo.\n"],
    [
      "LRC",
      "[ti:Lecture]\n[la:en]\n[00:01.00]One <00:01.50>and more.\n[00:03.00]Two.\n[00:04.00]\n",
    ],
    [
      "TTML",
      `<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><head><metadata><title>x</title></metadata></head>
       <body><div begin="1s"><p begin="0s" dur="1.5s">One<br/>and <span>more</span>.</p>
       <p begin="00:00:02.000" end="00:00:03.000">Two.</p></div></body></tt>`,
    ],
    [
      "DFXP",
      `<tt xmlns="http://www.w3.org/2006/04/ttaf1"><body><div><p begin="00:00:01.00" end="00:00:02.50">One and more.</p>
       <p begin="00:00:03.00" end="00:00:04.00">Two.</p></div></body></tt>`,
    ],
    [
      "double-spaced SRT",
      "1\r\r\n00:00:01,000 --> 00:00:02,500\r\r\nOne and\r\r\nmore.\r\r\n\r\r\n2\r\r\n" +
        "00:00:03,000 --> 00:00:04,000\r\r\nTwo.\r\r\n",
    ],
    [
      "SRT with each line apart",
      "1\n\n00:00:01,000 --> 00:00:02,500\n\nOne and more.\n\n\n2\n\n00:00:03,000 --> 00:00:04,000\n\nTwo.\n",
    ],
    [
      "machine-translated SRT",
      "1\n00：00：01，000 –> 00：00：02，500\nOne and more.\n\n2\n00: 00: 03, 000 -> 00: 00: 04, 000\nTwo.\n",
    ],
    [
      "text behind the times",
      "00:00:01,000 --> 00:00:02,500 One and more.\n00:00:03,000 --> 00:00:04,000 Two.\n",
    ],
  ])("%s", async (_name, file) => {
    const { transcription, cues } = await supply(file);
    expect(cues).toEqual(["One and more.", "Two."]);
    expect(transcription.segments.map((each: any) => [each.start, each.end])).toEqual([
      [1, expect.toSatisfy((end: number) => end === 2.5 || end === 3)],
      [3, 4],
    ]);
  });

  it.each([
    [
      "SubStation",
      "[Script Info]\nTitle: x\n[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,,,0,0,0,,Hi",
    ],
    ["MicroDVD", "{25}{50}Hello"],
    ["SAMI", "<SAMI><BODY><SYNC Start=1000><P>Hello</SAMI>"],
    ["JSON", '{"segments":[{"start":1}]}'],
    ["web page", "<!DOCTYPE html><p>Hello</p>"],
    ["There are no times", "Only a text without any times."],
    [
      "not a text",
      Buffer.from([0x50, 0x4b, 3, 4, ...Array.from({ length: 500 }, (_, at) => (at * 37) % 256)]),
    ],
    ["empty", " \n"],
  ])("refuses by name: %s", async (name, file) => {
    const { status, problem } = await supply(file);
    expect(status).toBe(422);
    expect(problem).toMatchObject({
      code: "captions-unreadable",
      detail: expect.stringContaining(name),
    });
  });
});

describe("what is said and what is kept", () => {
  it("counts what has no time, and what lies after the end of the recording", async () => {
    const { transcription, cues } = await supply(
      "1\nxx:yy --> 00:00:02,000\nLost.\n\n2\n00:99:00,000 --> 00:99:02,000\nLost too.\n\n3\n" +
        "00:00:05,000 --> 00:00:06,000\nKept.\n\n4\n00:02:00,000 --> 00:02:01,000\nLate.\n",
    );
    expect(cues).toEqual(["Kept.", "Late."]);
    expect(transcription.remark).toBe(
      "2 cues had no time that can be read and were left out. 1 cue begins after the end of the recording.",
    );
  });

  it("gives cues back as they came: as many, with their times, lines and speakers, and the file itself", async () => {
    const file = [
      "WEBVTT\n",
      ...Array.from({ length: 40 }, (_, at) => {
        const two = String(at).padStart(2, "0");
        return (
          `00:00:${two}.000 --> 00:00:${two}.900\n<v ${at % 2 ? "Ada" : "Ben"}>A first line ` +
          `with many more letters than forty-two,\nand a second &lt;line&gt; number ${at}.\n`
        );
      }),
    ].join("\n");
    const { transcription } = await supply(file);
    expect(await exported(transcription.id, "vtt")).toBe(file);
    const srt = await exported(transcription.id, "srt");
    expect(srt.match(/-->/g)).toHaveLength(40);
    expect(srt).toContain("Ada: A first line");
    expect((await student.get(`/transcriptions/${transcription.id}/captions`)).body).toBe(file);
    expect(await exported(transcription.id, "txt")).toContain("Ben: A first line");
  });

  it("keeps times that overlap, and lets an edit forget the lines", async () => {
    const { transcription } = await supply(
      "1\n00:00:01,000 --> 00:00:09,000\nA long\none.\n\n2\n00:00:02,000 --> 00:00:03,000\nShort.\n",
    );
    expect(await exported(transcription.id, "srt")).toContain(
      "00:00:01,000 --> 00:00:09,000\nA long\none.",
    );
    await student.patch(`/transcriptions/${transcription.id}/segments/0`, {
      text: "Another text.",
    });
    expect(await exported(transcription.id, "srt")).toContain("\nAnother text.\n");
  });

  it("renames a voice everywhere, names a span, and leaves words and quotations as they are", async () => {
    const { transcription } = await supply(
      "1\n00:00:01,000 --> 00:00:02,000\nADA: What is it?\n\n2\n00:00:03,000 --> " +
        "00:00:04,000\nBEN: A slope.\n\n3\n00:00:05,000 --> 00:00:06,000\nADA: Thank you.\n",
    );
    const path = `/transcriptions/${transcription.id}/speakers`;
    const voices = async () =>
      (await student.get(`/transcriptions/${transcription.id}`)).body.segments.map(
        ({ speaker, text }: any) => [speaker, text],
      );
    expect((await student.patch(path, { speaker: "ADA", name: " Ada Lovelace " })).body).toEqual({
      changed: 2,
    });
    expect((await student.patch(path, { first: 1, last: 1, name: null })).body.changed).toBe(1);
    expect(await voices()).toEqual([
      ["Ada Lovelace", "What is it?"],
      [null, "A slope."],
      ["Ada Lovelace", "Thank you."],
    ]);
    expect(await exported(transcription.id, "vtt")).toContain("<v Ada Lovelace>What is it?");
    expect((await student.patch(path, { speaker: "Nobody", name: "X" })).status).toBe(404);
    expect((await student.patch(path, { first: 2, last: 1, name: "X" })).status).toBe(422);
    expect((await student.patch(path, { first: 0, last: 1, name: "" })).status).toBe(422);
  });

  it("keeps speakers before colons where the file has them, and colons of a lecture as text", async () => {
    const spoken = await supply(
      "1\n00:00:01,000 --> 00:00:02,000\nADA: What is it?\n\n2\n00:00:03,000 --> 00:00:04,000\nBEN: A slope.\n",
    );
    expect(spoken.transcription.segments.map((each: any) => [each.speaker, each.text])).toEqual([
      ["ADA", "What is it?"],
      ["BEN", "A slope."],
    ]);
    const lecture = await supply(
      "1\n00:00:01,000 --> 00:00:02,000\nNote: this is important.\n\n2\n00:00:03,000 --> " +
        "00:00:04,000\nRemember: energy is conserved.\n\n3\n00:00:05,000 --> 00:00:06,000\n" +
        "Nothing more.\n",
    );
    expect(lecture.cues[0]).toBe("Note: this is important.");
    const several = await supply(
      "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>Is it? <v Ben>It is.\n",
    );
    expect(several.cues).toEqual(["Ada: Is it? Ben: It is."]);
  });

  it("takes the times of words where automatic captions have them", async () => {
    const { transcription } = await supply(
      "WEBVTT\nLanguage: en\n\n00:01.000 --> 00:03.000\nthe<00:01.500><c> whole</c><00:02.000><c> cell</c>\n",
    );
    expect(transcription.segments[0].words).toEqual([
      { text: "the", start: 1, end: 1.5 },
      { text: "whole", start: 1.5, end: 2 },
      { text: "cell", start: 2, end: 3 },
    ]);
    expect(transcription.language).toBe("en");
  });

  it("unrolls captions that grow within their line, and leaves refrains alone", () => {
    const growing = ["we", "we see", "we see that", "we see that\nit is", "it is\nso"];
    const srt = growing
      .map((text, at) => `${at + 1}\n00:00:0${at},000 --> 00:00:0${at + 1},000\n${text}\n`)
      .join("\n");
    const texts = readCaptions(Buffer.from(srt)).segments.map((each) => each.text);
    expect(texts.join(" ")).toBe("we see that it is so");
    const refrain = ["No.", "No.", "No.", "Yes.", "Yes.", "Well, no."]
      .map((text, at) => `${at + 1}\n00:00:0${at},000 --> 00:00:0${at + 1},000\n${text}\n`)
      .join("\n");
    expect(readCaptions(Buffer.from(refrain)).segments).toHaveLength(6);
  });
});

describe("the encoding", () => {
  it("is shown, and another one is obeyed", async () => {
    const bytes = iconv.encode("1\n00:00:01,000 --> 00:00:02,000\nŽluťoučký kůň\n", "iso-8859-2");
    const wrong = await supply(bytes, { captions_encoding: "windows-1252" });
    expect(wrong.transcription).toMatchObject({
      text_encoding: "windows-1252",
      text_encoding_found_by: "student",
    });
    expect(wrong.cues[0]).not.toContain("Žluťoučký");
    const again = await student.patch(`/transcriptions/${wrong.transcription.id}`, {
      text_encoding: "iso-8859-2",
    });
    expect(again).toMatchObject({ status: 200, body: { text: "Žluťoučký kůň" } });
    const { body } = await student.get("/search?q=kůň");
    expect(body.items.length).toBeGreaterThan(0);
    expect(
      (await student.patch(`/transcriptions/${again.body.id}`, { text_encoding: "klingon" }))
        .status,
    ).toBe(422);
  });

  it("is asked of nothing but captions", async () => {
    const stranger = await app.register();
    const { transcription } = await supply("1\n00:00:01,000 --> 00:00:02,000\nMine.\n");
    const path = `/transcriptions/${transcription.id}`;
    expect((await stranger.patch(path, { text_encoding: "utf-8" })).status).toBe(404);
    expect((await stranger.get(`${path}/captions`)).status).toBe(404);
  });
});

describe("hostile files", () => {
  it.each([
    ["no body", undefined, 415],
    ["another type", "{}", 415],
  ])("answers %s with a problem", async (_name, body, status) => {
    const uploaded = await student.upload(
      "/recordings",
      { blob: wav, name: "x.wav" },
      { transcribe: "false" },
    );
    const answer = await student.request(`/recordings/${uploaded.body.recording.id}/captions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      ...(body !== undefined && { body }),
    });
    expect(answer.status).toBe(status);
  });

  it("takes times of the age of the world for none, and cues of 100,000 letters for no captions", async () => {
    const forever = `1\n${"9".repeat(400)}:00:00,000 --> 00:00:02,000\nX\n\n2\n00:00:01,000 --> 00:00:02,000\nY\n`;
    expect((await supply(forever)).cues).toEqual(["Y"]);
    expect(
      (await supply(`1\n00:00:01,000 --> 00:00:02,000\n${"x".repeat(100_001)}\n`)).status,
    ).toBe(422);
  });
});

interface Expected {
  file: string;
  as: string;
  send?: Record<string, string>;
  must?: string[];
  must_not?: string[];
  exact?: string;
  cues?: number;
  first_start?: number;
  speakers?: string[];
  exports?: string[];
  finds?: string[];
}
const FOLDER = resolve("../shared/inputs");
const expected: Expected[] = existsSync(FOLDER)
  ? JSON.parse(readFileSync(join(FOLDER, "expected.json"), "utf8")).filter(
      ({ as }: Expected) => as === "captions",
    )
  : [];
const flat = (text: string) => text.normalize("NFC").replace(/\s+/g, " ").trim();

describe.runIf(expected.length > 0)("captions that people have", () => {
  it.each(expected.map((entry) => [entry.file, entry] as const))("%s", async (file, entry) => {
    const own = await app.register();
    const { transcription } = await supply(readFileSync(join(FOLDER, file)), entry.send, own);
    const text = flat(transcription.segments.map((each: any) => each.text).join(" "));
    let at = 0;
    for (const piece of entry.must ?? []) {
      const found = text.indexOf(flat(piece), at);
      expect(found < 0 ? `${piece} in: ${text}` : "").toBe("");
      at = found;
    }
    for (const piece of entry.must_not ?? [])
      expect(transcription.segments.map((each: any) => each.text).join("\n")).not.toContain(piece);
    if (entry.exact) expect(text).toBe(flat(entry.exact));
    if (entry.cues) expect(transcription.segments).toHaveLength(entry.cues);
    if (entry.first_start !== undefined)
      expect(transcription.segments[0].start).toBe(entry.first_start);
    for (const name of entry.speakers ?? []) expect(JSON.stringify(transcription)).toContain(name);
    for (const format of entry.exports ?? []) {
      const { status, body } = await own.get(
        `/transcriptions/${transcription.id}/export?format=${format}`,
      );
      expect(status).toBe(200);
      if (format !== "docx") expect(body).not.toMatch(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/);
    }
    for (const q of entry.finds ?? []) {
      const { items } = (await own.get(`/search?q=${encodeURIComponent(q)}`)).body;
      expect([q, items.length]).not.toEqual([q, 0]);
    }
  });
});
