/**
 * A voice of Piper's that the tests make themselves, as Piper publishes its own: 0.8 MB, one tone for each sound. Its
 * letters are espeak's. https://github.com/rhasspy/piper/blob/master/TRAINING.md#exporting-a-model
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  bytes,
  FLOAT,
  INT64,
  makeOnnx,
  node,
  tensor,
  value,
} from "#server/providers/models/onnx.ts";

const RATE = 16_000;
/** Samples that one sound takes: 50 ms. */
const SOUND = 800;
const SYMBOLS = [
  ..."_^$ !'(),-.:;?abcdefghijklmnopqrstuvwxyzæçðøħŋœɐɑɒɔəɚɛɜɡɪɬɭɹɾʃʊʌʒʔˈˌːθᵻ",
  "̩",
  "̃",
  "ɲ",
  "ʁ",
  "ʏ",
];

/** @returns the voice's id: the name of its folder in `modelsDir`, which begins with its language (`en_US`). */
export async function makeVoice(modelsDir: string, id: string, { speakers = 1 } = {}) {
  const folder = join(modelsDir, id);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${id}.onnx`), voice(speakers));
  const code = id.split("-")[0]!;
  await writeFile(
    join(folder, `${id}.onnx.json`),
    JSON.stringify({
      audio: { sample_rate: RATE, quality: "low" },
      espeak: { voice: code.startsWith("en") ? "en-us" : code.split("_")[0] },
      inference: { noise_scale: 0.667, length_scale: 1, noise_w: 0.8 },
      phoneme_type: "espeak",
      phoneme_id_map: Object.fromEntries(SYMBOLS.map((symbol, at) => [symbol, [at]])),
      num_speakers: speakers,
      speaker_id_map: {},
      language: { code },
    }),
  );
  return id;
}

/** Twice as many samples for each sound at half the speed, of which the second of the three scales tells. */
function voice(speakers: number) {
  const waves = new Float32Array(SYMBOLS.length * SOUND);
  for (let symbol = 3; symbol < SYMBOLS.length; symbol += 1)
    for (let at = 0; at < SOUND; at += 1)
      waves[symbol * SOUND + at] = 0.3 * Math.sin((2 * Math.PI * (200 + 10 * symbol) * at) / RATE);
  const loud = Float32Array.from({ length: speakers }, (_, speaker) => 1 / (speaker + 1));
  return makeOnnx([
    bytes(1, node("Gather", ["waves", "input"], "sounds")),
    bytes(1, node("Reshape", ["sounds", "shape"], "one")),
    bytes(1, node("Gather", ["scales", "second"], "length")),
    bytes(1, node("Concat", ["ones", "length"], "sizes", { axis: 0 })),
    bytes(1, node("Resize", ["one", "", "sizes"], "stretched")),
    ...(speakers > 1
      ? [
          bytes(1, node("Gather", ["loud", "sid"], "loudness")),
          bytes(1, node("Mul", ["stretched", "loudness"], "output")),
        ]
      : [bytes(1, node("Identity", ["stretched"], "output"))]),
    bytes(5, tensor("waves", [SYMBOLS.length, SOUND], waves)),
    bytes(5, tensor("shape", [3], BigInt64Array.of(1n, 1n, -1n))),
    bytes(5, tensor("second", [1], BigInt64Array.of(1n))),
    bytes(5, tensor("ones", [2], Float32Array.of(1, 1))),
    bytes(5, tensor("loud", [speakers], loud)),
    bytes(11, value("input", INT64, ["N", "L"])),
    bytes(11, value("input_lengths", INT64, ["N"])),
    bytes(11, value("scales", FLOAT, [3])),
    ...(speakers > 1 ? [bytes(11, value("sid", INT64, ["N"]))] : []),
    bytes(12, value("output", FLOAT, ["N", 1, "T"])),
  ]);
}

/**
 * Kokoro's signs, and letters that stand for sounds: https://huggingface.co/hexgrad/Kokoro-82M/blob/main/config.json
 */
const KOKORO_SYMBOLS = [
  ...'$;:,.!?—…"()“” abcdefhijklmnopqrstuvwxyzɑɐɒæβɔɕçɖðʤəɚɛɜɟɡɥɪŋɲɳɸθœɹɾʁʃʂʈʊʋʌʒʔˈˌːʰʲ↓→↗↘ᵊᵻ',
  "\u0303",
];
/** Of a real one 510: longer sentences are cut. */
const LONGEST = 120;
const STYLE = 4;

/**
 * A model of Kokoro's that the tests make themselves, laid out as sherpa-onnx packs it: a tone for each sound, of which
 * each speaker has a loudness of its own. https://github.com/k2-fsa/sherpa-onnx/tree/master/scripts/kokoro
 * @returns the model's id: the name of its folder.
 */
export async function makeKokoro(
  modelsDir: string,
  id: string,
  names: string[],
  /** Kokoro 0.19 is the first, 1.0 the second. */
  version = 2,
) {
  const folder = join(modelsDir, id);
  await mkdir(folder, { recursive: true });
  const loud = names.flatMap((_, speaker) => Array(LONGEST * STYLE).fill(1 / (speaker + 1)));
  const files: [string, string | Buffer][] = [
    ["model.onnx", kokoro(names, version)],
    ["voices.bin", Buffer.from(Float32Array.from(loud as number[]).buffer)],
    ["tokens.txt", KOKORO_SYMBOLS.map((symbol, at) => `${symbol} ${at}\n`).join("")],
    // As long as forty sounds.
    ["lexicon-zh.txt", `你 n i\n好 ${Array(40).fill("a").join(" ")}\n`],
  ];
  for (const [name, content] of files) await writeFile(join(folder, name), content);
  return id;
}

function kokoro(names: string[], version: number) {
  const waves = new Float32Array(KOKORO_SYMBOLS.length * SOUND);
  for (let symbol = 1; symbol < KOKORO_SYMBOLS.length; symbol += 1)
    for (let at = 0; at < SOUND; at += 1)
      waves[symbol * SOUND + at] = 0.3 * Math.sin((2 * Math.PI * (200 + 10 * symbol) * at) / RATE);
  return makeOnnx(
    [
      bytes(1, node("Gather", ["waves", "tokens"], "sounds")),
      bytes(1, node("Reshape", ["sounds", "shape"], "one")),
      bytes(1, node("Div", ["unit", "speed"], "length")),
      bytes(1, node("Concat", ["ones", "length"], "sizes", { axis: 0 })),
      bytes(1, node("Resize", ["one", "", "sizes"], "stretched")),
      bytes(1, node("ReduceMean", ["style"], "loudness", { axes: [1], keepdims: 1 })),
      bytes(1, node("Mul", ["stretched", "loudness"], "audio")),
      bytes(5, tensor("waves", [KOKORO_SYMBOLS.length, SOUND], waves)),
      bytes(5, tensor("shape", [3], BigInt64Array.of(1n, 1n, -1n))),
      bytes(5, tensor("unit", [1], Float32Array.of(1))),
      bytes(5, tensor("ones", [2], Float32Array.of(1, 1))),
      bytes(11, value("tokens", INT64, [1, "L"])),
      bytes(11, value("style", FLOAT, [1, STYLE])),
      bytes(11, value("speed", FLOAT, [1])),
      bytes(12, value("audio", FLOAT, [1, 1, "T"])),
    ],
    {
      model_type: "kokoro",
      language: "made",
      has_espeak: 1,
      sample_rate: RATE,
      version,
      voice: "en-us",
      style_dim: `${LONGEST},1,${STYLE}`,
      n_speakers: names.length,
      speaker_names: names.join(","),
    },
  );
}
