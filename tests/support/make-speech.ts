import type { Context } from "#server/context.ts";

/** An MP3 of a text, by the project's own voice: tests carry no sound of their own. */
export async function makeSpeech(
  context: Context,
  text: string,
  format: "mp3" | "ogg" | "wav" = "mp3",
) {
  const engine = await context.tts.choose("espeak");
  const spoken = await engine.speak({
    text,
    voice: await engine.defaultVoice("en"),
    speed: 1,
    format,
    signal: AbortSignal.timeout(60_000),
  });
  const chunks: Buffer[] = [];
  for await (const chunk of spoken.audio) chunks.push(chunk as Buffer);
  return new Blob(chunks as BlobPart[], { type: "audio/mpeg" });
}
