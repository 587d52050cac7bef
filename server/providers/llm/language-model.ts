/**
 * The language model that the settings name, through the AI SDK (https://ai-sdk.dev/docs/ai-sdk-core/generating-text).
 */
import type { LanguageModel as SdkModel } from "ai";
import { Failure, fail } from "#server/failures.ts";
import { httpStatusOf } from "#server/providers/ai-sdk-failure.ts";
import type { CompletionRequest, LanguageModel } from "./contract.ts";
import { createThoughtFilter } from "./without-thoughts.ts";

export interface LanguageModelOptions {
  /** `openai-compatible` unless said otherwise: Ollama, vLLM, LM Studio, OpenAI, Groq, OpenRouter. */
  provider?: "openai-compatible" | "anthropic" | "bedrock" | undefined;
  baseUrl?: string | undefined;
  apiKey?: string | undefined;
  region?: string | undefined;
  model: string;
  contextTokens: number;
  /** Until the first piece: a local model may have to be loaded first. */
  firstTokenMs?: number;
  /** Between two pieces. */
  silentMs?: number;
}

const FIRST_TOKEN_MS = 120_000;
const SILENT_MS = 45_000;
const CHECK_MS = 1500;
const KEY_REFUSED = new Set([401, 403]);
const NO_SUCH_MODEL = 404;
const BEHIND_A_GATEWAY = new Set([502, 503, 504]);

export function createLanguageModel(
  options: LanguageModelOptions | undefined,
): LanguageModel | undefined {
  if (!options) return undefined;
  let opened: Promise<SdkModel> | undefined;
  let refuses = false;
  const name = options.provider ?? "openai-compatible";
  return {
    name,
    model: options.model,
    contextTokens: options.contextTokens,
    async check() {
      const status = options.baseUrl && (await askForModels(options.baseUrl, options.apiKey));
      // The others take their keys in other ways, and what they say here proves nothing.
      return refuses || (name === "openai-compatible" && KEY_REFUSED.has(status || 0))
        ? "refuses"
        : "answers";
    },
    async *complete(request) {
      opened ??= openModel(options);
      try {
        for await (const piece of stream(await opened, request, options)) {
          refuses = false;
          yield piece;
        }
      } catch (error) {
        const status = httpStatusOf((error as Failure).cause) ?? 0;
        if (KEY_REFUSED.has(status) || status === NO_SUCH_MODEL) refuses = true;
        throw error;
      }
    },
  };
}

/**
 * Not every compatible server lists its models, but what stands before one that is gone says so.
 * https://platform.openai.com/docs/api-reference/models/list
 *
 * @returns the status of HTTP.
 * @throws where nothing answers, or nothing but a gateway.
 */
async function askForModels(baseUrl: string, apiKey: string | undefined) {
  const answer = await fetch(`${baseUrl.replace(/\/$/, "")}/models`, {
    headers: apiKey ? { authorization: `Bearer ${apiKey}` } : {},
    signal: AbortSignal.timeout(CHECK_MS),
  });
  await answer.body?.cancel();
  if (BEHIND_A_GATEWAY.has(answer.status)) throw new Error(`HTTP ${answer.status}`);
  return answer.status;
}

/** Loaded at the first question: the libraries take a fifth of a second, and most servers have only one of them. */
async function openModel({
  provider,
  baseUrl,
  apiKey,
  region,
  model,
}: LanguageModelOptions): Promise<SdkModel> {
  const given = { ...(baseUrl ? { baseURL: baseUrl } : {}), ...(apiKey ? { apiKey } : {}) };
  switch (provider) {
    case "anthropic":
      return (await import("@ai-sdk/anthropic")).createAnthropic(given)(model);
    case "bedrock":
      return (await import("@ai-sdk/amazon-bedrock")).createAmazonBedrock({
        ...given,
        ...(region ? { region } : {}),
      })(model);
    default:
      return (await import("@ai-sdk/openai-compatible")).createOpenAICompatible({
        ...given,
        baseURL: baseUrl!,
        name: "openai-compatible",
      })(model);
  }
}

