import { createRoute } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { createRouter, json, problems } from "#server/http/router.ts";
import { countFacets } from "./facets.ts";
import { askedWords } from "./query-words.ts";
import { searchPassages } from "./search-passages.ts";
import { searchAnswer, searchQuery } from "./shapes.ts";
import { matchTitles, readTitles } from "./titles.ts";

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
    const { source_id, from, to, facets, ...query } = c.req.valid("query");
    const { userId } = c.get("caller");
    const { database } = context;
    const asked = {
      ...query,
      sourceId: source_id,
      from: from === undefined ? undefined : new Date(from),
      to: to === undefined ? undefined : new Date(to),
    };
    const [{ items, words }, titles] = await Promise.all([
      searchPassages(context, userId, asked),
      source_id ? [] : readTitles(database, userId, asked),
    ]);
    const counted =
      facets === "true" ? { facets: await countFacets(database, userId, words, asked) } : {};
    const corrections = words.terms.flatMap(({ corrected_from, lexemes }) =>
      // A word that was only begun is no mistake.
      corrected_from && !lexemes.some((lexeme) => lexeme.startsWith(corrected_from.toLowerCase()))
        ? [{ from: corrected_from, to: lexemes }]
        : [],
    );
    return c.json(
      {
        items,
        titles: matchTitles(titles, askedWords(query.q, words.languages), words.languages),
        ...counted,
        corrections,
        unknown_words: words.unknown.filter(
          (word) => !words.titled.some(({ text }) => text === word),
        ),
      },
      200,
    );
  });
}
