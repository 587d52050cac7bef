/** The process in which a sentence transformer runs: tokens, model, mean over the tokens (as its authors pool). */
import { readFile } from "node:fs/promises";
import { Tokenizer } from "@huggingface/tokenizers";
import * as ort from "onnxruntime-web";
import { answerRequests } from "#server/providers/processes/forked-child.ts";
import type { EmbeddingRequest } from "./local.ts";

/** A passage has about 120 tokens; the models were trained with 256 (MiniLM) or 512 (E5). */
const MOST_TOKENS = 256;

let tokenizer: Tokenizer;
let session: ort.InferenceSession;

ort.env.wasm.numThreads = 1;

answerRequests(async (request: EmbeddingRequest) => {
  if (request.kind === "embed") return embed(request.texts);
  const { model, tokenizer: words, tokenizerConfig } = request.config as Record<string, string>;
  tokenizer = new Tokenizer(await readJson(words!), await readJson(tokenizerConfig!));
  session = await ort.InferenceSession.create(new Uint8Array(await readFile(model!)));
  return undefined;
});

async function embed(texts: string[]): Promise<Float32Array[]> {
  const rows = texts.map((text) => {
    const { ids } = tokenizer.encode(text) as { ids: number[] };
    // The last token ends the sentence; a text that is too long keeps it.
    return ids.length <= MOST_TOKENS ? ids : [...ids.slice(0, MOST_TOKENS - 1), ids.at(-1)!];
  });
  const width = Math.max(1, ...rows.map(({ length }) => length));
  const shape = [rows.length, width];
  const ids = new BigInt64Array(rows.length * width);
  const mask = new BigInt64Array(rows.length * width);
  rows.forEach((row, i) =>
    row.forEach((id, j) => {
      ids[i * width + j] = BigInt(id);
      mask[i * width + j] = 1n;
    }),
  );
  const given: Record<string, ort.Tensor> = {
    input_ids: new ort.Tensor("int64", ids, shape),
    attention_mask: new ort.Tensor("int64", mask, shape),
    token_type_ids: new ort.Tensor("int64", new BigInt64Array(ids.length), shape),
  };
  const answer = await session.run(
    Object.fromEntries(session.inputNames.map((name) => [name, given[name]!])),
  );
  const hidden = (answer["last_hidden_state"] ?? answer[session.outputNames[0]!])!;
  const size = hidden.dims[2]!;
  const values = hidden.data as Float32Array;
  return rows.map((row, i) => {
    const sum = new Float32Array(size);
    for (let j = 0; j < row.length; j += 1)
      for (let k = 0; k < size; k += 1) sum[k]! += values[(i * width + j) * size + k]!;
    return sum.map((value) => value / Math.max(1, row.length));
  });
}

async function readJson(path: string) {
  return JSON.parse(await readFile(path, "utf8")) as object;
}
