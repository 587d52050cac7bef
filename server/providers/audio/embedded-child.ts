/**
 * Runs in its own process: each line of standard input asks for one file (`FileRequest`, decoding-pool.ts), and
 * standard output answers in frames: `probe` with one JSON document, `decode` with samples (32-bit float, 16 kHz mono),
 * which the parent reads as fast as it wants to.
 */
import { once } from "node:events";
import { createInterface } from "node:readline";
import { SAMPLE_RATE } from "./contract.ts";
import type { FileEnd, FileRequest } from "./decoding-pool.ts";
import { createMixer } from "./mix.ts";
import { Refusal } from "./refusal.ts";
import { createResampler } from "./resample.ts";
import type { Container } from "./sniff.ts";
import { openSound, probeSound } from "./sound.ts";

// Standard output is the answer's: mediabunny writes its notes there.
console.log = console.info = console.warn = () => {};

/** A good file leaves about 100 MB behind, the codecs with it. */
const GROWN_BYTES = 400_000_000;

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as FileRequest;
  const end: FileEnd = { code: 0, errors: "", grown: false };
  try {
    if (request.mode === "probe") {
      const probe = await probeSound(request.path, request.container as Container);
      await send(Buffer.from(JSON.stringify(probe)));
    } else end.errors = await decode(request);
  } catch (error) {
    end.errors =
      error instanceof Refusal
        ? `\nrefused: ${error.message}`
        : String(error instanceof Error ? error.message : error);
    end.code = 1;
  }
  end.grown = process.memoryUsage.rss() > GROWN_BYTES;
  await send(new Uint8Array(0));
  await send(Buffer.from(JSON.stringify(end)));
}

async function send(bytes: Uint8Array) {
  const head = Buffer.alloc(4);
  head.writeUInt32LE(bytes.length);
  process.stdout.write(head);
  if (bytes.length > 0 && !process.stdout.write(bytes)) await once(process.stdout, "drain");
}

/** @returns what went wrong after some of it was heard; empty where all went well. */
async function decode({ path, container, fromSeconds, track }: FileRequest) {
  let failed = "";
  let rate = 0;
  let resampler = createResampler(SAMPLE_RATE, SAMPLE_RATE);
  let skip = Math.round(fromSeconds * SAMPLE_RATE);
  let written = 0;
  const mix = createMixer();
  const write = async (samples: Float32Array) => {
    const kept = skip > 0 ? samples.subarray(Math.min(skip, samples.length)) : samples;
    skip -= samples.length - kept.length;
    if (kept.length === 0) return;
    written += kept.length;
    // Copied: the codec writes the next samples into the same memory, perhaps before the pipe has taken these.
    await send(Uint8Array.from(new Uint8Array(kept.buffer, kept.byteOffset, kept.byteLength)));
  };
  const sound = await openSound(path, container as Container, track);
  // What an encoder puts before the first second is no sound of the recording.
  skip += Math.round(Math.max(0, -sound.startSeconds) * SAMPLE_RATE);
  let silence = Math.round(Math.max(0, sound.startSeconds) * SAMPLE_RATE);
  try {
    for await (const { channelData, sampleRate } of sound.chunks) {
      if (channelData.length === 0 || channelData[0]!.length === 0) continue;
      for (; silence > 0; silence -= Math.min(silence, SAMPLE_RATE))
        await write(new Float32Array(Math.min(silence, SAMPLE_RATE)));
      if (sampleRate !== rate) {
        if (rate !== 0) await write(resampler.flush());
        rate = sampleRate;
        resampler = createResampler(rate, SAMPLE_RATE);
      }
      await write(resampler.push(mix(channelData)));
    }
  } catch (error) {
    // A file that is damaged or cut off further on: what was heard so far is kept, as FFmpeg does.
    if ((written === 0 && fromSeconds === 0) || error instanceof Refusal) throw error;
    failed = String(error);
  }
  await write(resampler.flush());
  return failed;
}
