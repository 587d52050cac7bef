/**
 * Runs in its own process: `embedded-child.ts probe|decode PATH CONTAINER FROM_SECONDS`. `probe` prints one JSON document,
 * `decode` writes samples (32-bit float, 16 kHz mono) to standard output, which the parent reads as fast as it wants to.
 */
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { decodeChunked } from "audio-decode";
import { ALL_FORMATS, FilePathSource, Input, type InputTrack } from "mediabunny";
import { SAMPLE_RATE } from "./contract.ts";
import type { EmbeddedProbe } from "./embedded.ts";
import { readMoovFirst } from "./moov-first.ts";
import { createResampler } from "./resample.ts";
import type { Container } from "./sniff.ts";

const [mode, path, container, from] = process.argv.slice(2) as [string, string, Container, string];
try {
  if (mode === "probe") process.stdout.write(JSON.stringify(await probe()));
  else await decode(Number(from));
} catch (error) {
  process.stderr.write(String(error instanceof Error ? error.message : error));
  process.exitCode = 1;
}

async function probe(): Promise<EmbeddedProbe> {
  if (container === "m4a") for await (const _ of readMoovFirst(path)) break;
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  try {
    const tracks = await input.getTracks();
    const audio = tracks.filter((track) => track.isAudioTrack());
    const duration = audio.length > 0 ? await durationOf(input, audio).catch(() => null) : null;
    return {
      hasAudio: audio.length > 0,
      hasVideo: tracks.some((track) => track.isVideoTrack()),
      ...(duration !== null && duration > 0 && { durationSeconds: duration }),
    };
  } catch (error) {
    // The demuxer knows fewer containers than the codecs (AIFF, AMR, WMA); the decoder has the last word on those.
    if (["aiff", "amr", "caf", "wma", "avi", "ac3", "wv", "wav", "mp3", "aac"].includes(container))
      return { hasAudio: true, hasVideo: false };
    throw error;
  } finally {
    input.dispose();
  }
}

/** From metadata, because computing it would read all of a live WebM, and decoding tells it anyway; Ogg has it in its last page only. */
function durationOf(input: Input, audio: InputTrack[]) {
  const isOgg = container === "oga" || container === "opus";
  return isOgg ? input.computeDuration(audio) : input.getDurationFromMetadata(audio);
}

async function decode(fromSeconds: number) {
  let rate = 0;
  let resampler = createResampler(SAMPLE_RATE, SAMPLE_RATE);
  let skip = Math.round(fromSeconds * SAMPLE_RATE);
  let written = 0;
  const write = async (samples: Float32Array) => {
    const kept = skip > 0 ? samples.subarray(Math.min(skip, samples.length)) : samples;
    skip -= samples.length - kept.length;
    if (kept.length === 0) return;
    written += kept.length;
    if (!process.stdout.write(new Uint8Array(kept.buffer, kept.byteOffset, kept.byteLength)))
      await once(process.stdout, "drain");
  };
  try {
    for await (const { channelData, sampleRate } of decodeChunked(source(), container as "mp3")) {
      if (sampleRate !== rate) {
        if (rate !== 0) await write(resampler.flush());
        rate = sampleRate;
        resampler = createResampler(rate, SAMPLE_RATE);
      }
      await write(resampler.push(mix(channelData)));
    }
  } catch (error) {
    // A file that is damaged or cut off further on: what was heard so far is kept, as FFmpeg does.
    if (written === 0 && fromSeconds === 0) throw error;
    process.stderr.write(String(error));
  }
  await write(resampler.flush());
}

function source(): AsyncIterable<Uint8Array> {
  // 64 KiB of 16 kbit/s Opus are half a minute: more at once would be hundreds of megabytes of samples.
  return container === "m4a"
    ? readMoovFirst(path)
    : createReadStream(path, { highWaterMark: 65_536 });
}

function mix(channels: Float32Array[]) {
  const [first] = channels as [Float32Array];
  if (channels.length === 1) return first;
  const mono = new Float32Array(first.length);
  for (const channel of channels)
    for (let i = 0; i < mono.length; i += 1) mono[i]! += channel[i]! / channels.length;
  return mono;
}
