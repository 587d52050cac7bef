import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { setOwnCookie } from "#server/http/cookies.ts";
import { createRouter, idParam, json, problems } from "#server/http/router.ts";
import { ACCESS_TOKEN_SECONDS, signToken } from "./access-tokens.ts";
import { recordActivity } from "./activity/record-activity.ts";
import { deviceOf } from "./answer-login.ts";
import { MEDIA_COOKIE } from "./authenticate.ts";
import { endSession, endSessions, listSessions } from "./queries.ts";
import { beganMs } from "./sessions.ts";
import { session } from "./shapes.ts";

const tags = ["authentication"];

const getSessions = createRoute({
  tags,
  method: "get",
  path: "/auth/sessions",
  summary: "Where the account is logged in",
  responses: {
    200: json(z.object({ items: z.array(session), next_cursor: z.null() }), "All live sessions"),
    ...problems,
  },
});

const deleteOthers = createRoute({
  tags,
  method: "delete",
  path: "/auth/sessions",
  summary: "End every session but this one",
  responses: { 204: { description: "They have ended" }, ...problems },
});

const deleteOne = createRoute({
  tags,
  method: "delete",
  path: "/auth/sessions/{id}",
  summary: "End one session",
  request: { params: idParam },
  responses: { 204: { description: "It has ended" }, ...problems },
});

const postMedia = createRoute({
  tags,
  method: "post",
  path: "/auth/media",
  summary: "A cookie of half an hour that lets <audio> and <img> read the files of this account",
  description: "It counts for GET of audio and files only, and ends with the session.",
  responses: { 204: { description: "The cookie is set" }, ...problems },
});

export function sessionRoutes(context: Context) {
  const { database } = context;
  return createRouter()
    .openapi(getSessions, async (c) => {
      const { userId, sessionId } = c.get("caller");
      const rows = await listSessions(database, userId);
      const items = rows.map((row) => ({
        ...row,
        created_at: new Date(beganMs(row.id)),
        current: row.id === sessionId,
      }));
      return c.json({ items, next_cursor: null }, 200);
    })
    .openapi(deleteOthers, async (c) => {
      const { userId, sessionId } = c.get("caller");
      await endSessions(database, userId, sessionId);
      await recordActivity(database, userId, "session-ended", deviceOf(c, context));
      return c.body(null, 204);
    })
    .openapi(deleteOne, async (c) => {
      const { userId } = c.get("caller");
      if (!(await endSession(database, userId, c.req.valid("param").id))) fail("not-found");
      await recordActivity(database, userId, "session-ended", deviceOf(c, context));
      return c.body(null, 204);
    })
    .openapi(postMedia, async (c) => {
      const { userId, sessionId } = c.get("caller");
      const token = await signToken(context, "media", {
        userId,
        sessionId: sessionId ?? fail("not-allowed"),
      });
      setOwnCookie(c, context.config, MEDIA_COOKIE, token, {
        path: "/api",
        sameSite: "Strict",
        maxAge: ACCESS_TOKEN_SECONDS,
      });
      return c.body(null, 204);
    });
}
