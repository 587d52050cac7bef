/**
 * What turns speech into text, answers, compares, speaks and sends mails: for everybody what is used, for
 * administrators how it is set.
 */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context as HonoContext } from "hono";
import type { Context } from "#server/context.ts";
import { isSecure } from "#server/http/client-address.ts";
import { createRouter, json, jsonBody, problems, type AppEnv } from "#server/http/router.ts";
import { url } from "#server/setting-types.ts";
import { changeSettings } from "./change-settings.ts";
import { describeEngines, describeUsed } from "./describe-engines.ts";
import { removeModel, startFetch } from "./fetch-model.ts";
import { findServers } from "./find-servers.ts";
import { engines, foundServers, settings, trial, TRIED_PARTS } from "./shapes.ts";
import { tryPart } from "./try-part.ts";

const tags = ["engines"];
const modelParam = z.object({
  id: z
    .string()
    .max(200)
    .openapi({ param: { name: "id", in: "path" } }),
});

const get = createRoute({
  method: "get",
  path: "/engines",
  tags,
  summary: "What is used; for administrators also what is set, by whom, and what could be fetched",
  responses: { 200: json(engines, "The engines"), ...problems },
});

const patch = createRoute({
  method: "patch",
  path: "/engines",
  tags,
  summary: "Set or take away settings of the installation; every process takes them into use",
  description:
    "A public address at which the page that asks is not open itself, and taking away the one it is open at, might " +
    "keep everybody out: 422, unless `from_elsewhere` says that it is meant so.",
  request: { body: jsonBody(z.object({ settings, from_elsewhere: z.boolean().default(false) })) },
  responses: { 200: json(engines, "The engines as they are now"), ...problems },
});

const test = createRoute({
  method: "post",
  path: "/engines/test",
  tags,
  summary: "Try one part as it is set, or as it would be with other settings",
  request: {
    body: jsonBody(z.object({ part: z.enum(TRIED_PARTS), settings: settings.default({}) })),
  },
  responses: { 200: json(trial, "How it went"), ...problems },
});

const find = createRoute({
  method: "post",
  path: "/engines/find",
  tags,
  summary: "Look for Ollama on the server's own machine",
  responses: { 200: json(foundServers, "What answered, with its models"), ...problems },
});

const fetchOne = createRoute({
  method: "post",
  path: "/engines/models/{id}",
  tags,
  summary: "Fetch a model, or go on where a fetch broke off: a job with progress",
  request: {
    params: modelParam,
    body: {
      content: {
        "application/json": {
          schema: z.object({
            mirror: url.max(2000).optional(),
          }),
        },
      },
    },
  },
  responses: { 202: json(z.object({ job_id: z.uuid() }), "The job"), ...problems },
});

const remove = createRoute({
  method: "delete",
  path: "/engines/models/{id}",
  tags,
  summary: "Delete a model from the data folder",
  request: { params: modelParam },
  responses: { 204: { description: "It is gone" }, ...problems },
});

/** Of the page that asks; of a script, the address that it asked. */
function originOf(c: HonoContext<AppEnv>, { config }: Context) {
  const scheme = isSecure(c, config) ? "https" : "http";
  return c.req.header("origin") ?? `${scheme}://${c.req.header("host")}`;
}

export function engineRoutes(context: Context) {
  return createRouter()
    .openapi(get, async (c) => {
      const isAdministrator = c.get("caller").role === "administrator";
      return c.json(
        isAdministrator ? await describeEngines(context) : { used: await describeUsed(context) },
        200,
      );
    })
    .openapi(patch, async (c) => {
      const { settings: changes, from_elsewhere } = c.req.valid("json");
      await changeSettings(context, changes, from_elsewhere ? undefined : originOf(c, context));
      return c.json(await describeEngines(context), 200);
    })
    .openapi(test, async (c) => {
      const { part, settings: changes } = c.req.valid("json");
      return c.json(await tryPart(context, c.get("caller").userId, part, changes), 200);
    })
    .openapi(find, async (c) => c.json(await findServers(context), 200))
    .openapi(fetchOne, async (c) => {
      const { mirror } = c.req.valid("json") ?? {};
      const { id } = c.req.valid("param");
      return c.json(await startFetch(context, c.get("caller").userId, id, mirror), 202);
    })
    .openapi(remove, async (c) => {
      await removeModel(context, c.req.valid("param").id);
      return c.body(null, 204);
    });
}