async function* stream(
  model: SdkModel,
  request: CompletionRequest,
  options: LanguageModelOptions,
): AsyncGenerator<string> {
  const { streamText } = await import("ai");
  const ended = new AbortController();
  let waited = false;
  let timer: NodeJS.Timeout | undefined;
  const wait = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      waited = true;
      ended.abort();
    }, ms);
  };
  const bound = createBound(request.maxOutputTokens);
  const thoughts = createThoughtFilter(() => request.startOver?.());
  try {
    wait(options.firstTokenMs ?? FIRST_TOKEN_MS);
    const { fullStream } = streamText({
      model,
      system: request.system,
      messages: request.messages,
      maxOutputTokens: request.maxOutputTokens,
      maxRetries: 1,
      abortSignal: AbortSignal.any([request.signal, ended.signal]),
      onError: () => {},
    });
    for await (const part of fullStream) {
      if (part.type === "text-delta") {
        wait(options.silentMs ?? SILENT_MS);
        const said = thoughts.push(bound.text(part.text.replaceAll("\u0000", "")));
        if (said !== "") yield said;
      } else if (part.type === "reasoning-delta") {
        wait(options.silentMs ?? SILENT_MS);
        bound.thought(part.text);
      } else if (part.type === "error") {
        throw part.error;
      } else if (part.type === "finish") {
        yield thoughts.end();
        finish(part, request);
      } else if (part.type === "abort") break;
      if (bound.isReached) {
        yield thoughts.end();
        request.cutShort?.("length");
        return;
      }
    }
    request.signal.throwIfAborted();
    if (waited) throw new Error("silent");
  } catch (error) {
    if (request.signal.aborted) throw request.signal.reason;
    throw asFailure(error, waited);
  } finally {
    clearTimeout(timer);
    ended.abort();
  }
}

/** A token is about four characters; a provider that ignores what it may write is cut off. */
function createBound(maxOutputTokens: number) {
  let room = maxOutputTokens * 8;
  let thoughts = room * 4;
  return {
    text(piece: string) {
      const fits = piece.slice(0, room);
      room -= fits.length;
      return fits;
    },
    thought(piece: string) {
      thoughts -= piece.length;
    },
    get isReached() {
      return room <= 0 || thoughts <= 0;
    },
  };
}

/** @throws Failure `model-failed` where the provider did not say that the answer is at its end. */
function finish(
  { finishReason, rawFinishReason }: { finishReason: string; rawFinishReason?: string | undefined },
  { cutShort }: CompletionRequest,
) {
  if (finishReason === "stop") return;
  if (finishReason === "length") return cutShort?.("length");
  if (finishReason === "content-filter") return cutShort?.("filter");
  // Servers have names of their own for an answer that is at its end.
  if (rawFinishReason && !/error|abort|cancel/i.test(rawFinishReason)) return;
  fail("model-failed", {
    message:
      "The connection to the language model was cut off in the middle of the answer. Please try again.",
  });
}

function asFailure(error: unknown, waited: boolean): Failure {
  if (error instanceof Failure) return error;
  if (waited) {
    return new Failure("model-failed", {
      message:
        "The language model took too long to answer. Your question is kept; please try again.",
      cause: error,
    });
  }
  const status = httpStatusOf(error);
  const sentences: Record<number, string> = {
    401: "The language model refused the key of this server. Please tell whoever runs it.",
    403: "The language model refused the key of this server. Please tell whoever runs it.",
    404: "The language model that this server is set to use does not exist. Please tell whoever runs it.",
    413: "The question with its passages is too long for the language model. Please ask a shorter one.",
    429: "The language model has too many requests now. Your question is kept; please try again in a minute.",
  };
  const message = sentences[status ?? 0];
  return new Failure("model-failed", { ...(message ? { message } : {}), cause: error });
}
