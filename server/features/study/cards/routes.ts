import { createRoute, z } from "@hono/zod-openapi";
import { sql } from "kysely";
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
import { sendFile } from "#server/http/send-file.ts";
import { addCardText } from "./add-card-text.ts";
import { changeCard, changeCards, removeCards } from "./change-cards.ts";
import { createCard } from "./create-cards.ts";
import { findMedia, mediaUrl, uploadMedia } from "./media.ts";
import { cardConditions, findCard, selectCards } from "./queries.ts";
import {
  card,
  cardFilters,
  cardPatch,
  cardsDeletion,
  cardsPatch,
  madeCard,
  media,
  newCards,
  newCardsAnswer,
} from "./shapes.ts";
import { keepSuggestion } from "./suggestions/keep-suggestion.ts";
import { cardOrSuggestion } from "./suggestions/shapes.ts";

const tags = ["cards"];

const list = createRoute({
  method: "get",
  path: "/cards",
  tags,
  summary: "Cards, newest first",
  request: { query: pageQuery.extend(cardFilters.shape) },
  responses: { 200: json(pageOf(card), "A page of cards"), ...problems },
});

const add = createRoute({
  method: "post",
  path: "/cards",
  tags,
  summary: "Make a card, or keep a suggested one",
  description:
    "A text with several gaps, or a picture with several covered parts, makes one card for " +
    "each; `siblings` names the others. Cards with the same front are told as `duplicates`.",
  request: { body: jsonBody(cardOrSuggestion) },
  responses: { 201: json(madeCard, "The new card"), ...problems },
});

const addMany = createRoute({
  method: "post",
  path: "/cards/bulk",
  tags,
  summary: "Make many cards from one text",
  description:
    "A line is a card: front and back with a tab, `::` or ` | ` between them, or a text with " +
    "gaps such as {{c1::word}}. Blocks of `Q:` and `A:` may run over several lines.",
  request: { body: jsonBody(newCards) },
  responses: { 201: json(newCardsAnswer, "What was made and what was not"), ...problems },
});

const changeMany = createRoute({
  method: "patch",
  path: "/cards",
  tags,
  summary: "Change many cards: subject, tags, suspend, bury",
  request: { body: jsonBody(cardsPatch) },
  responses: { 200: json(z.object({ items: z.array(card) }), "The cards"), ...problems },
});

const removeMany = createRoute({
  method: "post",
  path: "/cards/deletions",
  tags,
  summary: "Delete many cards",
  request: { body: jsonBody(cardsDeletion) },
  responses: { 200: json(z.object({ deleted: z.number() }), "How many there were"), ...problems },
});

const get = createRoute({
  method: "get",
  path: "/cards/{id}",
  tags,
  summary: "One card",
  request: { params: idParam },
  responses: { 200: json(card, "The card"), ...problems },
});

const patch = createRoute({
  method: "patch",
  path: "/cards/{id}",
  tags,
  summary: "Change a card",
  description: "Text, subject and tags belong to all cards of one text, the rest to this one.",
  request: { params: idParam, headers: ifMatch, body: jsonBody(cardPatch) },
  responses: { 200: json(card, "The card"), ...problems },
});

const remove = createRoute({
  method: "delete",
  path: "/cards/{id}",
  tags,
  summary: "Delete a card; its reviews stay in the statistics",
  request: { params: idParam },
  responses: { 204: { description: "Deleted" }, ...problems },
});

// No body is declared: the validator would read the file into memory.
const addMedia = createRoute({
  method: "post",
  path: "/cards/media",
  tags,
  summary: "Upload a picture or sound for cards (multipart: `file`)",
  responses: { 201: json(media, "What Markdown of a card may name"), ...problems },
});

const getMedia = createRoute({
  method: "get",
  path: "/cards/media/{id}",
  tags,
  summary: "A picture or sound of a card, with ranges",
  request: { params: idParam },
  responses: { 200: { description: "The file" }, 206: { description: "A range" }, ...problems },
});

export function cardRoutes(context: Context) {
  const { database } = context;
  return createRouter()
    .openapi(list, async (c) => {
      const { limit, cursor, ...filters } = c.req.valid("query");
      const rows = await selectCards(
        database,
        c.get("caller").userId,
        sql`${cardConditions(filters)} ${cursor ? sql`and card.id < ${cursor}` : sql``}`,
        sql`order by card.id desc limit ${limit + 1}`,
      );
      return c.json(toPage(rows, limit), 200);
    })
    .openapi(add, async (c) => {
      const { userId } = c.get("caller");
      const { suggestion_id, item = 0, changes, front = "", ...given } = c.req.valid("json");
      const made = suggestion_id
        ? await keepSuggestion(context, userId, { suggestion_id, item, changes })
        : await createCard(context, userId, { ...given, front });
      return c.json(made, 201);
    })
    .openapi(addMany, async (c) => {
      const made = await addCardText(context, c.get("caller").userId, c.req.valid("json"));
      return c.json(made, 201);
    })
    .openapi(changeMany, async (c) => {
      const items = await changeCards(context, c.get("caller").userId, c.req.valid("json"));
      return c.json({ items }, 200);
    })
    .openapi(removeMany, async (c) => {
      const { ids } = c.req.valid("json");
      return c.json({ deleted: await removeCards(context, c.get("caller").userId, ids) }, 200);
    })
    .openapi(addMedia, async (c) => {
      const { id, filename, mime_type, size_bytes } = await uploadMedia(context, c);
      return c.json({ id, url: mediaUrl(id), filename, mime_type, size_bytes }, 201);
    })
    .openapi(getMedia, async (c) => {
      const found =
        (await findMedia(database, c.get("caller").userId, c.req.valid("param").id)) ??
        fail("not-found");
      return sendFile(c, context.storage, {
        storage_key: found.storage_key,
        mime_type: found.mime_type,
        etag: found.sha256.toString("hex"),
        filename: found.filename,
      });
    })
    .openapi(get, async (c) => {
      const found = await findCard(database, c.get("caller").userId, c.req.valid("param").id);
      return c.json(found ?? fail("not-found"), 200);
    })
    .openapi(patch, async (c) => {
      const changed = await changeCard(
        context,
        c.get("caller").userId,
        c.req.valid("param").id,
        c.req.valid("json"),
        expectedState(c),
      );
      return c.json(changed, 200);
    })
    .openapi(remove, async (c) => {
      const deleted = await removeCards(context, c.get("caller").userId, [c.req.valid("param").id]);
      if (deleted === 0) fail("not-found");
      return c.body(null, 204);
    });
}
