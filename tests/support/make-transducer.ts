/**
 * A transducer of 10 kB that the tests make themselves. It is nearly undecided between all letters, so that a
 * recogniser which listens for words hears them, and one which does not hears noise.
 *
 * The layout is icefall's: an encoder of the sound, a decoder of the last two tokens and a joiner of both.
 * https://k2-fsa.github.io/icefall/model-export/export-onnx.html for inputs, outputs and metadata.
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

const BANDS = 80;
const SIZE = 16;
const CONTEXT = 2;
/** Frames of 10 ms that make one step. */
const STRIDE = 4;
const LETTERS = "AB".split("");
/** As models that were trained on LibriSpeech have them: large letters; U+2581 starts a word. */
const PIECES = [...LETTERS.map((letter) => `▁${letter}`), ...LETTERS];
const TOKENS = ["<blk>", "<sos/eos>", "<unk>", ...PIECES];

/** @returns the model's id: the name of its folder in `modelsDir`. */
export async function makeTransducer(modelsDir: string): Promise<string> {
  const id = "zipformer-en-random";
  const folder = join(modelsDir, id);
  await mkdir(folder, { recursive: true });
  const files: Record<string, string | Buffer> = {
    "encoder.onnx": encoder(),
    "decoder.onnx": decoder(),
    "joiner.onnx": joiner(),
    "tokens.txt": TOKENS.map((token, number) => `${token} ${number}\n`).join(""),
    "bpe.vocab": ["<unk>", "<s>", "</s>", ...PIECES]
      .map((piece, number) => `${piece}\t${-number}\n`)
      .join(""),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return id;
}

function encoder() {
  return makeOnnx(
    [
      bytes(1, node("Slice", ["x", "zero", "last", "one", "stride"], "steps")),
      bytes(1, node("MatMul", ["steps", "weights"], "encoder_out")),
      bytes(1, node("Add", ["x_lens", "rest"], "longer")),
      bytes(1, node("Div", ["longer", "stride"], "encoder_out_lens")),
      bytes(5, tensor("zero", [1], BigInt64Array.of(0n))),
      bytes(5, tensor("last", [1], BigInt64Array.of(2n ** 40n))),
      bytes(5, tensor("one", [1], BigInt64Array.of(1n))),
      bytes(5, tensor("rest", [1], BigInt64Array.of(BigInt(STRIDE - 1)))),
      bytes(5, tensor("stride", [1], BigInt64Array.of(BigInt(STRIDE)))),
      bytes(5, tensor("weights", [BANDS, SIZE], pseudoRandom(BANDS * SIZE, 0.01))),
      bytes(11, value("x", FLOAT, ["N", "T", BANDS])),
      bytes(11, value("x_lens", INT64, ["N"])),
      bytes(12, value("encoder_out", FLOAT, ["N", "S", SIZE])),
      bytes(12, value("encoder_out_lens", INT64, ["N"])),
    ],
    { model_type: "zipformer2", version: "1" },
  );
}

function decoder() {
  return makeOnnx(
    [
      bytes(1, node("Gather", ["embeddings", "y"], "each")),
      bytes(1, node("ReduceMean", ["each"], "decoder_out", { axes: [1], keepdims: 0 })),
      bytes(
        5,
        tensor("embeddings", [TOKENS.length, SIZE], pseudoRandom(TOKENS.length * SIZE, 0.1)),
      ),
      bytes(11, value("y", INT64, ["N", CONTEXT])),
      bytes(12, value("decoder_out", FLOAT, ["N", SIZE])),
    ],
    { context_size: CONTEXT, vocab_size: TOKENS.length },
  );
}

function joiner() {
  return makeOnnx(
    [
      bytes(1, node("Add", ["encoder_out", "decoder_out"], "both")),
      bytes(1, node("Tanh", ["both"], "bounded")),
      bytes(1, node("MatMul", ["bounded", "weights"], "logit")),
      bytes(5, tensor("weights", [SIZE, TOKENS.length], pseudoRandom(SIZE * TOKENS.length, 0.1))),
      bytes(11, value("encoder_out", FLOAT, ["N", SIZE])),
      bytes(11, value("decoder_out", FLOAT, ["N", SIZE])),
      bytes(12, value("logit", FLOAT, ["N", TOKENS.length])),
    ],
    { joiner_dim: SIZE },
  );
}

/** A linear congruential generator (Numerical Recipes): the same numbers on every machine. */
function pseudoRandom(length: number, scale: number) {
  let state = length;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) * scale;
  });
}
