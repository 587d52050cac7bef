/** What a provider answered, from an error of the AI SDK: APICallError, or RetryError around the last one. */
export function httpStatusOf(error: unknown): number | undefined {
  const { statusCode, lastError } = error as {
    statusCode?: number;
    lastError?: { statusCode?: number };
  };
  return statusCode ?? lastError?.statusCode;
}
