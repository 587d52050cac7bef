import { createRoute, z } from "@hono/zod-openapi";
import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { knownSubject } from "#server/features/content/known-subjects.ts";
import type { OpenStreams } from "#server/features/quotas/open-streams.ts";
import { disposition } from "#server/http/disposition.ts";
import {
  createRouter,
  idParam,
  json,
  jsonBody,
  pageOf,
  pageQuery,
  problems,
} from "#server/http/router.ts";
import { subjectFilter } from "#server/http/shapes.ts";
import { createAnswering, type Answering } from "./answering.ts";
import { UNTITLED } from "./ask-question.ts";
import { exportConversation } from "./export-conversation.ts";
import { followUpQuestions } from "./follow-up-questions.ts";
import {
  deleteConversation,
  findConversation,
  insertConversation,
  failLostAnswers,
  listConversations,
  listMessageLinks,
  stopAnswers,
  updateConversation,
} from "./queries.ts";
import { readBranch, withCitations } from "./read-messages.ts";
import {
  conversation,
  conversationCursor,
  conversationPatch,
  followUps,
  message,
  newConversation,
  newMessage,
} from "./shapes.ts";

type Router = ReturnType<typeof createRouter>;

const tags = ["tutor"];
const messageParams = idParam.extend({
  message_id: z
    .uuid({ error: "is not an id" })
    .openapi({ param: { name: "message_id", in: "path" } }),
});

const answerResponses = {
  200: {
    content: {
      "application/json": { schema: message },
      "text/event-stream": { schema: z.string() },
    },
    description:
      "For `Accept: text/event-stream`: `start` {question, message}, then `citation` (always " +
      "before the text that has its number) and `token` {text}, at the end `done` or " +
      "`error`, both with the message as it is stored. Otherwise the answer as one document.",
  },
  ...problems,
};

const create = createRoute({
  method: "post",
  path: "/conversations",
  tags,
  summary: "Begin a conversation: over everything, one subject or one source",
  request: { body: jsonBody(newConversation) },
  responses: { 201: json(conversation, "The conversation"), ...problems },
});
const list = createRoute({
  method: "get",
  path: "/conversations",
  tags,
  summary: "Conversations, last used first",
  request: {
    query: pageQuery.extend({
      cursor: conversationCursor.optional(),
      q: z
        .string()
        .trim()
        .min(1)
        .max(200)
        .optional()
        .openapi({ description: "In titles, questions and answers" }),
      subject: subjectFilter.optional(),
    }),
  },
  responses: { 200: json(pageOf(conversation), "A page of conversations"), ...problems },
});
const get = createRoute({
  method: "get",
  path: "/conversations/{id}",
  tags,
  summary: "One conversation",
  request: { params: idParam },
  responses: { 200: json(conversation, "The conversation"), ...problems },
});
const patch = createRoute({
  method: "patch",
  path: "/conversations/{id}",
  tags,
  summary: "Rename a conversation, or change its subject",
  request: { params: idParam, body: jsonBody(conversationPatch) },
  responses: { 200: json(conversation, "The conversation"), ...problems },
});
const remove = createRoute({
  method: "delete",
  path: "/conversations/{id}",
  tags,
  summary: "Delete a conversation",
  request: { params: idParam },
  responses: { 204: { description: "Deleted" }, ...problems },
});
const messages = createRoute({
  method: "get",
  path: "/conversations/{id}/messages",
  tags,
  summary: "Messages of one branch, oldest first",
  description:
    "The newest branch; `branch=<message id>`: the one that runs through this message; `branch=all`: every message.",
  request: {
    params: idParam,
    query: pageQuery.extend({ branch: z.union([z.uuid(), z.literal("all")]).optional() }),
  },
  responses: { 200: json(pageOf(message), "A page of messages"), ...problems },
});
const getFollowUps = createRoute({
  method: "get",
  path: "/conversations/{id}/follow-ups",
  tags,
  summary: "Questions that could come next, about terms of the sources that the last answer quotes",
  request: { params: idParam },
  responses: { 200: json(followUps, "At most three"), ...problems },
});
const ask = createRoute({
  method: "post",
  path: "/conversations/{id}/messages",
  tags,
  summary: "Ask a question and get its answer",
  request: { params: idParam, body: jsonBody(newMessage) },
  responses: answerResponses,
});
const again = createRoute({
  method: "post",
  path: "/conversations/{id}/messages/{message_id}/regenerate",
  tags,
  summary: "Another answer to the same question; the way to retry a failed one",
  request: { params: messageParams },
  responses: answerResponses,
});
const stop = createRoute({
  method: "post",
  path: "/conversations/{id}/stop",
  tags,
  summary: "Stop the answer that is being written; what there is of it is kept",
  request: { params: idParam },
  responses: {
    200: json(z.object({ stopped: z.array(message) }), "The answers that were stopped"),
    ...problems,
  },
});
const markdown = createRoute({
  method: "get",
  path: "/conversations/{id}/export",
  tags,
  summary: "The conversation as Markdown, its citations as notes",
  request: { params: idParam, query: z.object({ branch: z.uuid().optional() }) },
  responses: {
    200: { content: { "text/markdown": { schema: z.string() } }, description: "Markdown" },
    ...problems,
  },
});

