/**
 * A speech model of 75 kB that the tests make themselves: real code loads it and runs it over real sound, its words mean nothing.
 *
 * The layout is SenseVoice's: one ONNX file (IR 8, opset 13) that maps stacked filter-bank frames to CTC logits, here by one matrix
 * of fixed pseudo-random numbers. https://github.com/onnx/onnx/blob/main/onnx/onnx.proto for the field numbers,
 * https://k2-fsa.github.io/sherpa/onnx/sense-voice/export.html for the metadata.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const STACKED = 7;
const BANDS = 80;
const FEATURES = STACKED * BANDS;
const PREFIX = ["<|en|>", "<|NEUTRAL|>", "<|Speech|>", "<|woitn|>"];
const SYLLABLES = "ka to mi re so lu pa ne vi do ra ti se mo lan ber".split(" ");
/** Number 0 is CTC's blank; then the four that SenseVoice says before the words; U+2581 starts a word. */
const TOKENS = ["<blk>", ...PREFIX, ...SYLLABLES.map((each) => `▁${each}`), ...SYLLABLES];
const FLOAT = 1;
const INT32 = 6;

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
  const graph = [
    bytes(1, node("MatMul", ["x", "weights"], "frames")),
    bytes(1, node("Concat", ["prefix", "frames"], "logits", ["axis", 1])),
    text(2, "random"),
    bytes(5, tensor("weights", [FEATURES, size], weights)),
    bytes(5, tensor("prefix", [1, PREFIX.length, size], prefix)),
    bytes(11, value("x", FLOAT, [1, "T", FEATURES])),
    ...["x_length", "language", "text_norm"].map((name) => bytes(11, value(name, INT32, [1]))),
    bytes(12, value("logits", FLOAT, [1, "T_and_4", size])),
  ];
  return Buffer.concat([
    number(1, 8),
    bytes(7, Buffer.concat(graph)),
    bytes(8, number(2, 13)),
    ...Object.entries(metadata).map(([key, each]) =>
      bytes(14, Buffer.concat([text(1, key), text(2, String(each))])),
    ),
  ]);
}

/** A linear congruential generator (Numerical Recipes): the same numbers on every machine; from -0.5 to 0.5. */
function pseudoRandom(length: number) {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

function node(operation: string, inputs: string[], output: string, attribute?: [string, number]) {
  return Buffer.concat([
    ...inputs.map((input) => text(1, input)),
    text(2, output),
    text(4, operation),
    ...(attribute
      ? [bytes(5, Buffer.concat([text(1, attribute[0]), number(3, attribute[1]), number(20, 2)]))]
      : []),
  ]);
}

function tensor(name: string, shape: number[], values: Float32Array) {
  return Buffer.concat([
    ...shape.map((each) => number(1, each)),
    number(2, FLOAT),
    text(8, name),
    bytes(9, Buffer.from(values.buffer)),
  ]);
}

function value(name: string, type: number, shape: (number | string)[]) {
  const dimensions = shape.map((each) =>
    bytes(1, typeof each === "number" ? number(1, each) : text(2, each)),
  );
  const tensorType = Buffer.concat([number(1, type), bytes(2, Buffer.concat(dimensions))]);
  return Buffer.concat([text(1, name), bytes(2, bytes(1, tensorType))]);
}

// Protocol Buffers' wire format: https://protobuf.dev/programming-guides/encoding/
const number = (field: number, each: number) => Buffer.concat([varint(field << 3), varint(each)]);
const text = (field: number, each: string) => bytes(field, Buffer.from(each));
const bytes = (field: number, each: Buffer) =>
  Buffer.concat([varint((field << 3) | 2), varint(each.length), each]);

function varint(each: number): Buffer {
  const out: number[] = [];
  for (; each > 127; each = Math.floor(each / 128)) out.push((each % 128) | 128);
  return Buffer.from([...out, each]);
}
