/**
 * The WAV family as it is met: RIFF, RIFX (big-endian), RF64 and BW64 (EBU Tech 3306), Wave64 (Sony), with odd parts
 * that are padded or not and sizes that were never brought up to date. What is read is handed on as a plain WAV that
 * says nothing of its length. http://soundfile.sapp.org/doc/WaveFormat/, Microsoft's mmreg.h for the tags
 */
import { open, type FileHandle } from "node:fs/promises";
import { Refusal } from "./refusal.ts";

export interface Wave {
  /** How the sound is coded: samples, or a stream of its own inside the WAV. */
  stream: "wav" | "mp3" | "aac" | "ac3" | "dts";
  header: Uint8Array;
  dataStart: number;
  dataLength: number;
  bytesPerSecond: number;
  swap: number;
  /** Of 64-bit numbers the higher half is kept. */
  halved?: boolean;
  /** Seconds that the header promises; undefined where it says nothing that can be believed. */
  declaredSeconds: number | undefined;
}

const STREAMS: Record<number, Wave["stream"]> = {
  0x50: "mp3",
  0x55: "mp3",
  0xff: "aac",
  0x1600: "aac",
  0x2000: "ac3",
  0x2001: "dts",
};
/** PCM, MS ADPCM, float, a-law, mu-law, IMA ADPCM. */
const SAMPLES = new Set([1, 2, 3, 6, 7, 0x11]);
const NAMES: Record<number, string> = {
  0x14: "G.723 ADPCM",
  0x20: "Yamaha ADPCM",
  0x22: "TrueSpeech",
  0x31: "GSM 6.10",
  0x32: "MSN Audio",
  0x42: "G.723.1",
  0x40: "G.721 ADPCM",
  0x45: "G.726 ADPCM",
  0x64: "G.726 ADPCM",
  0x65: "G.722 ADPCM",
  0x70: "Lernout & Hauspie CELP",
  0x130: "Sipro ACELP",
  0x160: "Windows Media Audio",
  0x161: "Windows Media Audio",
  0x162: "Windows Media Audio",
  0x163: "Windows Media Audio Lossless",
  0x270: "ATRAC3",
  0x5756: "WavPack",
  0x674f: "Ogg Vorbis",
  0x77a1: "TTA",
  0xa100: "G.723.1",
  0xa109: "Speex",
  0xf1ac: "FLAC",
};
/** Recorders that write to a pipe, and some that lost their power, leave such sizes. */
const PLACEHOLDER = 0x7fff_f000;

interface Chunk {
  id: string;
  start: number;
  size: number;
}

/** @throws Refusal when the codec is one that nobody here reads; Error when there is no sound in it. */
export async function readWave(path: string): Promise<Wave> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const head = await read(file, 0, 40);
    const wide = head.toString("latin1", 0, 4) === "riff";
    const big = head.toString("latin1", 0, 4) === "RIFX";
    let format: Buffer | undefined;
    let longData: number | undefined;
    for await (const chunk of wide ? chunks64(file, size) : chunks(file, size, big)) {
      if (chunk.id === "ds64")
        longData = Number((await read(file, chunk.start + 8, 8)).readBigUInt64LE(0));
      if (chunk.id === "fmt ") format = await read(file, chunk.start, Math.min(chunk.size, 4096));
      if (chunk.id === "data" && format) {
        const declared =
          chunk.size === 0xffff_ffff && longData !== undefined ? longData : chunk.size;
        return await describe(
          file,
          size,
          big ? swapFormat(format) : format,
          chunk.start,
          declared,
          big,
        );
      }
    }
    throw new Error("There is no sound in this WAV file.");
  } finally {
    await file.close();
  }
}

async function describe(
  file: FileHandle,
  size: number,
  format: Buffer,
  dataStart: number,
  declared: number,
  big: boolean,
): Promise<Wave> {
  if (format.length < 14) throw new Error("The format of this WAV file is cut off.");
  let tag = format.readUInt16LE(0);
  if (tag === 0xfffe && format.length >= 26) tag = format.readUInt16LE(24);
  const channels = Math.max(1, format.readUInt16LE(2));
  const rate = format.readUInt32LE(4);
  const stream = STREAMS[tag] ?? (SAMPLES.has(tag) ? "wav" : undefined);
  if (!stream)
    throw new Refusal(`a WAV file with sound in ${NAMES[tag] ?? `the form 0x${tag.toString(16)}`}`);
  if (stream === "aac" && !(await hasAdts(file, dataStart)))
    throw new Refusal("a WAV file with sound in AAC without the beginnings of its frames");
  const linear = tag === 1 || tag === 3 || tag === 6 || tag === 7;
  const block = blockOf(format, channels, linear);
  // Of the two ADPCMs each block says how many samples it holds; what writers say of bytes a second is often wrong.
  const samplesPerBlock =
    (tag === 2 || tag === 0x11) && format.length >= 20 ? format.readUInt16LE(18) : 0;
  const bytesPerSecond = linear
    ? rate * block
    : samplesPerBlock > 0
      ? (rate * block) / samplesPerBlock
      : format.readUInt32LE(8);
  const left = Math.max(0, size - dataStart);
  const dataLength = await trueLength(file, size, dataStart, declared);
  const halved = tag === 1 && block / channels === 8;
  const believable = declared > 0 && declared < PLACEHOLDER;
  return {
    stream,
    header: plainHeader(format, tag, channels, rate, halved ? block / 2 : block, linear),
    dataStart,
    dataLength,
    bytesPerSecond,
    swap: big && linear ? block / channels : 1,
    ...(halved && { halved }),
    declaredSeconds:
      believable && declared > left && bytesPerSecond > 0 ? declared / bytesPerSecond : undefined,
  };
}

