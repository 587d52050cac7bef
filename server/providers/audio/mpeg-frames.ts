/**
 * Frames of MPEG audio, layers I to III of versions 1, 2 and 2.5: where a stream begins, and how long it is. ISO/IEC
 * 11172-3, 13818-3
 */
import { filePieces } from "./file-pieces.ts";

const RATES = [44_100, 48_000, 32_000];
/** kbit/s by [version 1?][layer]. */
const BITRATES = {
  v1: {
    1: [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    2: [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    3: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  },
  v2: {
    1: [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    3: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  },
};

/** `rate` in samples per second; `bytes` with the header (ISO/IEC 11172-3, 2.4.1.3). */
export interface MpegFrame {
  layer: 1 | 2 | 3;
  rate: number;
  bytes: number;
  samples: number;
}

function frameAt(data: Uint8Array, at: number): MpegFrame | undefined {
  if (data[at] !== 0xff || (data[at + 1]! & 0xe0) !== 0xe0) return undefined;
  const version = (data[at + 1]! >> 3) & 3; // 0: 2.5, 2: 2, 3: 1
  const layer = (4 - ((data[at + 1]! >> 1) & 3)) as 1 | 2 | 3 | 4;
  const rateIndex = (data[at + 2]! >> 2) & 3;
  if (version === 1 || layer === 4 || rateIndex === 3) return undefined;
  const rate = RATES[rateIndex]! / (version === 3 ? 1 : version === 2 ? 2 : 4);
  const bitrate = BITRATES[version === 3 ? "v1" : "v2"][layer][data[at + 2]! >> 4];
  if (!bitrate) return undefined;
  const padding = (data[at + 2]! >> 1) & 1;
  const samples = layer === 1 ? 384 : layer === 3 && version !== 3 ? 576 : 1152;
  const bytes =
    layer === 1
      ? (Math.floor((12_000 * bitrate) / rate) + padding) * 4
      : Math.floor((samples * 125 * bitrate) / rate) + padding;
  return { layer, rate, bytes, samples };
}

/**
 * At which byte three frames that agree follow each other, in the first part of a file; a stream that was cut begins
 * inside a frame.
 */
export function findFrames(head: Uint8Array): { at: number; frame: MpegFrame } | undefined {
  for (let at = 0; at + 4 <= head.length; at += 1) {
    if (head[at] !== 0xff) continue;
    const first = frameAt(head, at);
    const second = first && frameAt(head, at + first.bytes);
    const third = second && frameAt(head, at + first.bytes + second.bytes);
    if (
      third &&
      [second, third].every((each) => each.layer === first.layer && each.rate === first.rate)
    )
      return { at, frame: first };
  }
  return undefined;
}

/**
 * Seconds of all frames. Without a table at the start that is the only way to know: an estimate from the first bit rate
 * may be wrong by a factor of three.
 */
export async function countFrames(path: string): Promise<number> {
  let rest = new Uint8Array(0);
  let seconds = 0;
  let skip = 0;
  for await (const piece of filePieces(path)) {
    const data = new Uint8Array(rest.length + piece.length);
    data.set(rest);
    data.set(piece, rest.length);
    let at = skip;
    while (at + 4 <= data.length) {
      const frame = frameAt(data, at);
      if (!frame) {
        at = data.indexOf(0xff, at + 1);
        if (at === -1) at = data.length;
        continue;
      }
      seconds += frame.samples / frame.rate;
      at += frame.bytes;
    }
    skip = Math.max(0, at - data.length);
    rest = at < data.length ? data.slice(at) : new Uint8Array(0);
  }
  return seconds;
}

/**
 * Whether the first frame carries the table of a variable bit rate (Xing, Info, VBRI), from which the length is known.
 */
export function hasLengthTable(head: Uint8Array): boolean {
  const start = Buffer.from(head.subarray(0, 65_536)).toString("latin1");
  return (
    /Xing|Info|VBRI/.test(start.slice(0, 4096)) ||
    (start.startsWith("ID3") && /Xing|VBRI|Info\0/.test(start))
  );
}
