/**
 * The decoder that comes with the project: WebAssembly codecs (`audio-decode`) behind a demuxer in a process of its
 * own. https://github.com/audiojs/decode, https://mediabunny.dev
 */
import { fail, Failure } from "#server/failures.ts";
import type { AudioDecoder, AudioInfo } from "./contract.ts";
import { decodeInProcess } from "./decoding-pool.ts";
import { samplesOf } from "./samples-process.ts";
import { READABLE, sniff } from "./sniff.ts";

const PROBE_MS = 60_000;

export interface EmbeddedProbe extends Pick<AudioInfo, "tracks" | "track"> {
  durationSeconds?: number;
  hasAudio: boolean;
  hasVideo: boolean;
}

export function createEmbeddedDecoder(): AudioDecoder {
  return {
    name: "embedded",
    formats: READABLE,
    async probe(path) {
      const { container, mimeType } = await sniff(path);
      const probe = await probeInProcess(path, container);
      if (!probe.hasAudio)
        fail(
          "audio-unreadable",
          probe.hasVideo ? { message: "There is no sound in this video." } : {},
        );
      return {
        mimeType: probe.hasVideo
          ? mimeType
          : mimeType.replace(/^video\//, "audio/").replace("audio/quicktime", "audio/mp4"),
        ...(probe.durationSeconds !== undefined && { durationSeconds: probe.durationSeconds }),
        ...(probe.tracks && { tracks: probe.tracks, track: probe.track ?? 0 }),
      };
    },
    async *decode(path, { fromSeconds = 0, signal, track } = {}) {
      const { container } = await sniff(path);
      const child = decodeInProcess({ mode: "decode", path, container, fromSeconds, track });
      yield* samplesOf(child, {
        signal,
        judge({ code, errors, samples }) {
          if (samples > 0 || (code === 0 && fromSeconds > 0)) return;
          throw unreadable(errors);
        },
      });
    },
  };
}

async function probeInProcess(path: string, container: string): Promise<EmbeddedProbe> {
  const child = decodeInProcess({ mode: "probe", path, container, fromSeconds: 0 });
  const timer = setTimeout(() => child.kill(), PROBE_MS);
  try {
    const pieces: Buffer[] = [];
    for await (const piece of child.output) pieces.push(piece);
    if ((await child.ended()) !== 0) throw unreadable(child.errors());
    return JSON.parse(Buffer.concat(pieces).toString()) as EmbeddedProbe;
  } finally {
    clearTimeout(timer);
    child.release();
  }
}

function unreadable(errors: string) {
  const refused = /(?:^|\n)refused: (.+)/.exec(errors)?.[1];
  return new Failure("audio-unreadable", {
    cause: errors,
    ...(refused && { message: refused }),
    ...(errors.includes("moov") && {
      message:
        "This recording is cut off: the end of the file, which says where the sound is, is missing.",
    }),
  });
}
