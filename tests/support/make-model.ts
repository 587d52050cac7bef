/**
 * A speech model of 75 kB that the tests make themselves: real code loads it and runs it over real sound, its words
 * mean nothing.
 *
 * The layout is SenseVoice's: one ONNX file that maps stacked filter-bank frames to CTC logits, here by one matrix of
 * fixed pseudo-random numbers. https://k2-fsa.github.io/sherpa/onnx/sense-voice/export.html for the metadata.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  bytes,
  FLOAT,
  INT32,
  makeOnnx,
  node,
  tensor,
  value,
} from "#server/providers/models/onnx.ts";

const STACKED = 7;
const BANDS = 80;
const FEATURES = STACKED * BANDS;
const PREFIX = ["<|en|>", "<|NEUTRAL|>", "<|Speech|>", "<|woitn|>"];
const SYLLABLES = "ka to mi re so lu pa ne vi do ra ti se mo lan ber".split(" ");
/** Number 0 is CTC's blank; then the four that SenseVoice says before the words; U+2581 starts a word. */
const TOKENS = ["<blk>", ...PREFIX, ...SYLLABLES.map((each) => `▁${each}`), ...SYLLABLES];

/** @returns the model's id: the name of its folder in `modelsDir`. */
export async function makeSpeechModel(modelsDir: string): Promise<string> {
  const id = "sense-voice-en-random";
  await mkdir(join(modelsDir, id), { recursive: true });
  await writeFile(join(modelsDir, id, "model.onnx"), model());
  await writeFile(
    join(modelsDir, id, "tokens.txt"),
    TOKENS.map((token, number) => `${token} ${number}\n`).join(""),
  );
  return id;
}

function model(): Buffer {
  const size = TOKENS.length;
  // What a band gains weighs against what it loses, so that sounds count and not how loud they are.
  const random = pseudoRandom(BANDS * size);
  const weights = Float32Array.from({ length: FEATURES * size }, (_, at) => {
    const frame = Math.floor(at / (BANDS * size));
    return random[at % (BANDS * size)]! * Math.sign(Math.floor(STACKED / 2) - frame);
  });
  // Each of the four frames before the sound says its own token and no other.
  const prefix = Float32Array.from({ length: PREFIX.length * size }, (_, at) =>
    at % size === Math.floor(at / size) + 1 ? 1 : 0,
  );
  const metadata = {
    vocab_size: size,
    lfr_window_size: 7,
    lfr_window_shift: 6,
    normalize_samples: 0,
    with_itn: 14,
    without_itn: 15,
    lang_auto: 0,
    lang_zh: 3,
    lang_en: 4,
    lang_yue: 7,
    lang_ja: 11,
    lang_ko: 12,
    neg_mean: Array(FEATURES).fill(0).join(","),
    inv_stddev: Array(FEATURES).fill(1).join(","),
  };
  return makeOnnx(
    [
      bytes(1, node("MatMul", ["x", "weights"], "frames")),
      bytes(1, node("Concat", ["prefix", "frames"], "logits", { axis: 1 })),
      bytes(5, tensor("weights", [FEATURES, size], weights)),
      bytes(5, tensor("prefix", [1, PREFIX.length, size], prefix)),
      bytes(11, value("x", FLOAT, [1, "T", FEATURES])),
      ...["x_length", "language", "text_norm"].map((name) => bytes(11, value(name, INT32, [1]))),
      bytes(12, value("logits", FLOAT, [1, "T_and_4", size])),
    ],
    metadata,
  );
}

/** A linear congruential generator (Numerical Recipes): the same numbers on every machine; from -0.5 to 0.5. */
function pseudoRandom(length: number) {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}
