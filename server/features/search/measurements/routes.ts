import { createRoute } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
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
import { followChoices } from "../engines.ts";
import { findMeasurement, listMeasurements, measureInstallation } from "./queries.ts";
import {
  engineChoice,
  installation,
  measurement,
  newMeasurement,
  searchEngine,
  started,
} from "./shapes.ts";
import {
  chooseEngine,
  describeEngines,
  measureEverybody,
  measureOwn,
} from "./start-measurement.ts";

const tags = ["search"];

const list = createRoute({
  method: "get",
  path: "/search/measurements",
  tags,
  summary: "How well search finds what your own cards, questions and headings ask, newest first",
  request: { query: pageQuery },
  responses: { 200: json(pageOf(measurement), "A page of measurements"), ...problems },
});

const start = createRoute({
  method: "post",
  path: "/search/measurements",
  tags,
  summary: "Measure search on your own notes, with the engine in use or beside another one",
  request: { body: jsonBody(newMeasurement) },
  responses: { 202: json(measurement, "A job does it; ask again by its id"), ...problems },
});

const get = createRoute({
  method: "get",
  path: "/search/measurements/{id}",
  tags,
  summary: "One measurement",
  request: { params: idParam },
  responses: { 200: json(measurement, "The measurement"), ...problems },
});

const getEngine = createRoute({
  method: "get",
  path: "/search/engine",
  tags,
  summary: "Which engine searches your materials by meaning, and which could",
  responses: { 200: json(searchEngine, "The engines of this server"), ...problems },
});

const putEngine = createRoute({
  method: "put",
  path: "/search/engine",
  tags,
  summary: "Search with another engine; refused when it found less of what you ask",
  request: { body: jsonBody(engineChoice) },
  responses: { 200: json(searchEngine, "The engines of this server"), ...problems },
});

const ofAll = createRoute({
  method: "get",
  path: "/admin/search-measurements",
  tags,
  summary: "The figures of all students together, without content",
  responses: { 200: json(installation, "Each student's newest figures, by engine"), ...problems },
});

const startAll = createRoute({
  method: "post",
  path: "/admin/search-measurements",
  tags,
  summary: "Measure search on the notes of every student",
  responses: { 202: json(started, "How many measurements were started"), ...problems },
});

export function measurementRoutes(context: Context) {
  const { database } = context;
  followChoices(context);
  return createRouter()
    .openapi(list, async (c) => {
      const query = c.req.valid("query");
      const rows = await listMeasurements(database, c.get("caller").userId, query);
      return c.json(toPage(rows, query.limit), 200);
    })
    .openapi(start, async (c) => {
      const { userId } = c.get("caller");
      const id = await measureOwn(context, userId, c.req.valid("json").compare_with);
      return c.json((await findMeasurement(database, userId, id))!, 202);
    })
    .openapi(get, async (c) => {
      const found = await findMeasurement(
        database,
        c.get("caller").userId,
        c.req.valid("param").id,
      );
      return c.json(found ?? fail("not-found"), 200);
    })
    .openapi(getEngine, async (c) =>
      c.json(await describeEngines(context, c.get("caller").userId), 200),
    )
    .openapi(putEngine, async (c) => {
      const { engine } = c.req.valid("json");
      return c.json(await chooseEngine(context, c.get("caller").userId, engine), 200);
    })
    .openapi(ofAll, async (c) => {
      return c.json(await measureInstallation(database), 200);
    })
    .openapi(startAll, async (c) => {
      return c.json({ started: await measureEverybody(context) }, 202);
    });
}
