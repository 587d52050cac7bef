/** Accounts in suitcases: filled, taken out, taken in, unpacked and packed again. */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import { expect } from "vitest";
import { fromBufferPromise } from "yauzl";
import { layOutZip } from "#server/features/account/zip-layout.ts";
import type { Student } from "./app.ts";
import { makePdf } from "./make-documents.ts";
import { makeWav } from "./make-wav.ts";

const VTT =
  "WEBVTT\n\n00:00.000 --> 00:04.000\nPlants turn light into sugar.\n\n00:04.000 --> " +
  "00:08.000\nThe stroma is a fluid.\n";

/** One of everything that a student can make here. */
export async function fillAccount(student: Student) {
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

export async function exported(student: Student) {
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

export async function imported(student: Student, zip: Buffer, fields: Record<string, string> = {}) {
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
export async function unzip(zip: Buffer) {
  const opened = await fromBufferPromise(zip, { lazyEntries: true });
  const files = new Map<string, Buffer>();
  for await (const entry of opened.eachEntry())
    files.set(entry.fileName, await buffer(await opened.openReadStreamPromise(entry)));
  return files;
}

/** A zip as a suitcase is one, from any files, also one twice: the manifest is made anew unless it is given. */
export async function pack(files: Iterable<[string, Buffer]>, keepManifest = false) {
  const content = [...files].filter(([name]) => keepManifest || name !== "manifest-sha256.txt");
  if (!keepManifest)
    content.push([
      "manifest-sha256.txt",
      Buffer.from(
        content
          .filter(([name]) => name.startsWith("data/"))
          .map(([name, bytes]) => `${createHash("sha256").update(bytes).digest("hex")}  ${name}\n`)
          .join(""),
      ),
    ]);
  const entries = content.map(([name, bytes]) => ({
    name,
    bytes,
    size_bytes: bytes.length,
    crc32: crc32(bytes),
  }));
  const zip = layOutZip(entries, async ({ bytes }, start, end) =>
    Readable.from([bytes.subarray(start, end + 1)]),
  );
  return buffer(zip.read(0, zip.size - 1));
}

const HEADER_BYTES = 2048;

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

/** Out, into an account that holds nothing on another server, and out again. */
export async function expectSameBytes(student: Student, newcomer: Student) {
  const { zip: first } = await exported(student);
  const result = await imported(newcomer, first);
  expect(result).toMatchObject({ status: "completed", error_message: null, conflicts: [] });
  const { zip: second } = await exported(newcomer);
  const [before, after] = [await unzip(first), await unzip(second)];
  for (const [name, content] of before)
    if (name !== "header.json") expect(after.get(name)?.equals(content), name).toBe(true);
  expect(withoutHeader(second).equals(withoutHeader(first))).toBe(true);
}