export function interactionRoutes(context: Context, streams: OpenStreams) {
  const answering = createAnswering(context, streams);
  const router = createRouter();
  addConversationOperations(router, context, answering);
  addMessageOperations(router, context, answering);
  return router;
}

function addConversationOperations(router: Router, context: Context, answering: Answering) {
  const { database } = context;
  router
    .openapi(create, async (c) => {
      const { userId } = c.get("caller");
      const { title, subject, source_kind, source_id } = c.req.valid("json");
      if (source_id) await mustHaveSource(context, userId, source_kind!, source_id);
      const made = await insertConversation(database, {
        user_id: userId,
        title: title ?? UNTITLED,
        subject: (await knownSubject(database, userId, subject)) ?? null,
        source_kind: source_kind ?? null,
        source_id: source_id ?? null,
      });
      await notifyChanged(database, userId, {
        kind: "conversation",
        id: made.id,
        change: "created",
      });
      return c.json(made, 201);
    })
    .openapi(list, async (c) => {
      const query = c.req.valid("query");
      return c.json(await listConversations(database, c.get("caller").userId, query), 200);
    })
    .openapi(get, async (c) => {
      const found = await findConversation(
        database,
        c.get("caller").userId,
        c.req.valid("param").id,
      );
      return c.json(found ?? fail("not-found"), 200);
    })
    .openapi(patch, async (c) => {
      const { userId } = c.get("caller");
      const { id } = c.req.valid("param");
      const values = c.req.valid("json");
      if (values.subject)
        values.subject = await knownSubject(database, userId, values.subject, [id]);
      const changed =
        Object.keys(values).length > 0
          ? await updateConversation(database, userId, id, values)
          : await findConversation(database, userId, id);
      if (changed)
        await notifyChanged(database, userId, { kind: "conversation", id, change: "updated" });
      return c.json(changed ?? fail("not-found"), 200);
    })
    .openapi(remove, async (c) => {
      const { userId } = c.get("caller");
      const { id } = c.req.valid("param");
      const stopped = await stopAnswers(database, userId, id);
      (await deleteConversation(database, userId, id)) ?? fail("not-found");
      // Not before: an answer that ends while its conversation is still there would be stored, and told as done.
      for (const answer of stopped) answering.stop(answer.id);
      await notifyChanged(database, userId, { kind: "conversation", id, change: "deleted" });
      return c.body(null, 204);
    });
}

function addMessageOperations(router: Router, context: Context, answering: Answering) {
  const { database } = context;
  router
    .openapi(messages, async (c) => {
      const { userId } = c.get("caller");
      const { id } = c.req.valid("param");
      (await findConversation(database, userId, id)) ?? fail("not-found");
      await failLostAnswers(database, userId, id);
      return c.json(await readBranch(database, userId, id, c.req.valid("query")), 200);
    })
    .openapi(getFollowUps, async (c) => {
      const { id } = c.req.valid("param");
      return c.json({ items: await followUpQuestions(context, c.get("caller").userId, id) }, 200);
    })
    .openapi(ask, async (c) => {
      return answering.ask(c, c.req.valid("param").id, c.req.valid("json"));
    })
    .openapi(again, async (c) => {
      const { id, message_id } = c.req.valid("param");
      return answering.askAgain(c, id, message_id);
    })
    .openapi(stop, async (c) => {
      const { userId } = c.get("caller");
      const { id } = c.req.valid("param");
      (await findConversation(database, userId, id)) ?? fail("not-found");
      const stopped = (await stopAnswers(database, userId, id)).map((row) => row.id);
      // Another server notices within a second that its answer is no longer streaming.
      for (const answer of stopped) answering.stop(answer);
      const shown = await withCitations(
        database,
        userId,
        stopped,
        await listMessageLinks(database, userId, id),
      );
      return c.json({ stopped: shown }, 200);
    })
    .openapi(markdown, async (c) => {
      const { userId } = c.get("caller");
      const { id } = c.req.valid("param");
      const { title, text } = await exportConversation(
        database,
        userId,
        id,
        c.req.valid("query").branch,
      );
      c.header("Content-Type", "text/markdown; charset=utf-8");
      c.header("Content-Disposition", disposition("attachment", `${title.slice(0, 100)}.md`));
      return c.body(text, 200);
    });
}

async function mustHaveSource(
  { database }: Context,
  userId: string,
  kind: "recording" | "study_material",
  id: string,
) {
  const table = kind === "recording" ? ("recordings" as const) : ("study_materials" as const);
  const row = await database
    .selectFrom(table)
    .select("id")
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .executeTakeFirst();
  if (!row)
    fail("invalid-input", {
      errors: [{ field: "source_id", message: "is not one of your recordings or study materials" }],
    });
}
