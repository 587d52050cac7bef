import type { SpokenWord } from "#server/providers/tts/contract.ts";

/**
 * Captions of a text that a voice read: WebVTT, one cue a sentence, timed by the voice's words, or by the share of the
 * text where it tells none.
 * @param durationSeconds of the sound
 */
export function spokenCaptions(
  text: string,
  words: readonly SpokenWord[] | null | undefined,
  durationSeconds: number,
) {
  const at = (offset: number) =>
    words?.find(({ end_offset }) => end_offset > offset)?.start ??
    (offset / text.length) * durationSeconds;
  const time = (seconds: number) => new Date(seconds * 1000).toISOString().slice(11, 23);
  const sentences = [...new Intl.Segmenter("en", { granularity: "sentence" }).segment(text)].filter(
    ({ segment }) => segment.trim() !== "",
  );
  const cues = sentences.map(({ segment, index }, number) => {
    const next = sentences[number + 1];
    const end = next ? at(next.index) : durationSeconds;
    return `${time(at(index))} --> ${time(end)}\n${segment.trim().replace(/\s+/g, " ")}`;
  });
  return `WEBVTT\n\n${cues.join("\n\n")}\n`;
}