async function hasAdts(file: FileHandle, at: number) {
  const head = await read(file, at, 2);
  return head[0] === 0xff && (head[1]! & 0xf6) === 0xf0;
}

/** Bytes of one sample of all channels; headers have it wrong. */
function blockOf(format: Buffer, channels: number, linear: boolean) {
  const block = format.readUInt16LE(12);
  const bits = format.length >= 16 ? format.readUInt16LE(14) : 8;
  if (!linear) return block;
  const tight = channels * Math.ceil(bits / 8);
  return block >= tight && block % channels === 0 && block / channels <= 8 ? block : tight;
}

function plainHeader(
  format: Buffer,
  tag: number,
  channels: number,
  rate: number,
  block: number,
  linear: boolean,
) {
  const rest = linear ? Buffer.alloc(0) : format.subarray(16);
  const header = Buffer.alloc(44 + rest.length);
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(0xffff_ffff, 4);
  header.write("WAVEfmt ", 8, "latin1");
  header.writeUInt32LE(16 + rest.length, 16);
  header.writeUInt16LE(tag, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * block, 28);
  header.writeUInt16LE(block, 32);
  header.writeUInt16LE(
    linear ? (block / channels) * 8 : format.length >= 16 ? format.readUInt16LE(14) : 0,
    34,
  );
  rest.copy(header, 36);
  header.write("data", 36 + rest.length, "latin1");
  header.writeUInt32LE(0xffff_ffff, 40 + rest.length);
  return new Uint8Array(header);
}

/** The named length, unless what follows is no part of a WAV: then the sound goes on to the end of the file. */
async function trueLength(file: FileHandle, size: number, start: number, declared: number) {
  const left = Math.max(0, size - start);
  if (declared === 0 || declared >= left) return left;
  const after = left - declared;
  if (after < 8) return declared;
  for (const at of [start + declared, start + declared + (declared & 1)]) {
    const next = await read(file, at, 8);
    if (next.length < 8) return declared;
    if (isId(next.toString("latin1", 0, 4)) && next.readUInt32LE(4) <= size - at) return declared;
  }
  // Zeros that fill a block of the disk are no sound, and change nothing.
  return left;
}

const isId = (id: string) => /^[A-Za-z][\w -]{3}$/.test(id);

async function* chunks(file: FileHandle, size: number, big: boolean): AsyncGenerator<Chunk> {
  for (let at = 12; at + 8 <= size;) {
    const head = await read(file, at, 8);
    const length = big ? head.readUInt32BE(4) : head.readUInt32LE(4);
    yield { id: head.toString("latin1", 0, 4), start: at + 8, size: length };
    const next = at + 8 + length;
    if (length % 2 === 0) at = next;
    else {
      // The standard pads odd parts with a byte; not every tool does.
      const unpadded = (await read(file, next, 4)).toString("latin1");
      const padded = (await read(file, next + 1, 4)).toString("latin1");
      at = isId(padded) || !isId(unpadded) ? next + 1 : next;
    }
  }
}

/** Names are GUIDs that begin with the four letters; sizes count their own 24 bytes and are padded to eight. */
async function* chunks64(file: FileHandle, size: number): AsyncGenerator<Chunk> {
  for (let at = 40; at + 24 <= size;) {
    const head = await read(file, at, 24);
    const length = Number(head.readBigUInt64LE(16));
    if (length < 24) return;
    yield { id: head.toString("latin1", 0, 4), start: at + 24, size: length - 24 };
    at += Math.ceil(length / 8) * 8;
  }
}

function swapFormat(format: Buffer) {
  const swapped = Buffer.from(format);
  for (const at of [0, 2, 12, 14])
    if (at + 2 <= swapped.length) swapped.writeUInt16LE(format.readUInt16BE(at), at);
  for (const at of [4, 8]) swapped.writeUInt32LE(format.readUInt32BE(at), at);
  return swapped;
}

async function read(file: FileHandle, at: number, length: number) {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, at);
  return buffer.subarray(0, bytesRead);
}
