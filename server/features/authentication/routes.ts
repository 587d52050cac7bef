import type { Context } from "#server/context.ts";
import { createRouter } from "#server/http/router.ts";
import { loginRoutes } from "./login-routes.ts";
import { profileRoutes } from "./profile-routes.ts";

export function authenticationRoutes(context: Context) {
  return createRouter().route("/", loginRoutes(context)).route("/", profileRoutes(context));
}
