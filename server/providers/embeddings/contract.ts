/**
 * Embeddings: what a text means, as a vector; near vectors mean near things.
 *
 * - **Vector**: of unit length, so that the inner product is the cosine. Vectors of different models are never
 *   compared.
 */

/** The id of the model that comes with the program; its engine is `local/…`. */
export const BUNDLED_MODEL = "universal-sentence-encoder-lite";

/** Longer vectors are not stored (database/schemas/009_search.sql). */
export const MOST_NUMBERS = 16_384;

export interface Embeddings {
  /** Adapter and model in one name, kept with each vector. */
  model: string;
  /** BCP 47; text of another language is not put through it. Left out: every language. */
  languages?: string[];
  /** A cosine below which two texts have nothing in common, where that is known of the model. */
  unrelated?: number;
  /**
   * One vector for each text, in order. A question and a passage may be prepared differently (`purpose`).
   * @throws Failure `engine-failed`, `engine-unavailable` (down, refused).
   */
  embed(
    texts: string[],
    purpose: "passage" | "question",
    signal: AbortSignal,
  ): Promise<Float32Array[]>;
  /** Of an engine that has to be loaded, or that takes one question after another; left out: always ready. */
  readiness?(): "starting" | "ready" | "busy";
  /**
   * Loads it where it is not; a question need not wait for that.
   * @throws Failure `engine-failed`.
   */
  start?(): Promise<void>;
  /** Ends what it holds. */
  close?(): void;
}

/** Whether text of this language (BCP 47; undefined where nobody knows) may be put through the engine. */
export function understands({ languages }: Embeddings, language: string | undefined) {
  return !languages || languages.includes((language ?? "").toLowerCase().split(/[-_]/)[0]!);
}

/** Some models were trained with a word before each text that says what it is; without it they find less. */
export function prepare(model: string, text: string, purpose: "passage" | "question") {
  // https://huggingface.co/intfloat/multilingual-e5-small
  if (/(^|[/_-])e5([_-]|$)/i.test(model))
    return `${purpose === "question" ? "query" : "passage"}: ${text}`;
  // https://huggingface.co/nomic-ai/nomic-embed-text-v1.5
  if (/nomic-embed/i.test(model))
    return `${purpose === "question" ? "search_query" : "search_document"}: ${text}`;
  // https://huggingface.co/mixedbread-ai/mxbai-embed-large-v1, https://huggingface.co/BAAI/bge-small-en-v1.5
  if (/mxbai-embed|bge-.*-en/i.test(model) && purpose === "question")
    return `Represent this sentence for searching relevant passages: ${text}`;
  return text;
}

export function toUnitLength(vector: number[] | Float32Array): Float32Array {
  let sum = 0;
  for (const value of vector) sum += value * value;
  const length = Math.sqrt(sum) || 1;
  return Float32Array.from(vector, (value) => value / length);
}
