import { randomUUID } from "node:crypto";
import { deletionRoutes } from "#server/features/account/deletion/routes.ts";
import { suitcaseRoutes } from "#server/features/account/routes.ts";
import { authenticate } from "#server/features/authentication/authenticate.ts";
import { authenticationRoutes } from "#server/features/authentication/routes.ts";
import { chapterRoutes } from "#server/features/chapters/routes.ts";
import { libraryRoutes } from "#server/features/content/library/routes.ts";
import { recordingRoutes } from "#server/features/content/recordings/routes.ts";
import { sampleRoutes } from "#server/features/content/samples/routes.ts";
import { speechRoutes } from "#server/features/content/speech/routes.ts";
import { studyMaterialRoutes } from "#server/features/content/study-materials/routes.ts";
import { uploadRoutes } from "#server/features/content/uploads/routes.ts";
import { engineRoutes } from "#server/features/engines/routes.ts";
import { eventRoutes } from "#server/features/events/routes.ts";
import { healthRoutes } from "#server/features/health/routes.ts";
import { interactionRoutes } from "#server/features/interactions/routes.ts";
import { queueAdministrationRoutes } from "#server/features/jobs/admin-routes.ts";
import { jobRoutes } from "#server/features/jobs/routes.ts";
import { markRoutes } from "#server/features/marks/routes.ts";
import { boundCosts } from "#server/features/quotas/costly-operations.ts";
import { createOpenStreams } from "#server/features/quotas/open-streams.ts";
import { quotaRoutes } from "#server/features/quotas/routes.ts";
import { measurementRoutes } from "#server/features/search/measurements/routes.ts";
import { searchRoutes } from "#server/features/search/routes.ts";
import { slideRoutes } from "#server/features/slides/routes.ts";
import { speakerRoutes } from "#server/features/speakers/routes.ts";
import { cardRoutes } from "#server/features/study/cards/routes.ts";
import { suggestionRoutes } from "#server/features/study/cards/suggestions/routes.ts";
import { transferRoutes } from "#server/features/study/cards/transfers/routes.ts";
import { overviewRoutes } from "#server/features/study/overviews/routes.ts";
import { quizRoutes } from "#server/features/study/quizzes/routes.ts";
import { reviewRoutes } from "#server/features/study/reviews/routes.ts";
import { todayRoutes } from "#server/features/study/today/routes.ts";
import { transcriptionRoutes } from "#server/features/transcription/routes.ts";
import { vocabularyRoutes } from "#server/features/vocabulary/routes.ts";
import { answerEarly } from "#server/http/answer-early.ts";
import { checkJson } from "#server/http/check-json.ts";
import { compressJson } from "#server/http/compress-json.ts";
import { deadlines } from "#server/http/deadlines.ts";
import { documentationRoutes } from "#server/http/documentation.ts";
import { failureResponse } from "#server/http/failure-response.ts";
import { idempotency } from "#server/http/idempotency.ts";
import { knownHost } from "#server/http/known-host.ts";
import { limitBody } from "#server/http/limit-body.ts";
import { refuseNul } from "#server/http/nul.ts";
import { onlyAdministrators } from "#server/http/only-administrators.ts";
import { createRateLimiter } from "#server/http/rate-limit.ts";
import { createRouter } from "#server/http/router.ts";
import { securityHeaders } from "#server/http/security-headers.ts";
import { securityText } from "#server/http/security-text.ts";
import { webFiles } from "#server/http/web-files.ts";
import { handlers } from "#server/worker/handlers.ts";
import type { Context } from "./context.ts";
import { fail } from "./failures.ts";

/**
 * JSON is parsed whole in memory: a note of a million characters, each an escape of six bytes, fits. Files are
 * streamed.
 */
const JSON_LIMIT_BYTES = 8 * 1024 * 1024;
/** What anybody may send without an account, or about one, is a form. */
const ACCOUNT_LIMIT_BYTES = 64 * 1024;
const OF_ACCOUNTS = /^\/api\/(?:auth\/|admin\/|account$)/;

