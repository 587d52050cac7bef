import type { Context } from "#server/context.ts";
import { createRouter } from "#server/http/router.ts";

export function accountRoutes(_context: Context) {
  return createRouter();
}
