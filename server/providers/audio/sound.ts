/** One file's sound, whatever holds it: how long it is, and its samples as the decoders give them. */
import { open, stat } from "node:fs/promises";
import { decodeChunked } from "audio-decode";
import { readAiff } from "./aiff.ts";
import { readAu } from "./au.ts";
import { cafPackets, readCaf } from "./caf.ts";
import type { EmbeddedProbe } from "./embedded.ts";
import { filePieces } from "./file-pieces.ts";
import { flvPackets, readFlv } from "./flv.ts";
import { readMoovFirst } from "./moov-first.ts";
import { countFrames, findFrames, hasLengthTable } from "./mpeg-frames.ts";
import { decodePackets, swapped, type Decoded } from "./packets.ts";
import { Refusal } from "./refusal.ts";
import type { Container } from "./sniff.ts";
import { chooseTrack, decodeTrack, openTracks } from "./tracks.ts";
import { readWave, type Wave } from "./wave.ts";

export interface Sound {
  /** Silence before the first sample: the player shows a picture, or another track has begun. */
  startSeconds: number;
  chunks: AsyncIterable<Decoded>;
}

/** Files of plain samples behind a header. */
const WAVES = { wav: readWave, aiff: readAiff, au: readAu };

/** Starts less than this apart are the encoder's, not the recording's. */
const TOGETHER_SECONDS = 0.1;

export async function probeSound(path: string, container: Container): Promise<EmbeddedProbe> {
  switch (container) {
    case "wav":
    case "aiff":
    case "au": {
      const wave = await WAVES[container](path);
      // The library reads the ADPCM of old Macs.
      if (!wave) return probeTracks(path, container);
      const seconds = wave.dataLength / wave.bytesPerSecond;
      return found(wave.declaredSeconds ?? (Number.isFinite(seconds) ? seconds : undefined));
    }
    case "mp3":
      return found(await mpegSeconds(path));
    case "caf": {
      const { durationSeconds } = await readCaf(path);
      return found(durationSeconds);
    }
    case "flv": {
      const flv = await readFlv(path);
      return {
        ...found(flv?.durationSeconds),
        hasAudio: flv !== undefined,
        hasVideo: flv?.hasVideo ?? true,
      };
    }
    default:
      return probeTracks(path, container);
  }
}

function found(durationSeconds: number | undefined): EmbeddedProbe {
  return {
    hasAudio: true,
    hasVideo: false,
    ...(durationSeconds !== undefined && durationSeconds > 0 && { durationSeconds }),
  };
}

async function probeTracks(path: string, container: Container): Promise<EmbeddedProbe> {
  if (container === "m4a") for await (const _ of readMoovFirst(path)) break;
  try {
    const opened = await openFile(path, container);
    try {
      const { tracks, hasVideo, durationSeconds } = opened;
      // The demuxer knows no FLAC in Ogg.
      if (tracks.length === 0 && container === "oga" && (await oggCodec(path)) === "flac")
        return found(undefined);
      if (tracks.length === 0 && container === "ts")
        throw new Refusal("a transport stream without sound in a known form");
      const readable = tracks.find((track) => track.readable);
      if (tracks.length > 0 && !readable) throw unreadableTrack(tracks[0]!.codec);
      const listed = tracks.map(({ number, codec, readable, name, language }) => ({
        number,
        codec,
        readable,
        ...(name && { name }),
        ...(language && { language }),
      }));
      return {
        hasAudio: tracks.length > 0,
        hasVideo,
        ...(durationSeconds !== undefined && { durationSeconds }),
        ...(tracks.length > 1 && {
          tracks: listed,
          track: (await chooseTrack(opened))?.number ?? 0,
        }),
      };
    } finally {
      opened.close();
    }
  } catch (error) {
    // The demuxer knows fewer containers than the codecs (AIFF, AMR, WMA); the decoder has the last word on those.
    if (!(error instanceof Refusal) && LIBRARY.has(container))
      return { hasAudio: true, hasVideo: false };
    throw error;
  }
}

const LIBRARY = new Set<Container>([
  "aiff",
  "amr",
  "wma",
  "avi",
  "ac3",
  "wv",
  "aac",
  "tta",
  "oga",
  "flac",
  "opus",
  "eac3",
  "dts",
  "mpc",
  "dsf",
  "qoa",
]);

const unreadableTrack = (codec: string) =>
  new Refusal(`a recording whose sound is in the form "${codec}"`);

/**
 * From metadata, because computing it would read all of a live WebM, and decoding tells it anyway; Ogg and transport
 * streams have it at their end only.
 */
const openFile = (path: string, container: Container) =>
  openTracks(path, (input, audio) =>
    container === "oga" || container === "opus" || container === "ts"
      ? input.computeDuration(audio)
      : input.getDurationFromMetadata(audio),
  );

/** Of MPEG-2.5's slowest, with room for a file that was cut to a quarter: a table that says less was damaged. */
const SLOWEST_BITS_A_SECOND = 2000;

async function mpegSeconds(path: string) {
  const head = await headOf(path);
  if (hasLengthTable(head)) {
    const opened = await openFile(path, "mp3").catch(() => undefined);
    opened?.close();
    const { size } = await stat(path);
    const seconds = opened?.durationSeconds;
    if (seconds && (size * 8) / seconds >= SLOWEST_BITS_A_SECOND) return seconds;
  }
  return countFrames(path);
}

/** A lecture that begins with a picture alone for longer has a damaged clock: its sound begins at once. */
const LATEST_START_SECONDS = 6 * 3600;

