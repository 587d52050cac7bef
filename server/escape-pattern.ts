/** The text as a pattern that matches it and nothing else. Unlike `RegExp.escape` it leaves spaces as they are. */
export function escapePattern(text: string) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
