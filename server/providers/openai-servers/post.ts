/**
 * Requests to servers that speak OpenAI's API: tried again where that may help, no sooner than the server asks.
 * https://github.com/sindresorhus/ky
 */
import ky, { isHTTPError, isNetworkError, isTimeoutError } from "ky";

/** The server answered, and not with what it was asked for. */
export class Refused extends Error {
  override name = "Refused";
  readonly status: number;
  /** Its own words, at most 1,000 characters. */
  readonly said: string;
  constructor(status: number, said: string) {
    super(`The server answered ${status}: ${said}`);
    this.status = status;
    this.said = said;
  }
}

/** No answer came, each time. */
export class NotReached extends Error {
  override name = "NotReached";
}

export interface PostOptions {
  body: FormData | string;
  headers: Record<string, string>;
  signal: AbortSignal;
  /** How often it is tried again. */
  retries: number;
  /** For one try, until the answer begins. */
  timeoutMs: number;
}

const LONGEST_WAIT_MS = 30_000;

/** @throws Refused; NotReached; the reason of `signal` */
export async function post(url: string, { retries, timeoutMs, ...request }: PostOptions) {
  try {
    return await ky.post(url, {
      ...request,
      timeout: timeoutMs,
      retry: {
        limit: retries,
        methods: ["post"],
        delay: (attempt) => 250 * 2 ** attempt,
        maxRetryAfter: LONGEST_WAIT_MS,
        // Also 529, "overloaded", and what proxies make up.
        shouldRetry: ({ error }) =>
          isHTTPError(error) && ![429, 503].includes(error.response.status)
            ? error.response.status >= 500
            : undefined,
        retryOnTimeout: true,
      },
    });
  } catch (error) {
    request.signal.throwIfAborted();
    if (isHTTPError(error)) throw new Refused(error.response.status, wordsOf(error.data));
    if (isNetworkError(error) || isTimeoutError(error))
      throw new NotReached("The server could not be reached.", { cause: error });
    throw error;
  }
}

function wordsOf(data: unknown) {
  const text = typeof data === "string" ? data : data === undefined ? "" : JSON.stringify(data);
  return text.slice(0, 1000);
}
