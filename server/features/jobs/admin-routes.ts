/** `/api/admin/queue`, for administrators: depth, ages, failures with their reasons, workers; retry and cancel. */
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
import {
  countFailures,
  countQueue,
  findAnyJob,
  listAllJobs,
  listAttempts,
  listWorkers,
} from "./admin-queries.ts";
import { cancelJob } from "./cancel-job.ts";
import type { Handlers } from "./contract.ts";
import { retryJob } from "./retry-job.ts";
import { adminJob, adminJobWithAttempts, jobStatus, queueState } from "./shapes.ts";

const tags = ["administration"];

const state = createRoute({
  method: "get",
  path: "/admin/queue",
  tags,
  summary: "Depth and ages by job type, workers, and failures of the last week with their reasons",
  responses: { 200: json(queueState, "The queue now"), ...problems },
});

const list = createRoute({
  method: "get",
  path: "/admin/queue/jobs",
  tags,
  summary: "Jobs of everybody, newest first",
  request: { query: pageQuery.extend({ status: jobStatus.default("failed") }) },
  responses: { 200: json(pageOf(adminJob), "A page of jobs"), ...problems },
});

const get = createRoute({
  method: "get",
  path: "/admin/queue/jobs/{id}",
  tags,
  summary: "One job with its attempts: which worker, when, how it ended",
  request: { params: idParam },
  responses: { 200: json(adminJobWithAttempts, "The job"), ...problems },
});

const act = (verb: "cancel" | "retry", summary: string) =>
  createRoute({
    method: "post",
    path: `/admin/queue/jobs/{id}/${verb}` as const,
    tags,
    summary,
    request: { params: idParam },
    responses: { 200: json(adminJob, "The job"), ...problems },
  });

export function queueAdministrationRoutes(context: Context, handlers: Handlers) {
  const { database } = context;
  const find = async (id: string) => (await findAnyJob(database, id)) ?? fail("not-found");
  return createRouter()
    .openapi(state, async (c) => {
      const [types, workers, failures] = await Promise.all([
        countQueue(database),
        listWorkers(database),
        countFailures(database),
      ]);
      return c.json({ types, workers, failures }, 200);
    })
    .openapi(list, async (c) => {
      const query = c.req.valid("query");
      return c.json(toPage(await listAllJobs(database, query), query.limit), 200);
    })
    .openapi(get, async (c) => {
      const { id } = c.req.valid("param");
      const job = await find(id);
      return c.json({ ...job, attempts_made: await listAttempts(database, id) }, 200);
    })
    .openapi(act("cancel", "Stop a job of anybody that waits or runs"), async (c) => {
      const { id } = c.req.valid("param");
      await cancelJob(context, handlers, (await find(id)).user_id, id);
      return c.json(await find(id), 200);
    })
    .openapi(act("retry", "Run a failed or cancelled job of anybody again"), async (c) => {
      const { id } = c.req.valid("param");
      await retryJob(context, handlers, (await find(id)).user_id, id);
      return c.json(await find(id), 200);
    });
}
