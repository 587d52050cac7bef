import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { studyAside } from "#server/features/study/aside/study-aside.ts";
import { createRouter, json, jsonBody, problems } from "#server/http/router.ts";
import { subject } from "#server/http/shapes.ts";
import { map, overview } from "./shapes.ts";
import { findSummaryOf, readSentences, type SummaryRow } from "./summaries/queries.ts";
import { keptSummary, newSummary, summary } from "./summaries/shapes.ts";
import { startSummary } from "./summaries/write-summary.ts";

const tags = ["overviews"];

const ofSource = z.object({
  source_kind: z.enum(["recording", "study_material"]),
  source_id: z.uuid("is not an id"),
});

const getOverview = createRoute({
  method: "get",
  path: "/overviews",
  tags,
  summary: "Key terms, outline and the sentences that matter most of a source, each cited",
  request: { query: ofSource },
  responses: { 200: json(overview, "The overview"), ...problems },
});

const getMap = createRoute({
  method: "get",
  path: "/study/map",
  tags,
  summary: "The terms of a subject, the sources that speak of them, and which stand together",
  request: { query: z.object({ subject }) },
  responses: { 200: json(map, "The map"), ...problems },
});

const getSummary = createRoute({
  method: "get",
  path: "/overviews/summary",
  tags,
  summary: "The written summary of a source, and whether there is a language model to write one",
  request: { query: ofSource },
  responses: { 200: json(keptSummary, "The summary; null where none was asked for"), ...problems },
});

const writeSummary = createRoute({
  method: "post",
  path: "/overviews/summary",
  tags,
  summary: "Have a language model write a summary, in place of the one before (a job)",
  description:
    "Each sentence carries words that stand in the source letter by letter; a sentence that " +
    "the source does not bear out is left out and counted.",
  request: { body: jsonBody(newSummary) },
  responses: { 202: json(summary, "What was asked for"), ...problems },
});

export function overviewRoutes(context: Context) {
  const { database } = context;
  const present = async (userId: string, row: SummaryRow) => ({
    ...row,
    sentences: await readSentences(database, userId, row.id),
  });
  return createRouter()
    .openapi(getOverview, async (c) => {
      const { source_kind, source_id } = c.req.valid("query");
      const made = await studyAside(context, "makeOverview", c.get("caller").userId, {
        kind: source_kind,
        id: source_id,
      });
      return c.json(made, 200);
    })
    .openapi(getMap, async (c) => {
      const { subject: named } = c.req.valid("query");
      return c.json(await studyAside(context, "mapSubject", c.get("caller").userId, named), 200);
    })
    .openapi(getSummary, async (c) => {
      const { userId } = c.get("caller");
      const { source_kind: kind, source_id: id } = c.req.valid("query");
      const found = await findSummaryOf(database, userId, { kind, id });
      const kept = found ? await present(userId, found) : null;
      return c.json({ can_write: context.llmOfJobs !== undefined, summary: kept }, 200);
    })
    .openapi(writeSummary, async (c) => {
      const { userId } = c.get("caller");
      const started = await startSummary(context, userId, c.req.valid("json").source);
      return c.json(await present(userId, started), 202);
    });
}
