import { createRoute } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { createRouter, json, problems } from "#server/http/router.ts";
import { searchPassages } from "./search-passages.ts";
import { searchAnswer, searchQuery } from "./shapes.ts";

const search = createRoute({
  method: "get",
  path: "/search",
  tags: ["search"],
  summary: "Passages of the own recordings and study materials that fit",
  request: { query: searchQuery },
  responses: { 200: json(searchAnswer, "Best first"), ...problems },
});

export function searchRoutes(context: Context) {
  return createRouter().openapi(search, async (c) => {
    const { source_id, from, to, ...query } = c.req.valid("query");
    const { items, words } = await searchPassages(context, c.get("caller").userId, {
      ...query,
      sourceId: source_id,
      from: from === undefined ? undefined : new Date(from),
      to: to === undefined ? undefined : new Date(to),
    });
    const corrections = words.terms.flatMap(({ corrected_from, lexemes }) =>
      corrected_from ? [{ from: corrected_from, to: lexemes }] : [],
    );
    return c.json({ items, corrections, unknown_words: words.unknown } as never, 200);
  });
}
