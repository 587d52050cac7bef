import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { fail, FAILURES, type FailureCode } from "#server/failures.ts";
import { createRouter, idParam, json, jsonBody, problems } from "#server/http/router.ts";
import { sendFile } from "#server/http/send-file.ts";
import { subject } from "#server/http/shapes.ts";
import { startExport } from "./export-cards.ts";
import { startImport } from "./import-cards.ts";
import { findTransfer, type Transfer } from "./queries.ts";
import { transfer } from "./shapes.ts";

const tags = ["cards"];

const startExportRoute = createRoute({
  method: "post",
  path: "/cards/export",
  tags,
  summary: "Export cards as an Anki package, CSV or Markdown (a job)",
  request: {
    body: jsonBody(
      z.object({
        format: z.enum(["apkg", "csv", "md"]).default("apkg"),
        subject: subject.optional(),
      }),
    ),
  },
  responses: { 202: json(transfer, "The export"), ...problems },
});

const getExport = createRoute({
  method: "get",
  path: "/cards/exports/{id}",
  tags,
  summary: "The exported file, for a week; while the job runs, how far it is",
  request: { params: idParam },
  responses: {
    200: { description: "The file" },
    206: { description: "A range of it" },
    202: json(transfer, "It is not ready yet"),
    ...problems,
  },
});

// No body is declared: the validator would read the file into memory.
const startImportRoute = createRoute({
  method: "post",
  path: "/cards/import",
  tags,
  summary: "Import an Anki package (anki2, anki21, anki21b), CSV or Markdown (multipart; a job)",
  description:
    "`file`, and optionally `dry_run` (true: only counts), `format` (else by the file's " +
    "name) and `subject` (for all cards; else by Anki's decks). Notes that are there already " +
    "stay as they are.",
  responses: { 202: json(transfer, "The import"), ...problems },
});

const getImport = createRoute({
  method: "get",
  path: "/cards/imports/{id}",
  tags,
  summary: "An import, with its counts once it is done",
  request: { params: idParam },
  responses: { 200: json(transfer, "The import"), ...problems },
});

const TYPES = {
  apkg: "application/octet-stream",
  csv: "text/csv; charset=utf-8",
  md: "text/markdown; charset=utf-8",
} as const;

export function transferRoutes(context: Context) {
  const { database } = context;
  return createRouter()
    .openapi(startExportRoute, async (c) => {
      const row = await startExport(context, c.get("caller").userId, c.req.valid("json"));
      return c.json(present(row), 202);
    })
    .openapi(getExport, async (c) => {
      const { id } = c.req.valid("param");
      const row =
        (await findTransfer(database, c.get("caller").userId, id, "export")) ?? fail("not-found");
      if (row.status === "failed" || row.status === "cancelled")
        fail(codeOf(row), row.error_message ? { message: row.error_message } : {});
      if (row.status === "completed" && !row.storage_key)
        fail("file-gone", { message: "This export was kept for a week. Please make a new one." });
      if (!row.storage_key || !row.sha256) return c.json(present(row), 202);
      return sendFile(c, context.storage, {
        storage_key: row.storage_key,
        mime_type: TYPES[row.format],
        etag: row.sha256.toString("hex"),
        filename: row.filename,
        download: true,
      });
    })
    .openapi(startImportRoute, async (c) => c.json(present(await startImport(context, c)), 202))
    .openapi(getImport, async (c) => {
      const { id } = c.req.valid("param");
      const row =
        (await findTransfer(database, c.get("caller").userId, id, "import")) ?? fail("not-found");
      return c.json(present(row), 200);
    });
}

function codeOf({ status, error_code }: Transfer): FailureCode {
  if (status === "cancelled") return "cancelled";
  return error_code && Object.hasOwn(FAILURES, error_code)
    ? (error_code as FailureCode)
    : "internal";
}

function present({ direction: _d, storage_key: _k, size_bytes: _s, sha256: _h, ...row }: Transfer) {
  return row;
}
