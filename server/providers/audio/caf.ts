/**
 * Core Audio files whose packets are of different lengths: Opus as WhatsApp stores it, AAC, ALAC, MP3.
 * https://developer.apple.com/library/archive/documentation/MusicAudio/Reference/CAFSpec
 */
import { open } from "node:fs/promises";
import type { PacketFormat } from "./packets.ts";
import { Refusal } from "./refusal.ts";

/** These the library reads itself. */
const SAMPLES = new Set(["lpcm", "alaw", "ulaw", "ima4"]);
const PACKETS: Record<string, string> = {
  opus: "opus",
  "aac ": "aac",
  alac: "alac",
  ".mp3": "mp3",
  ".mp2": "mp2",
  "ac-3": "ac3",
};
const NAMES: Record<string, string> = { agsm: "GSM 6.10", ilbc: "iLBC", QDM2: "QDesign Music" };
/** A table of three hours of packets has about a megabyte. */
const LARGEST_TABLE = 64 * 1024 * 1024;

export interface Caf {
  format: PacketFormat | undefined;
  durationSeconds: number | undefined;
  dataStart: number;
  packetSizes: number[];
}

export async function readCaf(path: string): Promise<Caf> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const read = async (at: number, length: number) => {
      const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - at)));
      await file.read(buffer, 0, buffer.length, at);
      return buffer;
    };
    const caf: Caf = {
      format: undefined,
      durationSeconds: undefined,
      dataStart: 0,
      packetSizes: [],
    };
    let description: Buffer | undefined;
    let id = "";
    let rate = 0;
    let bytesPerPacket = 0;
    let framesPerPacket = 0;
    let channels = 1;
    for (let at = 8; at + 12 <= size;) {
      const head = await read(at, 12);
      const length = Number(head.readBigInt64BE(4));
      const name = head.toString("latin1", 0, 4);
      if (name === "desc") {
        const desc = await read(at + 12, 32);
        rate = desc.readDoubleBE(0);
        id = desc.toString("latin1", 8, 12);
        [bytesPerPacket, framesPerPacket, channels] = [16, 20, 24].map((from) =>
          desc.readUInt32BE(from),
        ) as [number, number, number];
      } else if (name === "kuki") description = await read(at + 12, Math.min(length, 65_536));
      else if (name === "pakt" && length < LARGEST_TABLE) {
        const table = await read(at + 12, length);
        caf.durationSeconds = Number(table.readBigInt64BE(8)) / rate;
        caf.packetSizes = packetSizes(
          table.subarray(24),
          Number(table.readBigInt64BE(0)),
          bytesPerPacket,
          framesPerPacket,
        );
      } else if (name === "data") caf.dataStart = at + 16;
      if (length < 0) break;
      at += 12 + length;
    }
    if (SAMPLES.has(id)) return caf;
    const codec = PACKETS[id];
    if (caf.dataStart === 0 || caf.packetSizes.length === 0 || !codec)
      throw new Refusal(
        `a Core Audio (CAF) file with sound in the form ${NAMES[id] ?? (id.trim() || "unknown")}`,
      );
    // Writers count frames of twice their length at low rates.
    if (codec === "mp3" || codec === "mp2") caf.durationSeconds = undefined;
    caf.format = {
      codec,
      channels,
      sampleRate: rate,
      description:
        codec === "aac" && description
          ? specificConfig(description)
          : codec === "alac" && description
            ? alacConfig(description)
            : undefined,
    };
    return caf;
  } finally {
    await file.close();
  }
}

/** Numbers of seven bits a byte, the highest first; a second one where the packets differ in length of sound too. */
function packetSizes(
  table: Buffer,
  count: number,
  bytesPerPacket: number,
  framesPerPacket: number,
) {
  const sizes: number[] = [];
  let at = 0;
  const number = () => {
    let value = 0;
    while (at < table.length) {
      const byte = table[at++]!;
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) break;
    }
    return value;
  };
  while (sizes.length < count && (at < table.length || bytesPerPacket > 0)) {
    sizes.push(bytesPerPacket > 0 ? bytesPerPacket : number());
    if (framesPerPacket === 0) number();
  }
  return sizes;
}

/** The AudioSpecificConfig out of an ES descriptor (ISO/IEC 14496-1): tag 5. */
function specificConfig(descriptor: Buffer) {
  for (let at = 0; at + 2 < descriptor.length; at += 1) {
    if (descriptor[at] !== 0x05) continue;
    let from = at + 1;
    let length = 0;
    do length = length * 128 + (descriptor[from]! & 0x7f);
    while (descriptor[from++]! >= 0x80 && from < descriptor.length);
    if (length >= 2 && length <= 64 && from + length <= descriptor.length)
      return new Uint8Array(descriptor.subarray(from, from + length));
  }
  return undefined;
}

/** What stands behind the name of the box, where it is in one; its last parts may be the places of the channels. */
function alacConfig(cookie: Buffer) {
  const box = cookie.indexOf("alac", cookie.indexOf("frma") === 4 ? 12 : 0);
  const start = box < 0 ? 0 : box + 8;
  return new Uint8Array(cookie.subarray(start, start + 24));
}

export async function* cafPackets(
  path: string,
  { dataStart, packetSizes }: Caf,
): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    let at = dataStart;
    for (const size of packetSizes) {
      const packet = new Uint8Array(size);
      const { bytesRead } = await file.read(packet, 0, size, at);
      if (bytesRead < size) return;
      yield packet;
      at += size;
    }
  } finally {
    await file.close();
  }
}
