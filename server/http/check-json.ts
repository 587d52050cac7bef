/**
 * What no shape says of JSON. Nested deeper than any of our shapes: V8 takes seconds for megabytes of `[`, and others
 * wait for it; counting brackets takes milliseconds. And U+0000 (nul.ts).
 */
import type { MiddlewareHandler } from "hono";
import { fail } from "#server/failures.ts";
import { refuseNul } from "./nul.ts";
import type { AppEnv } from "./router.ts";

const DEEPEST = 100;
/** What is shorter is parsed faster than it would be looked through. */
const SHORT = 16 * 1024;
const NUL = String.raw`\u0000`;

export function checkJson(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const text = await c.req.text();
    if (text.length > SHORT && isTooDeep(text))
      fail("malformed-request", { message: "This JSON is nested too deeply." });
    // It may also be a backslash and five letters: only the parsed text tells. What is no JSON, the validator of the
    // route refuses.
    if (text.includes(NUL)) refuseNul(parsed(text));
    await next();
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTooDeep(text: string) {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 0x5c) at += 1;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > DEEPEST) return true;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return false;
}
