import { createRoute } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { expectedState, ifMatch } from "#server/http/if-match.ts";
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
import { addMark } from "./add-mark.ts";
import { changeMark, removeMark } from "./change-mark.ts";
import { findMark, listMarks } from "./queries.ts";
import { mark, markFilters, markPatch, newMark } from "./shapes.ts";

const tags = ["marks"];

const list = createRoute({
  method: "get",
  path: "/marks",
  tags,
  summary: "Highlights, bookmarks and notes, newest first",
  request: { query: pageQuery.extend(markFilters.shape) },
  responses: { 200: json(pageOf(mark), "A page of marks"), ...problems },
});

const add = createRoute({
  method: "post",
  path: "/marks",
  tags,
  summary: "Mark words, a second or a page of a source",
  request: { body: jsonBody(newMark) },
  responses: { 201: json(mark, "The mark"), ...problems },
});

const get = createRoute({
  method: "get",
  path: "/marks/{id}",
  tags,
  summary: "One mark",
  request: { params: idParam },
  responses: { 200: json(mark, "The mark"), ...problems },
});

const patch = createRoute({
  method: "patch",
  path: "/marks/{id}",
  tags,
  summary: "Change its colour, note or second",
  request: { params: idParam, headers: ifMatch, body: jsonBody(markPatch) },
  responses: { 200: json(mark, "The mark"), ...problems },
});

const remove = createRoute({
  method: "delete",
  path: "/marks/{id}",
  tags,
  summary: "Delete a mark",
  request: { params: idParam },
  responses: { 204: { description: "Deleted" }, ...problems },
});

export function markRoutes(context: Context) {
  const { database } = context;
  return createRouter()
    .openapi(list, async (c) => {
      const query = c.req.valid("query");
      const rows = await listMarks(database, c.get("caller").userId, query);
      return c.json(toPage(rows, query.limit), 200);
    })
    .openapi(add, async (c) =>
      c.json(await addMark(context, c.get("caller").userId, c.req.valid("json")), 201),
    )
    .openapi(get, async (c) => {
      const found = await findMark(database, c.get("caller").userId, c.req.valid("param").id);
      return c.json(found ?? fail("not-found"), 200);
    })
    .openapi(patch, async (c) => {
      const { userId } = c.get("caller");
      const changed = await changeMark(
        context,
        userId,
        c.req.valid("param").id,
        c.req.valid("json"),
        expectedState(c),
      );
      return c.json(changed, 200);
    })
    .openapi(remove, async (c) => {
      await removeMark(context, c.get("caller").userId, c.req.valid("param").id);
      return c.body(null, 204);
    });
}