/** One of the two places that know every feature; the other is the table of handlers. */
export function createApp(context: Context) {
  const app = createRouter();
  app.use(async (c, next) => {
    const given = c.req.header("x-request-id");
    const requestId = given && /^[\w-]{8,64}$/.test(given) ? given : randomUUID();
    c.set("requestId", requestId);
    c.header("X-Request-Id", requestId);
    await next();
  });
  app.use(knownHost(context));
  app.use(answerEarly());
  app.use(securityHeaders(context));
  app.onError((error, c) => failureResponse(error, c, context.log));

  const api = createRouter();
  api.use(compressJson());
  api.use(deadlines(context));
  api.use(authenticate(context));
  const limiter = createRateLimiter(context);
  const streams = createOpenStreams(context);
  api.use(boundCosts(context.config, limiter));
  api.use("/admin/*", onlyAdministrators());
  // Everybody may know what is used; what it is, administrators say.
  api.on(["PATCH", "POST", "DELETE"], ["/engines", "/engines/*"], onlyAdministrators());
  // One limit reads a body of unknown length: a second one would find it read.
  const [short, long] = [limitBody(ACCOUNT_LIMIT_BYTES), limitBody(JSON_LIMIT_BYTES)];
  api.use((c, next) => {
    if (OF_ACCOUNTS.test(c.req.path)) return short(c, next);
    return isJson(c.req.header("content-type")) ? long(c, next) : next();
  });
  api.use((c, next) => {
    const query = Object.entries(c.req.queries());
    refuseNul(Object.fromEntries(query.map(([name, values]) => [name, values.join(" ")])));
    return next();
  });
  const checked = checkJson();
  // A request that says JSON and sends nothing has no body to look through, and reading it would take it from who comes
  // next.
  api.use((c, next) =>
    isJson(c.req.header("content-type")) &&
    (c.req.header("content-length") ?? c.req.header("transfer-encoding"))
      ? checked(c, next)
      : next(),
  );
  api.use(idempotency(context));
  api.route("/", healthRoutes(context));
  api.route("/", authenticationRoutes(context));
  api.route("/", suitcaseRoutes(context));
  api.route("/", deletionRoutes(context, limiter));
  api.route("/", quotaRoutes(context, limiter, streams));
  api.route("/", libraryRoutes(context));
  api.route("/", recordingRoutes(context));
  api.route("/", sampleRoutes(context));
  api.route("/", slideRoutes(context));
  api.route("/", speakerRoutes(context));
  api.route("/", chapterRoutes(context));
  api.route("/", markRoutes(context));
  api.route("/", uploadRoutes(context));
  api.route("/", transcriptionRoutes(context, handlers));
  api.route("/", vocabularyRoutes(context));
  api.route("/", jobRoutes(context, handlers));
  api.route("/", queueAdministrationRoutes(context, handlers));
  api.route("/", speechRoutes(context));
  api.route("/", studyMaterialRoutes(context));
  api.route("/", searchRoutes(context));
  api.route("/", measurementRoutes(context));
  api.route("/", engineRoutes(context));
  api.route("/", interactionRoutes(context, streams));
  api.route("/", cardRoutes(context));
  api.route("/", suggestionRoutes(context));
  api.route("/", transferRoutes(context));
  api.route("/", reviewRoutes(context));
  api.route("/", todayRoutes(context));
  api.route("/", quizRoutes(context));
  api.route("/", overviewRoutes(context));
  api.route("/", eventRoutes(context, streams));
  api.route("/", documentationRoutes(api, context.config.http.basePath));
  api.all("*", () => fail("not-found"));

  app.route("/api", api);
  mountPage(app, context);
  return app;
}

function mountPage(app: ReturnType<typeof createRouter>, context: Context) {
  const { basePath } = context.config.http;
  app.get("/.well-known/security.txt", securityText(context));
  // What another app shares, where no service worker lays it aside yet: the page says that nothing came.
  app.post("/share", (c) => c.redirect(`${basePath}/share?missed`, 303));
  app.get("*", webFiles(basePath));
}

function isJson(contentType: string | undefined) {
  return /^application\/(?:[\w.+-]+\+)?json\b/i.test(contentType ?? "");
}
