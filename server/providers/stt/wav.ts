import { speechFormat, wavHeader } from "#server/providers/audio/wav-header.ts";

/** Samples as a WAV file of 16-bit PCM. */
export function encodeWav(samples: Float32Array, sampleRate: number): Uint8Array<ArrayBuffer> {
  const header = wavHeader(speechFormat(sampleRate), samples.length * 2);
  const bytes = Buffer.alloc(header.length + samples.length * 2);
  header.copy(bytes);
  for (let i = 0; i < samples.length; i += 1) {
    bytes.writeInt16LE(
      Math.round(Math.max(-1, Math.min(1, samples[i]!)) * 32_767),
      header.length + i * 2,
    );
  }
  return bytes;
}
