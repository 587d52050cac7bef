/**
 * Sun and NeXT sound (.au, .snd): a header and big-endian samples. https://pubs.opengroup.org/external/auformat.html
 */
import { open } from "node:fs/promises";
import { Refusal } from "./refusal.ts";
import { wavHeader } from "./wav-header.ts";
import type { Wave } from "./wave.ts";

/** Encoding -> the tag of WAV and the bytes of a sample. */
const ENCODINGS: Record<number, [tag: number, bytes: number]> = {
  1: [7, 1],
  2: [1, 1],
  3: [1, 2],
  4: [1, 3],
  5: [1, 4],
  6: [3, 4],
  7: [3, 8],
  27: [6, 1],
};

export async function readAu(path: string): Promise<Wave> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(24);
    await file.read(head, 0, 24, 0);
    const [start, declared, encoding, rate, channels] = [4, 8, 12, 16, 20].map((at) =>
      head.readUInt32BE(at),
    ) as [number, number, number, number, number];
    const form = ENCODINGS[encoding];
    if (!form || channels === 0 || channels > 64)
      throw new Refusal(`a Sun audio (AU) file with sound in the form ${encoding}`);
    const [tag, bytes] = form;
    const block = bytes * channels;
    const left = Math.max(0, size - start);
    const known = declared !== 0xffff_ffff && declared > 0;
    return {
      stream: "wav",
      header: new Uint8Array(wavHeader({ tag, channels, sampleRate: rate, bytesPerSample: bytes })),
      dataStart: start,
      dataLength: known ? Math.min(declared, left) : left,
      bytesPerSecond: rate * block,
      // Samples of eight bits have a sign here and none in WAV.
      swap: encoding === 2 ? -1 : bytes,
      declaredSeconds: known && declared > left ? declared / (rate * block) : undefined,
    };
  } finally {
    await file.close();
  }
}
