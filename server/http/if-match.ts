/**
 * Two tabs or devices on one thing: who changes it names the state they saw, `If-Match: "<updated_at>"`
 * (RFC 9110, section 13.1.1), and is told when it is no longer so.
 */
import type { Context as HonoContext } from "hono";
import { z } from "zod";
import { fail } from "#server/failures.ts";
import type { AppEnv } from "./router.ts";

/** For the documentation of a route. */
export const ifMatch = z.object({
  "if-match": z
    .string()
    .max(100)
    .optional()
    .describe('`"<updated_at>"` as it was read; 412 `changed-meanwhile` when it is another now'),
});

/** The `updated_at` that the request rests on; undefined for any. */
export function expectedState(c: HonoContext<AppEnv>) {
  const given = c.req.header("if-match")?.trim();
  return given && given !== "*" ? given.replace(/^(?:W\/)?"|"$/g, "") : undefined;
}

/** @throws Failure `changed-meanwhile` */
export function refuseOutdated(now: Date | string, expected: string | undefined) {
  // To the millisecond, as it is sent.
  if (expected !== undefined && new Date(now).toISOString() !== expected) fail("changed-meanwhile");
}
