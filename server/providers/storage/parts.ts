/**
 * A stream in parts of one size, the last one shorter (or empty, when there was nothing at all).
 * @param options.keepOnError gives what had come, as a part, before the stream's error is thrown.
 */
export async function* parts(
  content: AsyncIterable<Buffer>,
  partBytes: number,
  { keepOnError = false } = {},
): AsyncGenerator<{ bytes: Buffer; last: boolean }> {
  let chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const given of content) {
      const chunk = Buffer.isBuffer(given) ? given : Buffer.from(given);
      chunks.push(chunk);
      size += chunk.length;
      // One byte more than a part has come: this one is not the last.
      while (size > partBytes) {
        const all = Buffer.concat(chunks);
        const rest = all.subarray(partBytes);
        chunks = [rest];
        size = rest.length;
        yield { bytes: all.subarray(0, partBytes), last: false };
      }
    }
  } catch (error) {
    if (keepOnError && size > 0) yield { bytes: Buffer.concat(chunks), last: false };
    throw error;
  }
  yield { bytes: Buffer.concat(chunks), last: true };
}
