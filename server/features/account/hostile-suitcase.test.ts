/**
 * Suitcases that somebody made to do harm, or that were damaged: each is refused with a sentence that says why, and
 * changes nothing.
 */
import { crc32, deflateRawSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { exported, fillAccount, imported, pack, unzip } from "#tests/support/suitcases.ts";

let app: TestApp;
let victim: Student;
let owner: Student;
let files: Map<string, Buffer>;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.register();
  victim = await app.register();
  await fillAccount(owner);
  files = await unzip((await exported(owner)).zip);
});
afterAll(() => app?.stop());

const MATERIALS = "data/rows/study_materials.jsonl";
const MESSAGES = "data/rows/messages.jsonl";
const RECORDINGS = "data/rows/recordings.jsonl";

type Files = [string, Buffer][];
type Line = Record<string, unknown>;

const all = (): Files => [...files];
const plus = (name: string, content: string | Buffer): Files => [
  ...all(),
  [name, Buffer.from(content as string)],
];
const without = (name: string): Files => all().filter(([at]) => at !== name);
const text = (name: string, edit: (text: string) => string): Files =>
  all().map(([at, content]) => [at, at === name ? Buffer.from(edit(content.toString())) : content]);
const lines = (name: string, edit: (lines: Line[]) => unknown[]): Files =>
  text(name, (content) =>
    edit(
      content
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Line),
    )
      .map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`)
      .join(""),
  );
const first = (name: string, change: Line) =>
  lines(name, ([line, ...rest]) => [{ ...line, ...change }, ...rest]);

/** Bytes of the central directory's header of an entry, and what is written over them. */
async function lie(name: string, change: (central: Buffer, zip: Buffer) => void) {
  const zip = await pack(all());
  const at = zip.lastIndexOf(Buffer.from(name)) - 46;
  expect(zip.readUInt32LE(at)).toBe(0x02014b50);
  change(zip.subarray(at), zip);
  return zip;
}
/** Behind the name: tag, length, then both sizes and the place (PKWARE APPNOTE 4.5.3). */
const zip64 = (central: Buffer) => central.subarray(46 + central.readUInt16LE(28) + 4);

/** A megabyte of zeros in a thousand bytes, said to be what it unpacks to. */
async function bomb() {
  const packed = deflateRawSync(Buffer.alloc(1_000_000));
  const name = "data/readable/bomb.md";
  const zip = await pack([...all(), [name, packed]]);
  const at = zip.lastIndexOf(Buffer.from(name)) - 46;
  zip.writeUInt16LE(8, at + 10);
  zip64(zip.subarray(at)).writeBigUInt64LE(1_000_000n, 0);
  zip.writeUInt32LE(crc32(Buffer.alloc(1_000_000)), at + 16);
  return zip;
}

const CASES: [string, RegExp, () => Promise<Buffer>][] = [
  // The zip.
  [
    "no zip",
    /no zip/,
    async () => Buffer.from("hello, I am no zip at all, but long enough to look like one"),
  ],
  ["cut off", /cut off/, async () => (await pack(all())).subarray(0, 5000)],
  [
    "a path that leads out",
    /contents is damaged|no suitcase has/,
    () => pack(plus("../../etc/passwd", "x")),
  ],
  ["an absolute path", /contents is damaged|no suitcase has/, () => pack(plus("/etc/passwd", "x"))],
  [
    "a path of Windows",
    /contents is damaged|no suitcase has/,
    () => pack(plus("data\\rows\\x.jsonl", "x")),
  ],
  [
    "a path with dots inside",
    /contents is damaged|no suitcase has/,
    () => pack(plus("data/readable/a/../../b.md", "x")),
  ],
  ["a name in Latin-1", /no suitcase has/, () => pack(plus("data/readable/caf\xe9.md", "x"))],
  ["a name with a NUL", /no suitcase has/, () => pack(plus("data/readable/a.md\0.exe", "x"))],
  ["a folder", /no suitcase has/, () => pack(plus("data/readable/", ""))],
  ["a program beside it", /no suitcase has/, () => pack(plus("autorun.exe", "x"))],
  ["an entry twice", /a file twice/, () => pack(plus(MATERIALS, files.get(MATERIALS)!))],
  ["a bomb", /compressed/, bomb],
  [
    "a link",
    /link instead of a file/,
    () => lie("bagit.txt", (central) => central.writeUInt32LE(0o120777 * 0x10000, 38)),
  ],
  [
    "encrypted",
    /encrypted|damaged/,
    () => lie("bagit.txt", (central) => central.writeUInt16LE(1, 8)),
  ],
  [
    "a size of exabytes",
    /longer than it is|damaged|compressed/,
    () =>
      lie("bagit.txt", (central) => {
        zip64(central).writeBigUInt64LE(1n << 52n, 0);
        zip64(central).writeBigUInt64LE(1n << 52n, 8);
      }),
  ],
  [
    "a size beyond all numbers",
    /damaged|cannot be read|longer/,
    () =>
      lie("bagit.txt", (central) => {
        zip64(central).writeBigUInt64LE(0xffff_ffff_ffff_fff0n, 0);
        zip64(central).writeBigUInt64LE(0xffff_ffff_ffff_fff0n, 8);
      }),
  ],
  [
    "a place behind its end",
    /header.*cannot be read|damaged/,
    () => lie("header.json", (central) => zip64(central).writeBigUInt64LE(1n << 40n, 16)),
  ],
  [
    "a place inside of another file",
    /damaged/,
    () => lie("header.json", (central) => zip64(central).writeBigUInt64LE(999n, 16)),
  ],
  [
    "two names for one place",
    /changed or damaged|damaged/,
    () =>
      lie("data/README.md", (central, zip) => {
        const other = zip.lastIndexOf(Buffer.from(MATERIALS)) - 46;
        zip64(central).writeBigUInt64LE(zip64(zip.subarray(other)).readBigUInt64LE(16), 16);
      }),
  ],
  [
    "more entries than it has",
    /damaged|more files/,
    () =>
      lie("bagit.txt", (_central, zip) => zip.writeBigUInt64LE(1_000_000n, zip.length - 98 + 32)),
  ],
  [
    "billions of entries",
    /more files|damaged/,
    () =>
      lie("bagit.txt", (_central, zip) => zip.writeBigUInt64LE(1n << 40n, zip.length - 98 + 32)),
  ],
  // BagIt.
  ["without bagit.txt", /no bagit\.txt/, () => pack(without("bagit.txt"))],
  ["no BagIt", /BagIt/, () => pack(text("bagit.txt", () => "BagIt-Version: 0.97\n"))],
  ["without a header", /no header\.json/, () => pack(without("header.json"))],
  ["a header that is none", /header cannot be read/, () => pack(text("header.json", () => "{"))],
  [
    "a header of nothing",
    /header cannot be read|which form/,
    () => pack(text("header.json", () => "null")),
  ],
  [
    "from the future",
    /newer/,
    () => pack(text("header.json", (was) => was.replace(/"format": \d+/, '"format": 99'))),
  ],
  [
    "without a manifest",
    /no manifest-sha256\.txt/,
    () => pack(without("manifest-sha256.txt"), true),
  ],
  [
    "a manifest that is none",
    /manifest cannot be read/,
    () =>
      pack(
        text("manifest-sha256.txt", () => "all is well\n"),
        true,
      ),
  ],
  [
    "a manifest that names a file twice",
    /names a file twice/,
    () =>
      pack(
        text("manifest-sha256.txt", (was) => was + was),
        true,
      ),
  ],
  [
    "a manifest that forgets a file",
    /does not name/,
    () =>
      pack(
        text("manifest-sha256.txt", (was) => was.slice(was.indexOf("\n") + 1)),
        true,
      ),
  ],
  [
    "a manifest of what is not there",
    /has no data\/ghost/,
    () =>
      pack(
        text("manifest-sha256.txt", (was) => `${was}${"0".repeat(64)}  data/ghost\n`),
        true,
      ),
  ],
  [
    "a false hash",
    /changed or damaged/,
    () =>
      pack(
        text("data/README.md", (was) => `${was}!`),
        true,
      ),
  ],
  [
    "a file under another name",
    /changed or damaged/,
    () => pack(plus(`data/files/${"0".repeat(64)}`, "x")),
  ],
  // Rows.
  ["a row of another owner", /names an owner/, () => pack(first(MATERIALS, { user_id: owner.id }))],
  [
    "a description with an owner",
    /user_id/,
    () =>
      pack(
        text("data/schemas/study_materials.json", (was) =>
          was.replace('"properties": {', '"properties": {"user_id": {},'),
        ),
      ),
  ],
  ["an unknown table", /does not know: users/, () => pack(plus("data/rows/users.jsonl", "{}\n"))],
  [
    "a table of the server",
    /does not know: api_keys/,
    () => pack(plus("data/rows/api_keys.jsonl", "{}\n")),
  ],
  ["an unknown column", /does not name/, () => pack(first(MATERIALS, { evil: 1 }))],
  [
    "a column that is not told of",
    /storage_key/,
    () => pack(first(MATERIALS, { storage_key: `${owner.id}/study-materials/1` })),
  ],
  ["a file by a path", /not in it/, () => pack(first(RECORDINGS, { file: "../../secrets" }))],
  [
    "a file that is not in it",
    /not in it/,
    () => pack(first(RECORDINGS, { file: "0".repeat(64) })),
  ],
  [
    "another length of a file",
    /something else of its file/,
    () => pack(first(RECORDINGS, { size_bytes: 5 })),
  ],
  [
    "another hash of a file",
    /something else of its file/,
    () => pack(first(RECORDINGS, { sha256: `\\x${"0".repeat(64)}` })),
  ],
  ["no JSON", /cannot be read/, () => pack(text(MATERIALS, () => "{nope}\n"))],
  ["no object", /is no row/, () => pack(text(MATERIALS, () => "[1]\n"))],
  ["no id", /no id/, () => pack(first(MATERIALS, { id: 7 }))],
  ["an id of something else", /no id/, () => pack(first(MATERIALS, { id: "../1" }))],
  [
    "an id twice",
    /twice, or out of its order/,
    () => pack(lines(MATERIALS, (rows) => [rows[0], ...rows])),
  ],
  [
    "ids out of their order",
    /twice, or out of its order/,
    () => pack(lines(MATERIALS, (rows) => rows.toReversed())),
  ],
  [
    "a number twice",
    /twice, or out of its order/,
    () => pack(lines("data/rows/transcription_segments.jsonl", (rows) => [rows[0], ...rows])),
  ],
  [
    "links in a circle",
    /circle/,
    () =>
      pack(
        lines(MESSAGES, (rows) =>
          rows.map((row, at) => ({ ...row, reply_to: rows[(at + 1) % rows.length]!.id })),
        ),
      ),
  ],
  [
    "a message that follows itself",
    /circle/,
    () => pack(lines(MESSAGES, ([row, ...rest]) => [{ ...row, reply_to: row!.id }, ...rest])),
  ],
  [
    "a message that follows nothing",
    /not in it/,
    () => pack(first(MESSAGES, { reply_to: "ffffffff-ffff-7fff-8fff-ffffffffffff" })),
  ],
  ["a link to nothing", /not in it/, () => pack(text(RECORDINGS, () => ""))],
  [
    "a value that may not be",
    /not as it has to be/,
    () => pack(first(MATERIALS, { kind: "virus" })),
  ],
  [
    "a text that is too long",
    /not as it has to be/,
    () => pack(first(MATERIALS, { title: "x".repeat(100_000) })),
  ],
  ["a NUL in a text", /not as it has to be/, () => pack(first(MATERIALS, { title: "a\0b" }))],
  [
    "half a letter",
    /not as it has to be/,
    () =>
      pack(
        lines(MATERIALS, ([row, ...rest]) => [
          JSON.stringify({ ...row, title: "T" }).replace('"T"', '"\\ud800"'),
          ...rest,
        ]),
      ),
  ],
  [
    "a row that is not UTF-8",
    /not written in UTF-8/,
    () =>
      pack(
        all().map(([at, content]) => [
          at,
          at === MATERIALS
            ? Buffer.from(content.toString().replace("Note", "Caf\xe9"), "latin1")
            : content,
        ]),
      ),
  ],
  [
    "a day that never comes",
    /created_at/,
    () => pack(first(MATERIALS, { created_at: "infinity" })),
  ],
  [
    "a day that is no day",
    /not as it has to be/,
    () => pack(first(MATERIALS, { created_at: "2026-02-31T00:00:00+00:00" })),
  ],
  [
    "seconds that are no number",
    /duration_seconds/,
    () => pack(first(RECORDINGS, { duration_seconds: "NaN" })),
  ],
  [
    "words that are none",
    /words/,
    () => pack(first("data/rows/transcription_segments.jsonl", { words: [{ text: 1 }] })),
  ],
  ["sections that are none", /sections/, () => pack(first(MATERIALS, { sections: [["a"]] }))],
  [
    "a row a thousand deep",
    /nested too deep/,
    () =>
      pack(
        lines(MATERIALS, (rows) => [
          ...rows,
          `{"id":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
        ]),
      ),
  ],
  [
    "a row of millions of values",
    /more values/,
    () => pack(lines(MATERIALS, (rows) => [...rows, `{"id":[${"0,".repeat(3_000_000)}0]}`])),
  ],
  [
    "a row of more than a hundred megabytes",
    /too long/,
    () =>
      pack(
        all().map(([at, content]) => [
          at,
          at === MATERIALS
            ? Buffer.concat([content, Buffer.alloc(129 * 1024 * 1024, "x")])
            : content,
        ]),
      ),
  ],
];

describe("a hostile suitcase", () => {
  it.each(CASES)("%s", async (_why, sentence, make) => {
    const result = await imported(victim, await make());
    expect(result).toMatchObject({ status: "failed", error_code: "suitcase-unreadable" });
    expect(result.error_message).toMatch(
      /^This suitcase cannot be taken in\. .*Nothing was changed\.$/,
    );
    expect(result.error_message).toMatch(sentence);
    for (const list of ["/recordings", "/study-materials", "/cards", "/conversations", "/marks"])
      expect((await victim.get(list)).body.items).toEqual([]);
  });

  it("whole again, it comes in", async () => {
    const result = await imported(victim, await pack(all()));
    expect(result).toMatchObject({ status: "completed", error_message: null });
    expect((await victim.get("/study-materials")).body.items).toHaveLength(2);
  });
});
