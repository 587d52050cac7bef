/**
 * Runs in its own process: `embedded-child.ts probe|decode PATH CONTAINER FROM_SECONDS TRACK`. `probe` prints one JSON document,
 * `decode` writes samples (32-bit float, 16 kHz mono) to standard output, which the parent reads as fast as it wants to.
 */
import { once } from "node:events";
import { SAMPLE_RATE } from "./contract.ts";
import { createMixer } from "./mix.ts";
import { Refusal } from "./refusal.ts";
import { createResampler } from "./resample.ts";
import type { Container } from "./sniff.ts";
import { openSound, probeSound } from "./sound.ts";

// Standard output is the answer's: mediabunny writes its notes there.
console.log = console.info = console.warn = () => {};

const [mode, path, container, from, track] = process.argv.slice(2) as [
  string,
  string,
  Container,
  string,
  string,
];
try {
  if (mode === "probe") process.stdout.write(JSON.stringify(await probeSound(path, container)));
  else await decode(Number(from));
} catch (error) {
  process.stderr.write(
    error instanceof Refusal
      ? `\nrefused: ${error.message}`
      : String(error instanceof Error ? error.message : error),
  );
  process.exitCode = 1;
}

async function decode(fromSeconds: number) {
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
    if (!process.stdout.write(new Uint8Array(kept.buffer, kept.byteOffset, kept.byteLength)))
      await once(process.stdout, "drain");
  };
  const sound = await openSound(path, container, track === "" ? undefined : Number(track));
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
    process.stderr.write(String(error));
  }
  await write(resampler.flush());
}
