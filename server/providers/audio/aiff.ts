/** AIFF and AIFF-C: parts of named lengths, big-endian. Apple, "Audio Interchange File Format AIFF-C", 1991. */
import { open } from "node:fs/promises";
import { Refusal } from "./refusal.ts";
import { wavHeader } from "./wav-header.ts";
import type { Wave } from "./wave.ts";

/** Compression -> tag of WAV, bytes of a sample (0: as many as its bits need), order of the bytes. */
const FORMS: Record<string, [tag: number, bytes: number, big: boolean]> = {
  NONE: [1, 0, true],
  twos: [1, 0, true],
  sowt: [1, 0, false],
  "raw ": [1, 1, false],
  in24: [1, 3, true],
  in32: [1, 4, true],
  "42ni": [1, 3, false],
  "23ni": [1, 4, false],
  fl32: [3, 4, true],
  fl64: [3, 8, true],
  ulaw: [7, 1, true],
  alaw: [6, 1, true],
};
const NAMES: Record<string, string> = {
  "GSM ": "GSM 6.10",
  MAC3: "MACE 3:1",
  MAC6: "MACE 6:1",
  QDM2: "QDesign Music",
  Qclp: "QCELP",
  G722: "G.722",
};

/** Undefined where it holds the ADPCM of QuickTime. @throws Refusal names a codec that nobody here reads. */
export async function readAiff(path: string): Promise<Wave | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const read = async (at: number, length: number) => {
      const buffer = Buffer.alloc(length);
      const { bytesRead } = await file.read(buffer, 0, length, at);
      return buffer.subarray(0, bytesRead);
    };
    let common: Buffer | undefined;
    let data: { start: number; declared: number } | undefined;
    for (let at = 12; at + 8 <= size && !(common && data);) {
      const head = await read(at, 8);
      const length = head.readUInt32BE(4);
      const id = head.toString("latin1", 0, 4);
      if (id === "COMM") common = await read(at + 8, Math.min(length, 22));
      if (id === "SSND" && at + 16 <= size) {
        const offset = (await read(at + 8, 4)).readUInt32BE(0);
        data = { start: at + 16 + offset, declared: length - 8 - offset };
      }
      at += 8 + length + (length % 2);
    }
    if (!common || common.length < 18 || !data) throw new Error("There is no sound in this file.");
    return describe(common, data, size);
  } finally {
    await file.close();
  }
}

function describe(
  common: Buffer,
  { start, declared }: { start: number; declared: number },
  size: number,
): Wave | undefined {
  const form = common.length >= 22 ? common.toString("latin1", 18, 22) : "NONE";
  if (form === "ima4") return undefined;
  const known = FORMS[form] ?? FORMS[form.toLowerCase()];
  const channels = common.readUInt16BE(0);
  const rate = extended(common.subarray(8, 18));
  if (!known || channels === 0 || channels > 64 || !(rate >= 1 && rate <= 1_000_000))
    throw new Refusal(`an AIFF file with sound in the form ${NAMES[form] ?? form.trim()}`);
  const [tag, fixed, big] = known;
  const bytes = fixed || Math.ceil(common.readUInt16BE(6) / 8);
  if (bytes < 1 || bytes > 4 + (tag === 3 ? 4 : 0))
    throw new Refusal(`an AIFF file with sound of ${bytes * 8} bits`);
  const left = Math.max(0, size - start);
  const believable = declared > 0 && declared < 0x7fff_f000;
  const second = rate * channels * bytes;
  return {
    stream: "wav",
    header: new Uint8Array(wavHeader({ tag, channels, sampleRate: rate, bytesPerSample: bytes })),
    dataStart: start,
    dataLength: believable ? Math.min(declared, left) : left,
    bytesPerSecond: second,
    // Samples of eight bits have a sign here and none in WAV.
    swap: bytes === 1 ? (tag === 1 && form !== "raw " ? -1 : 1) : big ? bytes : 1,
    declaredSeconds: believable && declared > left ? declared / second : undefined,
  };
}

/** IEEE 754 in 80 bits: sign and exponent, then 64 bits with the one before the point. */
function extended(bytes: Buffer) {
  const exponent = (bytes.readUInt16BE(0) & 0x7fff) - 16_383;
  return Math.round(Number(bytes.readBigUInt64BE(2)) * 2 ** (exponent - 63));
}
