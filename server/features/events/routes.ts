/**
 * `GET /api/events`: what changed, as server-sent events (WHATWG HTML, section 9.2). An event names a thing, not its
 * content: the reader fetches it again under its own rights, so an event lost in a reconnection costs one fetch.
 */
import { once } from "node:events";
import { createRoute, z } from "@hono/zod-openapi";
import type { Changed } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { isStillIn } from "#server/features/authentication/authenticate.ts";
import type { OpenStreams } from "#server/features/quotas/open-streams.ts";
import { createRouter, problems } from "#server/http/router.ts";
import { serverSent } from "#server/http/server-sent.ts";

const CHECK_MS = 60_000;

const getEvents = createRoute({
  method: "get",
  path: "/events",
  tags: ["jobs"],
  summary: "What changed, as it changes",
  responses: {
    200: {
      content: { "text/event-stream": { schema: z.string() } },
      description: "`ready` first, then `changed` events: {kind, id, change}",
    },
    ...problems,
  },
});

export function eventRoutes(context: Context, streams: OpenStreams) {
  return createRouter().openapi(getEvents, async (c) => {
    const caller = c.get("caller");
    const giveBack = await streams.take(caller, "event_streams");
    return serverSent(c, async ({ send, gone, end }) => {
      // What was begun with a session or a key ends with it.
      const endUnlessIn = async () => {
        const isIn = await isStillIn(context, caller).catch(() => true);
        if (!isIn) end();
      };
      const stopListening = context.notifications.listen("events", (payload) => {
        const { user_id, access, ...changed } = JSON.parse(payload) as Partial<Changed> & {
          user_id: string;
          access?: boolean;
        };
        if (user_id !== caller.userId) return;
        if (access) void endUnlessIn();
        else void send("changed", changed);
      });
      // What happened while this server could not hear is unknown: the reader fetches afresh.
      const stopReconnect = context.notifications.onReconnect(() => {
        void send("ready", {});
        void endUnlessIn();
      });
      // Sessions and keys also end by themselves.
      const checking = setInterval(() => void endUnlessIn(), CHECK_MS);
      await send("ready", {});
      if (!gone.aborted) await once(gone, "abort");
      clearInterval(checking);
      stopListening();
      stopReconnect();
      await giveBack();
    });
  });
}
