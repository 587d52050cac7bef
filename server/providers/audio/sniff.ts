/** What a file is, decided by its first bytes and never by its name. */
import { open, stat } from "node:fs/promises";
import { fileTypeFromBuffer } from "file-type";
import { fail } from "#server/failures.ts";
import { findFrames } from "./mpeg-frames.ts";
import { Refusal } from "./refusal.ts";

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
  | "wv"
  | "tta"
  | "au"
  | "flv"
  | "ts"
  | "eac3"
  | "dts"
  | "mpc"
  | "dsf"
  | "qoa";

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
  f4v: ["m4a", "video/mp4"],
  f4a: ["m4a", "audio/mp4"],
  f4b: ["m4a", "audio/mp4"],
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
  dsf: ["dsf", "audio/x-dsf"],
  mpc: ["mpc", "audio/x-musepack"],
  wv: ["wv", "audio/wavpack"],
  mp2: ["mp3", "audio/mpeg"],
  mp1: ["mp3", "audio/mpeg"],
  flv: ["flv", "video/x-flv"],
  mts: ["ts", "video/mp2t"],
  ts: ["ts", "video/mp2t"],
};

/** What file-type does not know by its first bytes. */
const BY_START: [string, Container, string][] = [
  ["caff", "caf", "audio/x-caf"],
  ["TTA1", "tta", "audio/x-tta"],
  ["TTA2", "tta", "audio/x-tta"],
  [".snd", "au", "audio/basic"],
  ["RF64", "wav", "audio/wav"],
  ["BW64", "wav", "audio/wav"],
  ["RIFX", "wav", "audio/wav"],
  ["riff\x2e\x91\xcf\x11", "wav", "audio/wav"],
  ["FLV\x01", "flv", "video/x-flv"],
  ["MP+", "mpc", "audio/x-musepack"],
  ["MPCK", "mpc", "audio/x-musepack"],
  ["DSD ", "dsf", "audio/x-dsf"],
  ["FRM8", "dsf", "audio/x-dff"],
  ["qoaf", "qoa", "audio/qoa"],
  ["\x7f\xfe\x80\x01", "dts", "audio/vnd.dts"],
  ["\xfe\x7f\x01\x80", "dts", "audio/vnd.dts"],
  ["\x1f\xff\xe8\x00", "dts", "audio/vnd.dts"],
  ["\xff\x1f\x00\xe8", "dts", "audio/vnd.dts"],
];

/** Sound that nobody here reads, by its first bytes. */
const NAMED: [string, string][] = [
  [".ra\xfd", "an old RealAudio file"],
  [".RMF", "a RealMedia file"],
  ["MAC ", "a Monkey's Audio (APE) file"],
  ["tBaK", "a TAK file"],
  ["OFR ", "an OptimFROG file"],
  ["ajkg", "a Shorten file"],
  ["LA0", "a Lossless Audio (LA) file"],
  ["TWIN", "a TwinVQ (VQF) file"],
  ["NIST_1A", "a NIST SPHERE file"],
  ["Creative", "a Creative Voice (VOC) file"],
  ["\x64\xa3\x01\x00", "an IRCAM file"],
  [".SoX", "a SoX file"],
  ["XoS.", "a SoX file"],
  ["\x02#!SILK", "a voice message in SILK, as WeChat and QQ store it"],
  ["#!SILK", "a voice message in SILK"],
  ["#!iLBC", "a file with sound in iLBC"],
  ["#!EVRC", "a file with sound in EVRC"],
  ["\x06\x0e\x2b\x34", "an MXF file, as cameras for television store it"],
  ["\x00\x00\x01\xba", "an MPEG program stream (MPG, VOB)"],
  ["\x00\x00\x01\xb3", "an MPEG video without sound"],
  ["\xb7\xd8\x00\x20", "a Windows TV (WTV) recording"],
  ["nut/mult", "a NUT file"],
  ["STRM", "a game's sound (AST)"],
  ["FWS", "a Flash (SWF) file"],
  ["CWS", "a Flash (SWF) file"],
  ["MMMD", "a ringing tone (MMF)"],
  ["MThd", "a MIDI file, which holds notes and no sound"],
  ["\x56\xe0", "AAC in LATM"],
  ["\x56\xe1", "AAC in LATM"],
  ["\x9c", "sound as Bluetooth sends it (SBC)"],
];

