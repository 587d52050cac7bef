import { BufferSource, Input, MP3 } from "mediabunny";

/** Seconds of an MP3 that is all there; 0 for what is none. https://mediabunny.dev */
export async function mp3Seconds(bytes: Uint8Array): Promise<number> {
  const input = new Input({ source: new BufferSource(bytes), formats: [MP3] });
  try {
    return await input.computeDuration();
  } catch {
    return 0;
  } finally {
    input.dispose();
  }
}
