import { createRoute } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import {
  createRouter,
  idParam,
  json,
  pageOf,
  pageQuery,
  problems,
  toPage,
} from "#server/http/router.ts";
import { cancelJob } from "./cancel-job.ts";
import type { Handlers } from "./contract.ts";
import { findJob, listJobs } from "./queries.ts";
import { withPlaces } from "./queue-place.ts";
import { retryJob } from "./retry-job.ts";
import { job, jobStatus } from "./shapes.ts";

const tags = ["jobs"];

const list = createRoute({
  method: "get",
  path: "/jobs",
  tags,
  summary: "Jobs, newest first",
  request: { query: pageQuery.extend({ status: jobStatus.optional() }) },
  responses: { 200: json(pageOf(job), "A page of jobs"), ...problems },
});

const get = createRoute({
  method: "get",
  path: "/jobs/{id}",
  tags,
  summary: "One job",
  request: { params: idParam },
  responses: { 200: json(job, "The job"), ...problems },
});

const cancel = createRoute({
  method: "post",
  path: "/jobs/{id}/cancel",
  tags,
  summary: "Stop a job that waits or runs",
  request: { params: idParam },
  responses: {
    200: json(job, "The job; a running one turns `cancelled` as soon as its engine has stopped"),
    ...problems,
  },
});

const retry = createRoute({
  method: "post",
  path: "/jobs/{id}/retry",
  tags,
  summary: "Run a failed or cancelled job again",
  request: { params: idParam },
  responses: { 200: json(job, "The job, pending again"), ...problems },
});

export function jobRoutes(context: Context, handlers: Handlers) {
  const { database } = context;
  return createRouter()
    .openapi(list, async (c) => {
      const query = c.req.valid("query");
      const { userId } = c.get("caller");
      const page = toPage(await listJobs(database, userId, query), query.limit);
      return c.json({ ...page, items: await withPlaces(database, userId, page.items) }, 200);
    })
    .openapi(get, async (c) => {
      const { userId } = c.get("caller");
      const found = (await findJob(database, userId, c.req.valid("param").id)) ?? fail("not-found");
      return c.json((await withPlaces(database, userId, [found]))[0]!, 200);
    })
    .openapi(cancel, async (c) => {
      const { userId } = c.get("caller");
      const job = await cancelJob(context, handlers, userId, c.req.valid("param").id);
      return c.json((await withPlaces(database, userId, [job]))[0]!, 200);
    })
    .openapi(retry, async (c) => {
      const { userId } = c.get("caller");
      const job = await retryJob(context, handlers, userId, c.req.valid("param").id);
      return c.json((await withPlaces(database, userId, [job]))[0]!, 200);
    });
}
