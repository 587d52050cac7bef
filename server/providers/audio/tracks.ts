/** The sound tracks of a video or a Matroska, MP4 or transport stream file, and which of them is heard. */
import {
  ALL_FORMATS,
  EncodedPacketSink,
  FilePathSource,
  Input,
  type InputAudioTrack,
  type InputTrack,
} from "mediabunny";
import type { AudioTrack } from "./contract.ts";
import { LISTEN_SECONDS, mostLikeSpeech } from "./most-like-speech.ts";
import { decodePackets, PACKET_CODECS, type Decoded, type PacketFormat } from "./packets.ts";

/** Names of MP4's sample entries for codecs that mediabunny takes for another. */
const MP4_CODECS: Record<string, string> = {
  mp4a: "aac",
  Opus: "opus",
  "ac-3": "ac3",
  "ec-3": "eac3",
  fLaC: "flac",
  ".mp3": "mp3",
};

/** Those that mediabunny has no name for. */
const MATROSKA_CODECS: Record<string, string> = { "A_MPEG/L2": "mp2" };
/** Some writers count from a time that the file does not say. */
const LONGEST_SECONDS = 100 * 24 * 3600;

export interface Track extends AudioTrack {
  input: InputAudioTrack;
  format: PacketFormat | undefined;
  startSeconds: number;
}

export interface OpenedTracks {
  tracks: Track[];
  hasVideo: boolean;
  durationSeconds: number | undefined;
  close(): void;
}

export async function openTracks(
  path: string,
  duration: (input: Input, audio: InputTrack[]) => Promise<number | null>,
): Promise<OpenedTracks> {
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  try {
    const all = await input.getTracks();
    const audio = all.filter((track): track is InputAudioTrack => track.isAudioTrack());
    const isTransport = /mpeg-?ts|mp2t|transport/i.test((await input.getFormat()).name);
    const starts = await Promise.all(all.map((track) => track.getFirstTimestamp().catch(() => 0)));
    // A transport stream's clock begins anywhere; the others' begins at zero.
    const zero = isTransport && starts.length > 0 ? Math.min(...starts) : 0;
    const tracks = await Promise.all(
      audio.map(async (track, number): Promise<Track> => {
        const name = (await track.getName().catch(() => null)) ?? undefined;
        const language = await track.getLanguageCode().catch(() => "und");
        const codec = await codecOf(track);
        const config = await track.getDecoderConfig().catch(() => null);
        const description = config?.description as Uint8Array | undefined;
        return {
          number,
          codec: codec ?? String(track.internalCodecId ?? "unknown"),
          // A transport stream is read packet by packet only.
          readable: codec !== undefined && (!isTransport || PACKET_CODECS.has(codec)),
          ...(name && { name }),
          ...(language !== "und" && { language }),
          input: track,
          // The decoder of AAC keeps its first packet to itself.
          startSeconds:
            starts[all.indexOf(track)]! -
            zero +
            (codec === "aac" && config ? 1024 / config.sampleRate : 0),
          format:
            codec && PACKET_CODECS.has(codec)
              ? {
                  codec,
                  channels: config?.numberOfChannels ?? track.numberOfChannels,
                  sampleRate: config?.sampleRate ?? track.sampleRate,
                  description: description && bytesOf(description),
                }
              : undefined,
        };
      }),
    );
    const seconds = audio.length > 0 ? await duration(input, audio).catch(() => null) : null;
    return {
      tracks,
      hasVideo: all.some((track) => track.isVideoTrack()),
      durationSeconds:
        seconds !== null && seconds > zero && seconds - zero < LONGEST_SECONDS
          ? seconds - zero
          : undefined,
      close: () => input.dispose(),
    };
  } catch (error) {
    input.dispose();
    throw error;
  }
}

const bytesOf = (data: AllowSharedBufferSource) =>
  ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data as ArrayBuffer);

/** What mediabunny names, but for MP4: there it names AAC whatever the sample entry says. */
async function codecOf(track: InputAudioTrack): Promise<string | undefined> {
  const entry = track.internalCodecId;
  if (typeof entry === "string" && entry.length === 4 && !(entry in MP4_CODECS)) {
    // ALAC and AMR are read by the library that reads MP4 as a whole.
    if (["alac", "samr", "sawb"].includes(entry)) return entry;
    if (!/^(?:lpcm|sowt|twos|in24|in32|fl32|fl64|raw |ulaw|alaw|NONE|ipcm|fpcm)$/.test(entry))
      return undefined;
  }
  const named =
    typeof entry === "string" ? (MP4_CODECS[entry] ?? MATROSKA_CODECS[entry]) : undefined;
  return (await track.getCodec()) ?? named;
}

async function* packetsOf(track: Track, fromSeconds?: number): AsyncGenerator<Uint8Array> {
  const sink = new EncodedPacketSink(track.input);
  const first = fromSeconds === undefined ? undefined : await sink.getPacket(fromSeconds);
  for await (const packet of sink.packets(first ?? undefined)) yield packet.data;
}

/** The track in which somebody speaks: the first of those that sound most like it. */
export async function chooseTrack({
  tracks,
  durationSeconds,
}: OpenedTracks): Promise<Track | undefined> {
  const readable = tracks.filter((track) => track.readable);
  if (readable.length < 2) return readable[0];
  return mostLikeSpeech(readable, durationSeconds, hear);
}

async function hear(track: Track, fromSeconds: number) {
  if (!track.format) return undefined;
  const parts: Float32Array[] = [];
  let seconds = 0;
  let rate = 1;
  for await (const { channelData, sampleRate } of decodePackets(
    packetsOf(track, fromSeconds),
    track.format,
  )) {
    const [samples] = channelData;
    if (!samples) continue;
    rate = sampleRate;
    parts.push(Float32Array.from(samples));
    seconds += samples.length / sampleRate;
    if (seconds >= LISTEN_SECONDS) break;
  }
  return { samples: joined(parts), sampleRate: rate };
}

function joined(parts: Float32Array[]) {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function decodeTrack(track: Track): AsyncGenerator<Decoded> {
  return decodePackets(packetsOf(track), track.format!);
}
