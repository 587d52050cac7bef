/**
 * Language models.
 *
 * - **Prompt**: system instruction and messages; text of the materials is always data inside a message, never an
 *   instruction.
 */
export interface ChatMessage {
  role: "user" | "assistant";
  content: string;
}

export interface CompletionRequest {
  system: string;
  messages: ChatMessage[];
  maxOutputTokens: number;
  /** Aborting ends the request to the provider. */
  signal: AbortSignal;
  /** Told that all pieces so far were a thought of the model and no answer. */
  startOver?: (() => void) | undefined;
  /** Told where the answer is not whole: it reached its length, or the provider's filter. */
  cutShort?: ((why: "length" | "filter") => void) | undefined;
}

export interface LanguageModel {
  /**
   * Whether the provider's server answers, and took what it was asked last: a key that is wrong or a model that is not
   * there are told by an answer.
   * @throws where it does not answer.
   */
  check(): Promise<"answers" | "refuses">;
  /** Adapter (`openai-compatible`, `anthropic`, `bedrock`). */
  name: string;
  /** What the provider calls the model. */
  model: string;
  /** Tokens that go into one request, its answer included. */
  contextTokens: number;
  /**
   * Pieces of text as they come.
   * @throws Failure `model-failed` with a sentence (down, slow, rate limited, cut off).
   */
  complete(request: CompletionRequest): AsyncIterable<string>;
}