/**
 * @returns the sound of one track; without a number the one with speech.
 * @throws Refusal for a form that cannot be read
 */
export async function openSound(
  path: string,
  container: Container,
  track?: number,
): Promise<Sound> {
  const sound = await openContainer(path, container, track);
  return Math.abs(sound.startSeconds) <= LATEST_START_SECONDS
    ? sound
    : { ...sound, startSeconds: 0 };
}

async function openContainer(
  path: string,
  container: Container,
  track: number | undefined,
): Promise<Sound> {
  switch (container) {
    case "wav":
    case "aiff":
    case "au": {
      const wave = await WAVES[container](path);
      return {
        startSeconds: 0,
        chunks: wave ? decodeWave(path, wave) : library(filePieces(path), container),
      };
    }
    case "mp3":
      return { startSeconds: 0, chunks: library(filePieces(path, await mpegStart(path)), "mp3") };
    case "oga":
      // FLAC in Ogg is read by the decoder of FLAC.
      return { startSeconds: 0, chunks: library(filePieces(path), await oggCodec(path)) };
    case "caf": {
      const caf = await readCaf(path);
      return {
        startSeconds: 0,
        chunks: caf.format
          ? decodePackets(cafPackets(path, caf), caf.format)
          : library(filePieces(path), "caf"),
      };
    }
    case "flv": {
      const flv = await readFlv(path);
      if (!flv) throw new Error("There is no sound in this video.");
      return {
        startSeconds: flv.startSeconds,
        chunks: decodePackets(flvPackets(path), flv.format),
      };
    }
    case "m4a":
    case "mkv":
    case "webm":
    case "ts":
      return openTrack(path, container, track);
    default:
      return { startSeconds: 0, chunks: library(filePieces(path), container) };
  }
}

/**
 * One track from the beginning is read by the library, which trims what encoders add; another, or a later one, packet
 * by packet.
 */
async function openTrack(
  path: string,
  container: Container,
  wanted: number | undefined,
): Promise<Sound> {
  const whole = () =>
    library(container === "m4a" ? readMoovFirst(path) : filePieces(path), container);
  if (container === "m4a") for await (const _ of readMoovFirst(path)) break;
  const opened = await openFile(path, container);
  const chosen = wanted === undefined ? await chooseTrack(opened) : opened.tracks[wanted];
  if (!chosen?.readable) {
    opened.close();
    throw unreadableTrack(chosen?.codec ?? opened.tracks[0]?.codec ?? "unknown");
  }
  const late = chosen.startSeconds > TOGETHER_SECONDS;
  // The library knows no transport stream, and no MP2 in Matroska.
  const byPackets = container === "ts" || chosen.codec === "mp2";
  if (!byPackets && (!chosen.format || (opened.tracks.length === 1 && !late))) {
    opened.close();
    return { startSeconds: late ? chosen.startSeconds : 0, chunks: whole() };
  }
  if (!chosen.format) throw unreadableTrack(chosen.codec);
  return { startSeconds: chosen.startSeconds, chunks: closing(decodeTrack(chosen), opened.close) };
}

async function* closing<T>(chunks: AsyncIterable<T>, close: () => void) {
  try {
    yield* chunks;
  } finally {
    close();
  }
}

async function* library(pieces: AsyncIterable<Uint8Array>, format: string) {
  try {
    yield* decodeChunked(pieces, format as "mp3") as AsyncIterable<Decoded>;
  } catch (error) {
    // "Unsupported AVI audio codec: IMA ADPCM": neither damaged nor silent.
    const named = /^Unsupported (\w+) [^:]*: (.+)$/.exec(
      error instanceof Error ? error.message : "",
    );
    throw named ? new Refusal(`a file (${named[1]}) with sound in the form ${named[2]}`) : error;
  }
}

function decodeWave(path: string, wave: Wave) {
  return library(
    wave.stream === "wav"
      ? wavePieces(path, wave)
      : filePieces(path, wave.dataStart, wave.dataLength),
    wave.stream,
  );
}

async function* wavePieces(path: string, { header, dataStart, dataLength, swap, halved }: Wave) {
  yield header;
  const together = halved ? 8 : Math.abs(swap);
  let rest = new Uint8Array(0);
  for await (const piece of filePieces(path, dataStart, dataLength)) {
    if (together === 1) {
      yield swapped(piece, swap);
      continue;
    }
    const data = new Uint8Array(rest.length + piece.length);
    data.set(rest);
    data.set(piece, rest.length);
    const usable = data.length - (data.length % together);
    const samples = swapped(data.subarray(0, usable), swap);
    yield halved ? higherHalves(samples) : samples;
    rest = data.slice(usable);
  }
}

function higherHalves(samples: Uint8Array) {
  const out = new Uint8Array(samples.length / 2);
  for (let at = 0; at < samples.length; at += 8) out.set(samples.subarray(at + 4, at + 8), at / 2);
  return out;
}

/** An MP3 may begin with zeros, or inside a frame. */
async function mpegStart(path: string) {
  const head = await headOf(path);
  if (head[0] === 0x49 && head[1] === 0x44 && head[2] === 0x33) return 0;
  return findFrames(head)?.at ?? 0;
}

async function oggCodec(path: string) {
  const start = Buffer.from(await headOf(path)).toString("latin1", 0, 4096);
  if (start.includes("\x7fFLAC")) return "flac";
  if (/Speex {3}/.test(start)) throw new Refusal("an Ogg file with sound in Speex");
  return "oga";
}

/** Enough for a picture in a tag before the first frame. */
async function headOf(path: string) {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(262_144), 0, 262_144, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
