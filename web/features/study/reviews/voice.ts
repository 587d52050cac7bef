/** Reads a text aloud in the server's voice; where it has none, in the browser's. */
import type { Speech } from "#server/features/content/speech/shapes.ts";
import { addressOf, request } from "../../../api/client.ts";
import { SaidError } from "../../../api/problem.ts";
import { ensureMediaCookie } from "../../../api/session.ts";
import { followWords, surfaceOf } from "../../content/speech/follow-words.ts";

const LOOK_AGAIN_MS = 300;
/** Words are rarely shorter. */
const WORD_MS = 100;
const LONGEST_WAIT_MS = 45_000;

export interface Voice {
  /** @returns when it was heard, or stopped. @throws Problem when there is no voice. */
  say(text: string): Promise<void>;
  stop(): void;
}

/** One sound element for all of it: headset buttons go to the page that plays. */
export function createVoice(): Voice {
  const audio = new Audio();
  let end: (() => void) | undefined;
  let stopped = false;
  const stop = () => {
    stopped = true;
    audio.pause();
    if ("speechSynthesis" in window) speechSynthesis.cancel();
    end?.();
    end = undefined;
  };
  async function play(speech: Speech) {
    await ensureMediaCookie();
    if (stopped) return;
    audio.src = addressOf(`/tts/${speech.id}/audio`);
    // Of a cloze the answer is shown in its question.
    const words = followWords(speech, () => [surfaceOf("question"), surfaceOf("answer")]);
    const timer = setInterval(() => words.show(audio.currentTime), WORD_MS);
    const heard = new Promise<void>((resolve) => {
      end = resolve;
      audio.onended = () => resolve();
      audio.onerror = () => resolve();
    });
    try {
      await audio.play();
      await heard;
    } finally {
      clearInterval(timer);
      words.stop();
    }
  }
  return {
    async say(text) {
      stop();
      stopped = false;
      if (text.trim() === "") return;
      let speech: Speech | undefined;
      try {
        speech = await makeSpeech(text, () => stopped);
        if (!stopped) await play(speech);
      } catch (error) {
        if (stopped) return;
        if (!("speechSynthesis" in window) || speechSynthesis.getVoices().length === 0) throw error;
        await new Promise<void>((resolve) => {
          end = resolve;
          const words = new SpeechSynthesisUtterance(text);
          words.onend = () => resolve();
          words.onerror = () => resolve();
          speechSynthesis.speak(words);
        });
      } finally {
        // What was read to a card is not kept among the student's speeches.
        if (speech) void request(`/tts/${speech.id}`, { method: "DELETE" }).catch(() => {});
      }
    },
    stop,
  };
}

async function makeSpeech(text: string, isStopped: () => boolean) {
  let speech = await request<Speech>("/tts", { method: "POST", json: { text } });
  const until = Date.now() + LONGEST_WAIT_MS;
  while (speech.status !== "ready") {
    if (isStopped()) return speech;
    if (speech.status === "failed" || Date.now() > until)
      throw new SaidError(speech.error_message ?? "The voice did not answer.");
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    speech = await request<Speech>(`/tts/${speech.id}`);
  }
  return speech;
}
