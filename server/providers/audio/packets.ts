/** Packets of one track, as a container gives them, become samples. */
import { Refusal } from "./refusal.ts";
import { wavHeader } from "./wav-header.ts";

export interface Decoded {
  channelData: Float32Array[];
  sampleRate: number;
}

interface PacketDecoder {
  decode(packets: Uint8Array[]): Decoded | Promise<Decoded>;
  flush(): Decoded | Promise<Decoded>;
  free(): void;
}

export interface PacketFormat {
  codec: string;
  channels: number;
  sampleRate: number;
  /** AudioSpecificConfig of AAC, OpusHead, STREAMINFO, the cookie of ALAC. */
  description?: Uint8Array | undefined;
}

/** Packets decoded at a time: a second or two of sound. */
const TOGETHER = 64;
const EMPTY: Decoded = { channelData: [], sampleRate: 0 };

export const PACKET_CODECS = new Set([
  "aac",
  "mp3",
  "mp2",
  "opus",
  "ac3",
  "eac3",
  "dts",
  "flac",
  "pcm-s16",
  "pcm-s16be",
  "pcm-u8",
  "pcm-s24",
  "pcm-s32",
  "pcm-f32",
  "ulaw",
  "alaw",
]);

export async function* decodePackets(
  packets: AsyncIterable<Uint8Array>,
  format: PacketFormat,
): AsyncGenerator<Decoded> {
  let decoder: PacketDecoder | undefined;
  let waiting: Uint8Array[] = [];
  try {
    for await (const packet of packets) {
      decoder ??= await decoderOf(format, packet);
      waiting.push(packet);
      if (waiting.length < TOGETHER) continue;
      yield await decoder.decode(waiting);
      waiting = [];
    }
    if (!decoder) return;
    if (waiting.length > 0) yield await decoder.decode(waiting);
    yield await decoder.flush();
  } finally {
    decoder?.free();
  }
}

async function decoderOf(format: PacketFormat, first: Uint8Array): Promise<PacketDecoder> {
  const { codec, description } = format;
  if (codec === "aac") {
    const { decoder } = await import("@audio/decode-aac");
    const hasHeaders = first[0] === 0xff && (first[1]! & 0xf0) === 0xf0;
    return hasHeaders || !description
      ? ofStream(await decoder())
      : ofFrames(await decoder({ asc: new Uint8Array(description) }));
  }
  if (codec === "mp3" || codec === "mp2")
    return ofStream(await (await import("@audio/decode-mp3")).decoder());
  if (codec === "ac3") return ofStream(await (await import("@audio/decode-ac3")).decoder());
  if (codec === "eac3") return ofStream(await (await import("@audio/decode-eac3")).decoder());
  if (codec === "dts") return ofStream(await (await import("@audio/decode-dts")).decoder());
  if (codec === "alac" && description) {
    const { decoder } = await import("@audio/decode-aac");
    return ofFrames(await decoder({ alac: new Uint8Array(description) }));
  }
  if (codec === "opus") return opusDecoder(format);
  if (codec === "flac" && description) {
    const decoder = ofStream(await (await import("@audio/decode-flac")).decoder());
    await decoder.decode([flacStart(new Uint8Array(description))]);
    return decoder;
  }
  const sample = SAMPLES[codec];
  if (sample) return pcmDecoder(format, sample);
  throw new Refusal(`a recording with sound in the form ${codec}`);
}

interface StreamDecoder<Chunk> {
  decode(chunk: Chunk): Decoded | Promise<Decoded>;
  flush?(): Decoded | Promise<Decoded>;
  free?(): void;
}

/** Frames that carry their own headers are a stream when they stand one after the other. */
function ofStream(decoder: StreamDecoder<Uint8Array>): PacketDecoder {
  return { ...ends(decoder), decode: (packets) => decoder.decode(joined(packets)) };
}

function ofFrames(decoder: StreamDecoder<Uint8Array[]>): PacketDecoder {
  return { ...ends(decoder), decode: (packets) => decoder.decode(packets) };
}

function ends(decoder: Pick<StreamDecoder<Uint8Array>, "flush" | "free">) {
  return { flush: () => decoder.flush?.() ?? EMPTY, free: () => decoder.free?.() };
}

function joined(packets: Uint8Array[]) {
  const all = new Uint8Array(packets.reduce((sum, packet) => sum + packet.length, 0));
  let at = 0;
  for (const packet of packets) {
    all.set(packet, at);
    at += packet.length;
  }
  return all;
}

/** `fLaC` and the STREAMINFO; Matroska gives both, MP4 the block after four bytes of its own. */
function flacStart(description: Uint8Array) {
  const marker = Buffer.from(description).indexOf("fLaC");
  if (marker !== -1) return description.subarray(marker);
  const start = new Uint8Array(4 + description.length);
  start.set(Buffer.from("fLaC"));
  start.set(description, 4);
  return start;
}

async function opusDecoder({ channels, description }: PacketFormat): Promise<PacketDecoder> {
  const { createOpusDecoder } = await import("@audio/decode-opus/core");
  const decoder = await createOpusDecoder();
  const head = description && Buffer.from(description);
  const isHead = head?.toString("latin1", 0, 8) === "OpusHead";
  decoder.configure({
    sampleRate: 48_000,
    channels: Math.min(2, Math.max(1, channels)),
    preSkip: isHead && head.length >= 12 ? head.readUInt16LE(10) : 0,
  });
  return {
    decode: (packets) => decoder.decodeFrames(packets),
    flush: () => EMPTY,
    free: () => decoder.free(),
  };
}

const SAMPLES: Record<string, [tag: number, bytes: number, big: boolean]> = {
  "pcm-u8": [1, 1, false],
  "pcm-s16": [1, 2, false],
  "pcm-s16be": [1, 2, true],
  "pcm-s24": [1, 3, false],
  "pcm-s32": [1, 4, false],
  "pcm-f32": [3, 4, false],
  ulaw: [7, 1, false],
  alaw: [6, 1, false],
};

async function pcmDecoder(
  { channels, sampleRate }: PacketFormat,
  [tag, bytes, big]: [number, number, boolean],
): Promise<PacketDecoder> {
  const { decoder } = await import("@audio/decode-wav");
  const stream = ofStream(decoder());
  await stream.decode([
    new Uint8Array(wavHeader({ tag, channels, sampleRate, bytesPerSample: bytes })),
  ]);
  return big
    ? { ...stream, decode: (packets) => stream.decode(packets.map((each) => swapped(each, bytes))) }
    : stream;
}

/**
 * Big-endian samples turned round, of a piece that begins with a whole one; `-1` turns signed bytes into unsigned ones.
 */
export function swapped(piece: Uint8Array, bytes: number): Uint8Array {
  if (bytes === 1) return piece;
  const out = new Uint8Array(piece.length);
  if (bytes === -1) {
    for (let at = 0; at < piece.length; at += 1) out[at] = piece[at]! ^ 0x80;
    return out;
  }
  for (let at = 0; at + bytes <= piece.length; at += bytes)
    for (let byte = 0; byte < bytes; byte += 1) out[at + byte] = piece[at + bytes - 1 - byte]!;
  return out;
}
