import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { createRouter, idParam, json, jsonBody, problems } from "#server/http/router.ts";
import { dropSuggestion } from "./keep-suggestion.ts";
import { findSuggestion, readSuggested, type SuggestionRow } from "./queries.ts";
import { startSuggestions } from "./run-suggestions.ts";
import { decision, newSuggestions, suggestions } from "./shapes.ts";

const tags = ["cards"];

const start = createRoute({
  method: "post",
  path: "/cards/suggestions",
  tags,
  summary: "Have cards suggested from a source or a subject (a job)",
  description:
    "With a language model where one is configured, without one otherwise; each with the " +
    "words of the source that bear it out. Nothing is in the deck before it was kept by POST /cards.",
  request: { body: jsonBody(newSuggestions) },
  responses: { 202: json(suggestions, "What was asked for"), ...problems },
});

const get = createRoute({
  method: "get",
  path: "/cards/suggestions/{id}",
  tags,
  summary: "Suggested cards, as far as they are made",
  request: { params: idParam },
  responses: { 200: json(suggestions, "The suggestions"), ...problems },
});

const itemParams = idParam.extend({
  item: z.coerce.number().int().min(0).max(1000),
});

const decideItem = createRoute({
  method: "patch",
  path: "/cards/suggestions/{id}/items/{item}",
  tags,
  summary: "Drop a suggested card, or take that back",
  request: { params: itemParams, body: jsonBody(decision) },
  responses: { 204: { description: "Done" }, ...problems },
});

export function suggestionRoutes(context: Context) {
  return createRouter()
    .openapi(start, async (c) => {
      const { userId } = c.get("caller");
      const started = await startSuggestions(context, userId, c.req.valid("json"));
      return c.json(present(started, []), 202);
    })
    .openapi(get, async (c) => {
      const { userId } = c.get("caller");
      const { id } = c.req.valid("param");
      const found = (await findSuggestion(context.database, userId, id)) ?? fail("not-found");
      return c.json(present(found, await readSuggested(context.database, userId, id)), 200);
    })
    .openapi(decideItem, async (c) => {
      const { id, item } = c.req.valid("param");
      const { dropped } = c.req.valid("json");
      await dropSuggestion(context, c.get("caller").userId, id, item, dropped);
      return c.body(null, 204);
    });
}

function present(
  { source_kind, source_id, ...row }: SuggestionRow,
  items: Awaited<ReturnType<typeof readSuggested>>,
) {
  return {
    ...row,
    source: source_kind && source_id ? { kind: source_kind, id: source_id } : null,
    made: items.length,
    items,
  };
}
