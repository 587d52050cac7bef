/** What a file is, decided by its first bytes and never by its name. */
import { open, stat } from "node:fs/promises";
import { fileTypeFromBuffer } from "file-type";
import { fail } from "#server/failures.ts";

/** How the embedded decoder is told the container. */
export type Container =
  | "mp3"
  | "wav"
  | "flac"
  | "oga"
  | "opus"
  | "m4a"
  | "webm"
  | "mkv"
  | "aac"
  | "aiff"
  | "amr"
  | "caf"
  | "wma"
  | "avi"
  | "ac3"
  | "wv";

export interface Sniffed {
  container: Container;
  /** IANA media type; for MP4 and Matroska as if there were video inside, which only the demuxer can say. */
  mimeType: string;
  sizeBytes: number;
}

const BY_EXTENSION: Record<string, [Container, string]> = {
  mp3: ["mp3", "audio/mpeg"],
  wav: ["wav", "audio/wav"],
  flac: ["flac", "audio/flac"],
  ogg: ["oga", "audio/ogg"],
  oga: ["oga", "audio/ogg"],
  spx: ["oga", "audio/ogg"],
  ogv: ["oga", "video/ogg"],
  opus: ["opus", "audio/ogg"],
  m4a: ["m4a", "audio/mp4"],
  m4b: ["m4a", "audio/mp4"],
  mp4: ["m4a", "video/mp4"],
  m4v: ["m4a", "video/mp4"],
  mov: ["m4a", "video/quicktime"],
  "3gp": ["m4a", "video/3gpp"],
  "3g2": ["m4a", "video/3gpp2"],
  webm: ["webm", "video/webm"],
  mkv: ["mkv", "video/matroska"],
  aac: ["aac", "audio/aac"],
  aif: ["aiff", "audio/aiff"],
  aiff: ["aiff", "audio/aiff"],
  amr: ["amr", "audio/amr"],
  caf: ["caf", "audio/x-caf"],
  asf: ["wma", "audio/x-ms-wma"],
  wma: ["wma", "audio/x-ms-wma"],
  avi: ["avi", "video/x-msvideo"],
  ac3: ["ac3", "audio/ac3"],
  wv: ["wv", "audio/wavpack"],
};

/** @throws Failure `file-empty`, `audio-unreadable` with a sentence that says what the file is instead. */
export async function sniff(path: string): Promise<Sniffed> {
  const sizeBytes = (await stat(path)).size;
  if (sizeBytes === 0) fail("file-empty");
  const head = await readHead(path);
  const type = await fileTypeFromBuffer(head);
  const known = type && BY_EXTENSION[type.ext];
  if (known) return { container: known[0], mimeType: known[1], sizeBytes };
  if (looksLikeMp3(head)) return { container: "mp3", mimeType: "audio/mpeg", sizeBytes };
  fail("audio-unreadable", {
    message: type
      ? `This file is ${describe(type.mime)}, not a recording. Please choose an audio or video file.`
      : "This file is not a recording in a form we know. MP3, M4A, MP4, WAV, FLAC, OGG, Opus and WebM work.",
  });
}

/** 64 KiB: an ID3 tag or a QuickTime `wide` box may stand before what names the format. */
async function readHead(path: string) {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(65_536), 0, 65_536, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** An MP3 cut out of a stream starts anywhere: two frame headers that agree, one frame apart, are proof enough. */
function looksLikeMp3(head: Uint8Array) {
  const bitrates = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
  const rates = [44_100, 48_000, 32_000];
  for (let at = 0; at < Math.min(head.length - 4, 8192); at += 1) {
    if (head[at] !== 0xff || (head[at + 1]! & 0xfe) !== 0xfa) continue;
    const bitrate = bitrates[head[at + 2]! >> 4];
    const rate = rates[(head[at + 2]! >> 2) & 3];
    if (!bitrate || !rate) continue;
    const next = at + Math.floor((144_000 * bitrate) / rate) + ((head[at + 2]! >> 1) & 1);
    if (head[next] === 0xff && head[next + 1] === head[at + 1]) return true;
  }
  return false;
}

function describe(mime: string) {
  if (mime.startsWith("image/")) return "a picture";
  if (mime === "application/pdf") return "a PDF document";
  if (mime.startsWith("video/") || mime.startsWith("audio/"))
    return `of the kind ${mime}, which we cannot read`;
  if (mime.includes("zip") || mime.includes("officedocument")) return "a document or an archive";
  return `of the kind ${mime}`;
}
