import { createRoute } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { recordActivity } from "#server/features/authentication/activity/record-activity.ts";
import { deviceOf } from "#server/features/authentication/answer-login.ts";
import { describedBody, filePart } from "#server/http/request-body.ts";
import {
  createRouter,
  idParam,
  json,
  pageOf,
  pageQuery,
  problems,
  toPage,
} from "#server/http/router.ts";
import { sendBytes } from "#server/http/send-file.ts";
import { findExport, findExportEntries, findImport, listExports, listImports } from "./queries.ts";
import { accountExport, accountImport, importFields } from "./shapes.ts";
import { removeExport, startExport } from "./start-export.ts";
import { startTried, undoImport, uploadSuitcase } from "./start-import.ts";
import { layOutZip } from "./zip-layout.ts";

const tags = ["account"];

const postExport = createRoute({
  method: "post",
  path: "/account/export",
  tags,
  summary: "Everything of your account as one zip; a job",
  responses: {
    202: json(accountExport, "The export; `status` tells when it is ready"),
    ...problems,
  },
});

const getExports = createRoute({
  method: "get",
  path: "/account/exports",
  tags,
  summary: "Exports, newest first; kept for a week",
  request: { query: pageQuery },
  responses: { 200: json(pageOf(accountExport), "A page of exports"), ...problems },
});

const getExport = createRoute({
  method: "get",
  path: "/account/exports/{id}",
  tags,
  summary: "One export",
  request: { params: idParam },
  responses: { 200: json(accountExport, "The export"), ...problems },
});

const getExportFile = createRoute({
  method: "get",
  path: "/account/exports/{id}/file",
  tags,
  summary: "The zip, with ranges",
  request: { params: idParam },
  responses: { 200: { description: "The zip" }, 206: { description: "A range" }, ...problems },
});

const deleteExport = createRoute({
  method: "delete",
  path: "/account/exports/{id}",
  tags,
  summary: "Delete an export",
  request: { params: idParam },
  responses: { 204: { description: "Deleted" }, ...problems },
});

const postImport = createRoute({
  method: "post",
  path: "/account/import",
  tags,
  summary: "Take in an account; a job. `dry_run` counts and tells conflicts, and changes nothing",
  request: {
    body: describedBody({ "multipart/form-data": importFields.extend({ file: filePart }) }),
  },
  responses: { 202: json(accountImport, "The import"), ...problems },
});

const getImports = createRoute({
  method: "get",
  path: "/account/imports",
  tags,
  summary: "Imports, newest first",
  request: { query: pageQuery },
  responses: { 200: json(pageOf(accountImport), "A page of imports"), ...problems },
});

const getImport = createRoute({
  method: "get",
  path: "/account/imports/{id}",
  tags,
  summary: "One import: its progress, what it added, what was there already",
  request: { params: idParam },
  responses: { 200: json(accountImport, "The import"), ...problems },
});

const postStart = createRoute({
  method: "post",
  path: "/account/imports/{id}/start",
  tags,
  summary: "Take in what `dry_run` tried, without sending it again",
  request: { params: idParam },
  responses: { 202: json(accountImport, "The import"), ...problems },
});

const postUndo = createRoute({
  method: "post",
  path: "/account/imports/{id}/undo",
  tags,
  summary: "Take out again what an import added, for a day",
  request: { params: idParam },
  responses: { 200: json(accountImport, "The import, undone"), ...problems },
});

export function suitcaseRoutes(context: Context) {
  const { database, storage } = context;
  const routes = createRouter()
    .openapi(postExport, async (c) =>
      c.json(await startExport(context, c.get("caller").userId), 202),
    )
    .openapi(getExports, async (c) => {
      const query = c.req.valid("query");
      const rows = await listExports(database, c.get("caller").userId, query);
      return c.json(toPage(rows, query.limit), 200);
    })
    .openapi(getExport, async (c) => {
      const found = await findExport(database, c.get("caller").userId, c.req.valid("param").id);
      return c.json(found ?? fail("not-found"), 200);
    })
    .openapi(getExportFile, async (c) => {
      const { id } = c.req.valid("param");
      const found =
        (await findExportEntries(database, c.get("caller").userId, id)) ?? fail("not-found");
      if (!found.entries) fail("conflict", { message: "This export is not ready yet." });
      // Once a download, not for each range of it.
      if (!c.req.header("range"))
        await recordActivity(database, c.get("caller").userId, "exported", deviceOf(c, context));
      const zip = layOutZip(found.entries, ({ storage_key, from }, start, end) =>
        storage.read(storage_key, { start: from + start, end: from + end }),
      );
      return sendBytes(c, {
        size: zip.size,
        read: async ({ start, end }) => zip.read(start, end),
        mime_type: "application/zip",
        etag: id,
        filename: `little-monster-${found.created_at.toISOString().slice(0, 10)}.zip`,
        download: true,
      });
    })
    .openapi(deleteExport, async (c) => {
      await removeExport(context, c.get("caller").userId, c.req.valid("param").id);
      return c.body(null, 204);
    });
  return routes
    .openapi(postImport, async (c) => {
      const started = await uploadSuitcase(context, c);
      if (!started.dry_run)
        await recordActivity(database, c.get("caller").userId, "imported", deviceOf(c, context));
      return c.json(started, 202);
    })
    .openapi(getImports, async (c) => {
      const query = c.req.valid("query");
      const rows = await listImports(database, c.get("caller").userId, query);
      return c.json(toPage(rows, query.limit), 200);
    })
    .openapi(getImport, async (c) => {
      const found = await findImport(database, c.get("caller").userId, c.req.valid("param").id);
      return c.json(found ?? fail("not-found"), 200);
    })
    .openapi(postStart, async (c) => {
      const { userId } = c.get("caller");
      const started = await startTried(context, userId, c.req.valid("param").id);
      await recordActivity(database, userId, "imported", deviceOf(c, context));
      return c.json(started, 202);
    })
    .openapi(postUndo, async (c) => {
      return c.json(
        await undoImport(context, c.get("caller").userId, c.req.valid("param").id),
        200,
      );
    });
}