/** What `GET /api/limits` lists: the forms that are read without ffmpeg. */
export const READABLE = (
  "mp3 mp2 m4a m4b mp4 m4v f4v mov 3gp aac wav w64 rf64 au caf aiff flac ogg oga opus webm mkv " +
  "mka wma avi flv ts mts m2ts amr ac3 eac3 dts wv tta mpc dsf dff qoa"
).split(" ");

/**
 * @param anything whether a form that is not known here may pass, for a decoder that knows more.
 * @throws Failure `file-empty`, `audio-unreadable` with a sentence that says what the file is instead.
 */
export async function sniff(path: string, anything = false): Promise<Sniffed> {
  const sizeBytes = (await stat(path)).size;
  if (sizeBytes === 0) fail("file-empty");
  const head = await readHead(path);
  const start = Buffer.from(head.subarray(0, 8)).toString("latin1");
  const own = BY_START.find(([letters]) => start.startsWith(letters));
  if (own) return { container: own[1], mimeType: own[2], sizeBytes };
  // A synchronisation word of the extension of AC-3 is that of AC-3; its number of the stream is higher.
  if (head[0] === 0x0b && head[1] === 0x77 && head[5]! >> 3 > 10)
    return { container: "eac3", mimeType: "audio/eac3", sizeBytes };
  const type = await fileTypeFromBuffer(head);
  // A few bytes are enough to look like MPEG audio to file-type: frames that follow each other are asked for below.
  const known = type && type.mime !== "audio/mpeg" ? BY_EXTENSION[type.ext] : undefined;
  if (known) return { container: known[0], mimeType: known[1], sizeBytes };
  if (type?.ext === "mp3" || findFrames(withoutZeros(head)))
    return { container: "mp3", mimeType: "audio/mpeg", sizeBytes };
  if (isTransportStream(head)) return { container: "ts", mimeType: "video/mp2t", sizeBytes };
  const isMedia = type !== undefined && /^(?:audio|video)\//.test(type.mime);
  const named =
    (type && NAMES[type.ext]) || NAMED.find(([letters]) => start.startsWith(letters))?.[1];
  if (anything && (isMedia || named || !type))
    return { container: "wav", mimeType: type?.mime ?? "application/octet-stream", sizeBytes };
  fail("audio-unreadable", {
    message:
      named || isMedia
        ? new Refusal(named || `a file of the form ${type!.ext.toUpperCase()}`).message
        : type
          ? `This file is ${describe(type.mime)}, not a recording. Please choose an audio or video file.`
          : "This file is not a recording in a form we know. MP3, M4A, MP4, WAV, FLAC, OGG, Opus and WebM work.",
  });
}

const NAMES: Record<string, string> = {
  mpg: "an MPEG program stream (MPG, VOB)",
  ape: "a Monkey's Audio (APE) file",
  rm: "a RealMedia file",
  mid: "a MIDI file, which holds notes and no sound",
  voc: "a Creative Voice (VOC) file",
  mxf: "an MXF file, as cameras for television store it",
};

/** Some encoders pad with zeros before the first frame. */
function withoutZeros(head: Uint8Array) {
  const first = head.findIndex((byte) => byte !== 0);
  return first > 0 ? head.subarray(first) : head;
}

/** Packets of 188 bytes that begin with 0x47, with four bytes of time before each in camcorders' files. */
function isTransportStream(head: Uint8Array) {
  return [
    [188, 0],
    [192, 4],
    [204, 0],
  ].some(([size, from]) => {
    if (head.length < from! + size! * 4) return false;
    for (let at = from!; at < Math.min(head.length, from! + size! * 8); at += size!)
      if (head[at] !== 0x47) return false;
    return true;
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

function describe(mime: string) {
  if (mime.startsWith("image/")) return "a picture";
  if (mime === "application/pdf") return "a PDF document";
  if (mime.includes("zip") || mime.includes("officedocument")) return "a document or an archive";
  return `of the kind ${mime}`;
}
