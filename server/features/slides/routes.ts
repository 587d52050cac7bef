import { createRoute } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { studyAside } from "#server/features/study/aside/study-aside.ts";
import { createRouter, idParam, json, jsonBody, problems } from "#server/http/router.ts";
import { correctSlides, getSlides, linkSlides, unlinkSlides } from "./link-slides.ts";
import { recordingSlides, slideCorrection, slidesLink, slidesSuggestions } from "./shapes.ts";

const tags = ["slides"];
const path = "/recordings/{id}/slides";

const link = createRoute({
  method: "put",
  path,
  tags,
  summary: "Say which document was shown; its pages are aligned with the transcript in a job",
  request: { params: idParam, body: jsonBody(slidesLink) },
  responses: {
    202: json(recordingSlides, "Linked; `status` tells when the pages are found"),
    ...problems,
  },
});

const get = createRoute({
  method: "get",
  path,
  tags,
  summary: "Which page was shown when",
  request: { params: idParam },
  responses: { 200: json(recordingSlides, "The document and its spans"), ...problems },
});

const correct = createRoute({
  method: "patch",
  path,
  tags,
  summary:
    "Correct one boundary: from `start_seconds` to `end_seconds` (or the end of the span there) this page was shown",
  request: { params: idParam, body: jsonBody(slideCorrection) },
  responses: { 200: json(recordingSlides, "The spans with the correction"), ...problems },
});

const unlink = createRoute({
  method: "delete",
  path,
  tags,
  summary: "The document does not belong to this recording",
  request: { params: idParam },
  responses: { 204: { description: "Unlinked; both stay" }, ...problems },
});

const suggest = createRoute({
  method: "get",
  path: `${path}/suggestions`,
  tags,
  summary: "Documents that may have been shown, the likeliest first",
  request: { params: idParam },
  responses: { 200: json(slidesSuggestions, "At most five"), ...problems },
});

export function slideRoutes(context: Context) {
  const { database } = context;
  return createRouter()
    .openapi(link, async (c) => {
      const { study_material_id } = c.req.valid("json");
      const slides = await linkSlides(
        context,
        c.get("caller").userId,
        c.req.valid("param").id,
        study_material_id,
      );
      return c.json(slides, 202);
    })
    .openapi(get, async (c) =>
      c.json(await getSlides(database, c.get("caller").userId, c.req.valid("param").id), 200),
    )
    .openapi(correct, async (c) => {
      const slides = await correctSlides(
        context,
        c.get("caller").userId,
        c.req.valid("param").id,
        c.req.valid("json"),
      );
      return c.json(slides, 200);
    })
    .openapi(unlink, async (c) => {
      await unlinkSlides(context, c.get("caller").userId, c.req.valid("param").id);
      return c.body(null, 204);
    })
    .openapi(suggest, async (c) => {
      const { id: recording_id } = c.req.valid("param");
      const { userId } = c.get("caller");
      const items = await studyAside(context, "suggestSlides", userId, { recording_id });
      return c.json({ items }, 200);
    });
}
