import { createRoute } from "@hono/zod-openapi";
import { sql } from "kysely";
import type { Context, Queryable } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { findTranscription } from "#server/features/transcription/queries.ts";
import {
  createRouter,
  idParam,
  json,
  jsonBody,
  pageOf,
  pageQuery,
  problems,
  toPage,
} from "#server/http/router.ts";
import { addTerm, removeTerm, renameTerm } from "./change-terms.ts";
import { decideCorrections } from "./decide-corrections.ts";
import { listCorrections, listSubjects, listTerms } from "./queries.ts";
import {
  corrections,
  decided,
  decision,
  miningWish,
  newTerm,
  startedJob,
  termFilters,
  termPatch,
  vocabularySubjects,
  vocabularyTerm,
} from "./shapes.ts";
import { mineNow, proposeNow } from "./start-mining.ts";

const tags = ["vocabulary"];

const list = createRoute({
  method: "get",
  path: "/vocabulary",
  tags,
  summary: "Terms and names of your courses, newest first, each with a sentence in which it stands",
  request: { query: pageQuery.extend(termFilters.shape) },
  responses: { 200: json(pageOf(vocabularyTerm), "A page of terms"), ...problems },
});

const subjects = createRoute({
  method: "get",
  path: "/vocabulary/subjects",
  tags,
  summary: "Your subjects, and how many terms each has",
  responses: { 200: json(vocabularySubjects, "The subjects by name"), ...problems },
});

const add = createRoute({
  method: "post",
  path: "/vocabulary",
  tags,
  summary: "Add a term",
  request: { body: jsonBody(newTerm) },
  responses: { 201: json(vocabularyTerm, "The term"), ...problems },
});

const rename = createRoute({
  method: "patch",
  path: "/vocabulary/{id}",
  tags,
  summary: "Write a term otherwise",
  request: { params: idParam, body: jsonBody(termPatch) },
  responses: { 200: json(vocabularyTerm, "The term"), ...problems },
});

const remove = createRoute({
  method: "delete",
  path: "/vocabulary/{id}",
  tags,
  summary: "Remove a term; it is not found again",
  request: { params: idParam },
  responses: { 204: { description: "Removed" }, ...problems },
});

const mine = createRoute({
  method: "post",
  path: "/vocabulary/mine",
  tags,
  summary: "Find the terms of a subject in its sources again",
  request: { body: jsonBody(miningWish) },
  responses: { 202: json(startedJob, "The job that does it"), ...problems },
});

const listProposed = createRoute({
  method: "get",
  path: "/transcriptions/{id}/corrections",
  tags,
  summary:
    "Words of a transcript that sound like a term of the course: what was heard, where, and where the term stands",
  request: { params: idParam },
  responses: { 200: json(corrections, "Those not decided yet, in order of time"), ...problems },
});

const look = createRoute({
  method: "post",
  path: "/transcriptions/{id}/corrections",
  tags,
  summary: "Look for words that were misheard again, such as after terms were added",
  request: { params: idParam },
  responses: { 202: json(startedJob, "The job that does it"), ...problems },
});

const decide = createRoute({
  method: "post",
  path: "/transcriptions/{id}/corrections/decide",
  tags,
  summary: "Take and refuse proposed corrections, some or all",
  request: { params: idParam, body: jsonBody(decision) },
  responses: { 200: json(decided, "How many"), ...problems },
});

export function vocabularyRoutes(context: Context) {
  const { database } = context;
  return createRouter()
    .openapi(subjects, async (c) =>
      c.json({ items: await listSubjects(database, c.get("caller").userId) }, 200),
    )
    .openapi(list, async (c) => {
      const { no_subject, subject, ...query } = c.req.valid("query");
      const rows = await listTerms(database, c.get("caller").userId, {
        ...query,
        subject: no_subject ? null : subject,
      });
      return c.json(toPage(rows, query.limit), 200);
    })
    .openapi(add, async (c) =>
      c.json(await addTerm(context, c.get("caller").userId, c.req.valid("json")), 201),
    )
    .openapi(mine, async (c) => {
      const { userId } = c.get("caller");
      const { subject } = c.req.valid("json");
      return c.json(await mineNow(context, userId, subject ?? null), 202);
    })
    .openapi(rename, async (c) => {
      const { id } = c.req.valid("param");
      const { term } = c.req.valid("json");
      return c.json(await renameTerm(context, c.get("caller").userId, id, term), 200);
    })
    .openapi(remove, async (c) => {
      await removeTerm(context, c.get("caller").userId, c.req.valid("param").id);
      return c.body(null, 204);
    })
    .openapi(listProposed, async (c) => {
      const { userId } = c.get("caller");
      const { id } = c.req.valid("param");
      (await findTranscription(database, userId, id)) ?? fail("not-found");
      const looking = await looksFor(database, userId, id);
      const items = (await listCorrections(database, userId, id)).map(
        ({ segment_text: _text, ...item }) => item,
      );
      return c.json({ items, looking }, 200);
    })
    .openapi(look, async (c) => {
      const { userId } = c.get("caller");
      const { id } = c.req.valid("param");
      return c.json(await proposeNow(context, userId, id), 202);
    })
    .openapi(decide, async (c) => {
      const { userId } = c.get("caller");
      const made = await decideCorrections(
        context,
        userId,
        c.req.valid("param").id,
        c.req.valid("json"),
      );
      return c.json(made, 200);
    });
}

async function looksFor(database: Queryable, userId: string, transcriptionId: string) {
  const job = await database
    .selectFrom("jobs")
    .select("id")
    .where("user_id", "=", userId)
    .where("job_type", "=", "propose-corrections")
    .where("status", "in", ["pending", "processing"])
    .where(sql`payload ->> 'transcription_id'`, "=", transcriptionId)
    .executeTakeFirst();
  return job !== undefined;
}
