import type { MiddlewareHandler } from "hono";
import { forPurpose } from "#database/principal.ts";
import { fail } from "#server/failures.ts";
import type { AppEnv, Caller } from "./router.ts";

/**
 * Before everything under `/admin`: what is there sees rows of everybody.
 * @throws Failure `not-authenticated`, `not-allowed`.
 */
export function onlyAdministrators(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const caller = c.get("caller") as Caller | undefined;
    if (!caller) fail("not-authenticated");
    if (caller.role !== "administrator") fail("not-allowed");
    await forPurpose("administration", next);
  };
}
