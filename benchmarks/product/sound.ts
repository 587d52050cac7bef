import { wavHeader } from "#server/providers/audio/wav-header.ts";

const HEADER_BYTES = 44;

/** A WAV of so many bytes, read as such, made while it is sent. @param value of each of its bytes of sound */
export async function* wavOf(bytes: number, value: number): AsyncGenerator<Buffer> {
  const data = bytes - HEADER_BYTES;
  yield wavHeader({ tag: 1, channels: 2, sampleRate: 48_000, bytesPerSample: 2 }, data);
  const chunk = Buffer.alloc(1024 * 1024, value);
  for (let left = data; left > 0; left -= chunk.length)
    yield chunk.subarray(0, Math.min(left, chunk.length));
}
