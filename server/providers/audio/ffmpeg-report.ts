/** What FFmpeg says of a file before it is asked for anything: its length and its streams. */
import type { AudioTrack } from "./contract.ts";

export interface Report {
  /** Seconds; undefined where FFmpeg does not know. */
  durationSeconds: number | undefined;
  tracks: AudioTrack[];
  /** A picture that is no cover of an album. */
  hasVideo: boolean;
  text: string;
}

/**
 * ` Stream #0:1[0x2](eng): Audio: aac (LC) (mp4a / 0x6134706D), 44100 Hz, stereo`; what a file says of itself stands
 * further in.
 */
const STREAM = /^ {2,4}Stream #0:(\d+)(?:\[[^\]]*\])?(?:\(([^)]*)\))?: (\w+): (.*)$/;
const TITLE = /^ {4,8}title +: (.+)$/;

export function readReport(text: string): Report {
  const tracks: AudioTrack[] = [];
  let hasVideo = false;
  let last: AudioTrack | undefined;
  // FFmpeg has no decoder for it, or knows no name of it.
  const unsupported = new Set(
    [
      ...text.matchAll(
        /(?:Unsupported codec .* for input stream|Could not find codec parameters for stream) (\d+)/g,
      ),
    ].map(([, stream]) => stream),
  );
  for (const line of text.split(/\r?\n/)) {
    const stream = STREAM.exec(line);
    if (!stream) {
      const title = TITLE.exec(line);
      if (title && last && last.name === undefined) last.name = title[1]!.trim();
      continue;
    }
    const [, index, language, kind, what] = stream;
    last = undefined;
    if (kind === "Video" && !what!.includes("attached pic")) hasVideo = true;
    if (kind !== "Audio") continue;
    last = {
      number: tracks.length,
      codec: codecOf(what!),
      readable: !/^(?:none|unknown)\b/.test(what!) && !unsupported.has(index),
      ...(language && language !== "und" && { language }),
    };
    tracks.push(last);
  }
  const duration = /Duration: (\d+):(\d+):([\d.]+)/.exec(text);
  return {
    tracks,
    hasVideo,
    durationSeconds: duration
      ? Number(duration[1]) * 3600 + Number(duration[2]) * 60 + Number(duration[3])
      : undefined,
    text,
  };
}

/** `aac`; of one without a name, the four letters that the file names it by. */
function codecOf(what: string) {
  const name = /^\w+/.exec(what)?.[0] ?? "unknown";
  if (name !== "none" && name !== "unknown") return name;
  return /\(([^()/]+?) ?\/ 0x/.exec(what)?.[1]?.trim() || "unknown";
}
