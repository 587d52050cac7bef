/**
 * Embeddings: what a text means, as a vector; near vectors mean near things.
 *
 * - **Vector**: of unit length, so that the inner product is the cosine. Vectors of different models are never compared.
 */
export interface Embeddings {
  /** Adapter and model in one name, kept with each vector. */
  model: string;
  /**
   * One vector for each text, in order. A question and a passage may be prepared differently (`purpose`).
   * @throws Failure `engine-failed`, `engine-unavailable` (down, refused).
   */
  embed(
    texts: string[],
    purpose: "passage" | "question",
    signal: AbortSignal,
  ): Promise<Float32Array[]>;
}
