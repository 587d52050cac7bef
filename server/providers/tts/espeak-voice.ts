/** eSpeak NG in WebAssembly: https://github.com/echogarden-project/espeak-ng-emscripten */
import type { ChildVoice, OpenVoice, Said } from "./speech-messages.ts";

const WORDS_PER_MINUTE = 175;

interface Espeak {
  samplerate: number;
  rate: number;
  set_voice(name: string): number;
  list_voices(): { name: string; identifier: string; languages: { name: string }[] }[];
  synthesize(
    text: string,
    onAudio: (
      audio: Int16Array,
      events: { type: string; text_position: number; audio_position: number }[],
    ) => boolean,
  ): void;
}

let espeak: Espeak | undefined;

export async function listEspeakVoices(): Promise<ChildVoice[]> {
  const voices = (await loadEspeak()).list_voices();
  return voices.map(({ name, languages }) => ({ id: languages[0]!.name, name }));
}

/**
 * @param speed how many times the voice's own pace
 * @returns undefined for a voice that there is not
 */
export async function openEspeakVoice(id: string, speed: number): Promise<OpenVoice | undefined> {
  const engine = await loadEspeak();
  // By its file: espeak itself finds "en-gb" and "fr-fr" under no other name.
  const voice = engine.list_voices().find(({ languages }) => languages[0]!.name === id);
  if (!voice || engine.set_voice(voice.identifier) !== 0) return undefined;
  engine.rate = Math.round(WORDS_PER_MINUTE * speed);
  return { sampleRate: engine.samplerate, say: (text) => say(engine, text) };
}

async function loadEspeak() {
  if (espeak) return espeak;
  const { default: init } = (await import("@echogarden/espeak-ng-emscripten" as string)) as {
    default: () => Promise<{ eSpeakNGWorker: new () => Espeak }>;
  };
  const { eSpeakNGWorker } = await init();
  espeak = new eSpeakNGWorker();
  return espeak;
}

function say(engine: Espeak, text: string): Said {
  const pieces: Int16Array[] = [];
  const words: Said["words"] = [];
  engine.synthesize(text, (audio, events) => {
    pieces.push(audio);
    for (const event of events) {
      if (event.type === "word")
        words.push({ position: event.text_position - 1, seconds: event.audio_position / 1000 });
    }
    return false;
  });
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const samples = new Float32Array(length);
  let at = 0;
  for (const piece of pieces) {
    for (let i = 0; i < piece.length; i += 1) samples[at + i] = piece[i]! / 32_768;
    at += piece.length;
  }
  return { samples, words };
}
