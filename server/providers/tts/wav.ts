/** Samples of a WAV of 16-bit PCM, mixed to one channel; undefined when it is anything else. */
export function readWav(bytes: Buffer): { samples: Float32Array; sampleRate: number } | undefined {
  if (
    bytes.length < 44 ||
    bytes.toString("latin1", 0, 4) !== "RIFF" ||
    bytes.toString("latin1", 8, 12) !== "WAVE"
  )
    return undefined;
  let format: { channels: number; sampleRate: number } | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const type = bytes.toString("latin1", at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    const body = at + 8;
    if (type === "fmt ") {
      if (bytes.readUInt16LE(body) !== 1 || bytes.readUInt16LE(body + 14) !== 16) return undefined;
      format = { channels: bytes.readUInt16LE(body + 2), sampleRate: bytes.readUInt32LE(body + 4) };
    }
    if (type === "data" && format) {
      // A server that streams does not know the length and writes the largest number: then it is the rest.
      const end = Math.min(body + size, bytes.length);
      const { channels, sampleRate } = format;
      const samples = new Float32Array(Math.floor((end - body) / (2 * channels)));
      for (let i = 0; i < samples.length; i += 1) {
        for (let c = 0; c < channels; c += 1)
          samples[i]! += bytes.readInt16LE(body + (i * channels + c) * 2) / 32_768 / channels;
      }
      return { samples, sampleRate };
    }
    at = body + size + (size % 2);
  }
  return undefined;
}
