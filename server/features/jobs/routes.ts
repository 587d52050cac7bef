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
      return c.json(
        toPage(await listJobs(database, c.get("caller").userId, query), query.limit),
        200,
      );
    })
    .openapi(get, async (c) => {
      const found = await findJob(database, c.get("caller").userId, c.req.valid("param").id);
      return c.json(found ?? fail("not-found"), 200);
    })
    .openapi(cancel, async (c) =>
      c.json(
        await cancelJob(context, handlers, c.get("caller").userId, c.req.valid("param").id),
        200,
      ),
    )
    .openapi(retry, async (c) =>
      c.json(
        await retryJob(context, handlers, c.get("caller").userId, c.req.valid("param").id),
        200,
      ),
    );
}
