/**
 * A sentence transformer that the tests make: one table with a vector for each word, in which words of one meaning
 * share theirs. https://huggingface.co/docs/tokenizers/api/models for tokenizer.json.
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

/** @returns the model's id: the name of its folder in `modelsDir`. */
export async function makeEmbeddingModel(modelsDir: string, meanings: string[][]): Promise<string> {
  const id = "meanings-tests";
  const words = ["[UNK]", ...meanings.flat()];
  const size = meanings.length + 1;
  const table = new Float32Array(words.length * size);
  words.forEach((word, i) => {
    const meaning = meanings.findIndex((same) => same.includes(word));
    // What is not known points a little in a direction of its own.
    table[i * size + (meaning < 0 ? size - 1 : meaning)] = meaning < 0 ? 0.01 : 1;
  });
  const graph = [
    bytes(1, node("Gather", ["table", "input_ids"], "last_hidden_state", { axis: 0 })),
    bytes(5, tensor("table", [words.length, size], table)),
    ...["input_ids", "attention_mask"].map((name) => bytes(11, value(name, INT64, ["B", "T"]))),
    bytes(12, value("last_hidden_state", FLOAT, ["B", "T", size])),
  ];
  const tokenizer = {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: { type: "Lowercase" },
    pre_tokenizer: { type: "Whitespace" },
    post_processor: null,
    decoder: null,
    model: {
      type: "WordLevel",
      vocab: Object.fromEntries(words.map((word, i) => [word, i])),
      unk_token: "[UNK]",
    },
  };
  await mkdir(join(modelsDir, id), { recursive: true });
  await writeFile(join(modelsDir, id, "model.onnx"), makeOnnx(graph));
  await writeFile(join(modelsDir, id, "tokenizer.json"), JSON.stringify(tokenizer));
  await writeFile(
    join(modelsDir, id, "tokenizer_config.json"),
    JSON.stringify({ tokenizer_class: "PreTrainedTokenizer", unk_token: "[UNK]" }),
  );
  return id;
}
