/**
 * Flash video: tags of sound and picture, one after the other.
 * https://rtmp.veriskope.com/pdf/video_file_format_spec_v10_1.pdf
 */
import { open } from "node:fs/promises";
import type { PacketFormat } from "./packets.ts";
import { Refusal } from "./refusal.ts";

const CODECS: Record<number, string> = {
  0: "pcm-s16",
  2: "mp3",
  3: "pcm-s16",
  7: "alaw",
  8: "ulaw",
  10: "aac",
  14: "mp3",
};
const NAMES: Record<number, string> = {
  1: "ADPCM",
  4: "Nellymoser",
  5: "Nellymoser",
  6: "Nellymoser",
  11: "Speex",
};
const RATES = [5512, 11_025, 22_050, 44_100];

export interface FlvSound {
  format: PacketFormat;
  startSeconds: number;
  durationSeconds: number;
  hasVideo: boolean;
}

interface Tag {
  type: number;
  ms: number;
  data: Buffer;
}

/** Sound, picture, data about them. */
const TYPES = [8, 9, 18];
/** In a row, and the file is damaged from there on: zeros would be a tag of nothing each 15 bytes. */
const MOST_STRANGE = 100;

/** All tags of sound; of the others only that they are there. */
async function* tags(path: string): AsyncGenerator<Tag> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(11);
    await file.read(head, 0, 9, 0);
    let strange = 0;
    for (let at = head.readUInt32BE(5) + 4; at + 11 <= size;) {
      await file.read(head, 0, 11, at);
      const length = head.readUIntBE(1, 3);
      const type = head[0]! & 0x1f;
      strange = length > 0 && TYPES.includes(type) ? 0 : strange + 1;
      if (strange > MOST_STRANGE) return;
      const data = Buffer.alloc(type === 8 ? Math.min(length, size - at - 11) : 0);
      if (data.length > 0) await file.read(data, 0, data.length, at + 11);
      yield { type, ms: head.readUIntBE(4, 3) + head[7]! * 0x1000000, data };
      at += 11 + length + 4;
    }
  } finally {
    await file.close();
  }
}

/** Undefined where there is no sound. */
export async function readFlv(path: string): Promise<FlvSound | undefined> {
  let found: FlvSound | undefined;
  let hasVideo = false;
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for await (const { type, ms, data } of tags(path)) {
    if (type === 9 || type === 8) first = Math.min(first, ms);
    if (type === 9) hasVideo = true;
    if (type !== 8 || data.length < 2) continue;
    last = ms;
    const kind = data[0]! >> 4;
    const codec = CODECS[kind];
    if (!codec)
      throw new Refusal(`a Flash video (FLV) with sound in ${NAMES[kind] ?? `the form ${kind}`}`);
    const isConfig = kind === 10 && data[1] === 0;
    if (found) {
      if (isConfig) found.format.description ??= data.subarray(2);
      // The configuration comes at once, however late the sound does.
      else if (Number.isNaN(found.startSeconds)) found.startSeconds = ms;
      continue;
    }
    found = {
      format: {
        codec: codec === "pcm-s16" && (data[0]! & 2) === 0 ? "pcm-u8" : codec,
        channels: (data[0]! & 1) + 1,
        sampleRate: kind === 7 || kind === 8 ? 8000 : RATES[(data[0]! >> 2) & 3]!,
        ...(isConfig && { description: data.subarray(2) }),
      },
      startSeconds: isConfig ? Number.NaN : ms,
      durationSeconds: 0,
      hasVideo,
    };
  }
  if (!found) return undefined;
  return {
    ...found,
    startSeconds: Math.max(0, found.startSeconds - first) / 1000,
    durationSeconds: (last - first) / 1000,
    hasVideo,
  };
}

export async function* flvPackets(path: string): AsyncGenerator<Uint8Array> {
  for await (const { type, data } of tags(path)) {
    if (type !== 8 || data.length < 2) continue;
    if (data[0]! >> 4 !== 10) yield new Uint8Array(data.subarray(1));
    else if (data[1] === 1) yield new Uint8Array(data.subarray(2));
  }
}
