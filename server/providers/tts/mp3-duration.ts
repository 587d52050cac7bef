/** Seconds of an MP3, by adding up its frames. http://www.mp3-tech.org/programmer/frame_header.html */
const BITRATES = {
  mpeg1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  mpeg2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const RATES = [44_100, 48_000, 32_000];

export function mp3Seconds(bytes: Uint8Array): number {
  let seconds = 0;
  for (let at = skipId3(bytes); at + 4 <= bytes.length;) {
    const frame = frameAt(bytes, at);
    if (!frame) {
      at += 1;
      continue;
    }
    seconds += frame.seconds;
    at += frame.length;
  }
  return seconds;
}

function frameAt(bytes: Uint8Array, at: number) {
  const [, second, third] = [bytes[at]!, bytes[at + 1]!, bytes[at + 2]!];
  if (bytes[at] !== 0xff || (second & 0xe0) !== 0xe0 || (second & 0x06) !== 0x02) return undefined;
  const version = (second >> 3) & 3;
  if (version === 1) return undefined;
  const bitrate = (version === 3 ? BITRATES.mpeg1 : BITRATES.mpeg2)[third >> 4];
  const base = RATES[(third >> 2) & 3];
  if (!bitrate || !base) return undefined;
  const rate = version === 3 ? base : version === 2 ? base / 2 : base / 4;
  const samples = version === 3 ? 1152 : 576;
  return {
    seconds: samples / rate,
    length: Math.floor(((samples / 8) * bitrate * 1000) / rate) + ((third >> 1) & 1),
  };
}

function skipId3(bytes: Uint8Array) {
  if (bytes[0] !== 0x49 || bytes[1] !== 0x44 || bytes[2] !== 0x33) return 0;
  return 10 + ((bytes[6]! << 21) | (bytes[7]! << 14) | (bytes[8]! << 7) | bytes[9]!);
}
