import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { createRouter, idParam, json, jsonBody, problems } from "#server/http/router.ts";
import { subjectFilter } from "#server/http/shapes.ts";
import { changeSettings } from "./change-settings.ts";
import { startFit } from "./fit-weights.ts";
import { nextCards } from "./next-cards.ts";
import { recordReviews, takeBackReview } from "./record-reviews.ts";
import { readSettings } from "./settings.ts";
import { newReviews, nextAnswer, reviewsAnswer, settingsAnswer, settingsPatch } from "./shapes.ts";

const tags = ["reviews"];

const next = createRoute({
  method: "get",
  path: "/reviews/next",
  tags,
  summary: "The cards to ask now, in their order, and what each rating would lead to",
  request: {
    query: z.object({
      subject: subjectFilter.optional(),
      limit: z.coerce.number().int().min(1).max(200).default(20),
      first: z
        .uuid("is not an id")
        .optional()
        .openapi({ description: "A card that is asked before all others, such as after an undo" }),
    }),
  },
  responses: { 200: json(nextAnswer, "The next cards"), ...problems },
});

const record = createRoute({
  method: "post",
  path: "/reviews",
  tags,
  summary: "Record reviews, one or many",
  description:
    "The client makes the ids (UUIDv7): a batch may be sent again, and what was recorded " +
    "changes nothing. Reviews of several devices are one history in the order of " +
    "`reviewed_at`.",
  request: { body: jsonBody(newReviews) },
  responses: { 201: json(reviewsAnswer, "How each was taken, and the cards now"), ...problems },
});

const undo = createRoute({
  method: "delete",
  path: "/reviews/{id}",
  tags,
  summary: "Take a review back",
  request: { params: idParam },
  responses: { 204: { description: "Taken back" }, ...problems },
});

const getSettings = createRoute({
  method: "get",
  path: "/study/settings",
  tags,
  summary: "How the student reviews, and the weights that were fitted",
  responses: { 200: json(settingsAnswer, "The settings"), ...problems },
});

const patchSettings = createRoute({
  method: "patch",
  path: "/study/settings",
  tags,
  summary: "Change time zone, retention, limits, steps; schedules follow in a job",
  request: { body: jsonBody(settingsPatch) },
  responses: { 200: json(settingsAnswer, "The settings"), ...problems },
});

const fitNow = createRoute({
  method: "post",
  path: "/study/fit",
  tags,
  summary: "Fit the weights to the student's own reviews (a job)",
  responses: {
    202: json(z.object({ id: z.string(), status: z.literal("pending") }), "The job"),
    ...problems,
  },
});

export function reviewRoutes(context: Context) {
  const { database } = context;
  return createRouter()
    .openapi(next, async (c) => {
      const query = c.req.valid("query");
      return c.json(await nextCards(database, c.get("caller").userId, query), 200);
    })
    .openapi(record, async (c) => {
      const { items } = c.req.valid("json");
      return c.json(await recordReviews(context, c.get("caller").userId, items), 201);
    })
    .openapi(undo, async (c) => {
      await takeBackReview(context, c.get("caller").userId, c.req.valid("param").id);
      return c.body(null, 204);
    })
    .openapi(getSettings, async (c) =>
      c.json(await readSettings(database, c.get("caller").userId), 200),
    )
    .openapi(patchSettings, async (c) => {
      const patch = c.req.valid("json");
      return c.json(await changeSettings(context, c.get("caller").userId, patch), 200);
    })
    .openapi(fitNow, async (c) => {
      const { id } = await startFit(context, c.get("caller").userId);
      return c.json({ id, status: "pending" as const }, 202);
    });
}
