import type { Context } from "#server/context.ts";
import { createRateLimiter } from "#server/http/rate-limit.ts";
import { createRouter } from "#server/http/router.ts";
import { activityRoutes } from "./activity/routes.ts";
import { administrationRoutes } from "./administration/routes.ts";
import { apiKeyRoutes } from "./api-keys/routes.ts";
import { loginRoutes } from "./login-routes.ts";
import { mailAdministrationRoutes } from "./mails/admin-routes.ts";
import { oauthRoutes } from "./oauth/routes.ts";
import { passkeyRoutes } from "./passkeys/routes.ts";
import { passwordRoutes } from "./password-routes.ts";
import { profileRoutes } from "./profile-routes.ts";
import { secondFactorRoutes } from "./second-factor/routes.ts";
import { sessionRoutes } from "./session-routes.ts";
import { waysInRoutes } from "./ways-in-routes.ts";

export function authenticationRoutes(context: Context) {
  const limiter = createRateLimiter(context);
  const router = createRouter();
  return router
    .route("/", loginRoutes(context, limiter))
    .route("/", profileRoutes(context, limiter))
    .route("/", passwordRoutes(context, limiter))
    .route("/", sessionRoutes(context))
    .route("/", secondFactorRoutes(context, limiter))
    .route("/", passkeyRoutes(context, limiter))
    .route("/", oauthRoutes(context, limiter))
    .route("/", apiKeyRoutes(context, limiter))
    .route("/", waysInRoutes(context, limiter))
    .route("/", activityRoutes(context))
    .route("/", administrationRoutes(context))
    .route("/", mailAdministrationRoutes(context));
}
