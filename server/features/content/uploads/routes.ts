/**
 * tus 1.0 at `/api/uploads` (POST, HEAD, PATCH, DELETE, OPTIONS by @tus/server), and what a student asks about uploads
 * in JSON.
 */
import { randomUUID } from "node:crypto";
import { createRoute, z } from "@hono/zod-openapi";
import { Server, type Locker } from "@tus/server";
import type { Context as HonoContext } from "hono";
import type { Context } from "#server/context.ts";
import { Failure, fail } from "#server/failures.ts";
import { refuseUnknownEngine } from "#server/features/transcription/known-engine.ts";
import { tooLarge } from "#server/http/multipart.ts";
import { refuseNul } from "#server/http/nul.ts";
import { describedBody } from "#server/http/request-body.ts";
import {
  createRouter,
  idParam,
  json,
  pageOf,
  pageQuery,
  problems,
  toPage,
  type AppEnv,
} from "#server/http/router.ts";
import { finishUpload } from "./finish-upload.ts";
import { kindOf, metadataOf } from "./metadata.ts";
import { findUpload, listUploads } from "./queries.ts";
import { upload, uploadStatus } from "./shapes.ts";
import { createUploadLocker } from "./upload-locker.ts";
import { readChecksum, UploadStore } from "./upload-store.ts";

const tags = ["uploads"];

const list = createRoute({
  method: "get",
  path: "/uploads",
  tags,
  summary: "Uploads and live recordings, newest first; `status=receiving` are those to be finished",
  request: { query: pageQuery.extend({ status: uploadStatus.optional() }) },
  responses: { 200: json(pageOf(upload), "A page of uploads"), ...problems },
});

const get = createRoute({
  method: "get",
  path: "/uploads/{id}",
  tags,
  summary: "One upload, and what became of it",
  request: { params: idParam },
  responses: { 200: json(upload, "The upload"), ...problems },
});

const finish = createRoute({
  method: "post",
  path: "/uploads/{id}/finish",
  tags,
  summary:
    "Make a recording of what has arrived, though the sender never said how long it would be",
  request: { params: idParam },
  responses: { 200: json(upload, "The upload with its `recording_id`"), ...problems },
});

const tusVersion = z.object({ "tus-resumable": z.literal("1.0.0") });
const tusOffset = { "upload-offset": z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER) };
const OCTETS = "application/offset+octet-stream";

const create = createRoute({
  method: "post",
  path: "/uploads",
  tags,
  summary:
    "Begin a resumable upload, a live recording, or with `kind account_import` an account (tus 1.0)",
  request: {
    headers: tusVersion.extend({
      "upload-length": tusOffset["upload-offset"].optional(),
      "upload-defer-length": z.literal("1").optional(),
      "upload-metadata": z.string().max(8000).optional(),
    }),
    body: describedBody({ [OCTETS]: "bytes" }),
  },
  responses: { 201: { description: "The upload, at Location" }, ...problems },
});

const append = createRoute({
  method: "patch",
  path: "/uploads/{id}",
  tags,
  summary: "Send more bytes (tus 1.0)",
  request: {
    params: idParam,
    headers: tusVersion.extend(tusOffset),
    body: describedBody({ [OCTETS]: "bytes" }),
  },
  responses: { 204: { description: "Durable up to Upload-Offset" }, ...problems },
});

const drop = createRoute({
  method: "delete",
  path: "/uploads/{id}",
  tags,
  summary: "Give an upload up (tus 1.0)",
  request: { params: idParam, headers: tusVersion },
  responses: { 204: { description: "Dropped" }, ...problems },
});

export function uploadRoutes(context: Context) {
  const { database } = context;
  const locker = createUploadLocker();
  const tus = (c: HonoContext<AppEnv>) => answerTus(context, locker, c);
  const router = createRouter();
  router.use("/uploads/:id", (c, next) => (c.req.method === "HEAD" ? tus(c) : next()));
  router
    .openapi(list, async (c) => {
      const query = c.req.valid("query");
      const rows = await listUploads(database, c.get("caller").userId, query);
      return c.json(toPage(rows, query.limit), 200);
    })
    .openapi(get, async (c) => {
      const found = await findUpload(database, c.get("caller").userId, c.req.valid("param").id);
      return c.json(found ?? fail("not-found"), 200);
    })
    .openapi(finish, async (c) => {
      const { userId } = c.get("caller");
      return c.json(await finishUpload(context, userId, c.req.valid("param").id), 200);
    });
  // @tus/server reads head and body itself: these are described, and validated by it alone.
  for (const route of [create, append, drop]) router.openAPIRegistry.registerPath(route);
  router.on(["POST", "OPTIONS"], "/uploads", tus);
  router.on(["PATCH", "DELETE", "OPTIONS"], "/uploads/:id", (c) => {
    if (!idParam.safeParse(c.req.param()).success) fail("not-found");
    return tus(c);
  });
  return router;
}

async function answerTus(context: Context, locker: Locker, c: HonoContext<AppEnv>) {
  const { userId } = c.get("caller");
  const checksum = readChecksum(c.req.header("upload-checksum"));
  const { audioBytes, suitcaseBytes } = context.config.limits;
  const kind = await kindOfRequest(context, c);
  const maxSize = kind === "account_import" ? suitcaseBytes : audioBytes;
  let failure: unknown;
  const server = new Server({
    path: "/api/uploads",
    generateUrl: (_request, { path, id }) => `${context.config.http.basePath}${path}/${id}`,
    datastore: new UploadStore(context, userId, checksum),
    locker,
    // What has arrived is flushed in much less; a connection that hangs sends nothing more anyway.
    lockDrainTimeout: 300,
    maxSize,
    allowedOrigins: () => false,
    namingFunction: () => randomUUID(),
    // Its own way takes the query for a part of the id.
    getFileIdFromRequest: () => c.req.param("id"),
    async onUploadCreate(_request, created) {
      refuseNul(created.metadata, "Upload-Metadata ");
      const metadata = metadataOf(created.metadata);
      if (!("kind" in metadata)) await refuseUnknownEngine(context, metadata, "Upload-Metadata ");
      return {};
    },
    async onUploadFinish(_request, { id }) {
      const made = await finishUpload(context, userId, id);
      return {
        headers: {
          ...(made.account_import_id
            ? { "Account-Import-Id": made.account_import_id }
            : { "Recording-Id": made.recording_id ?? "" }),
          ...(made.duplicate_of ? { "Duplicate-Of": made.duplicate_of } : {}),
        },
      };
    },
    onResponseError(_request, error) {
      if (!("status_code" in error)) failure = error;
      else if (error.status_code === 413)
        failure = new Failure("file-too-large", { message: tooLarge(maxSize) });
      else if (error.status_code === 404) failure = new Failure("not-found");
      return undefined;
    },
  });
  const answer = await server.handleWeb(c.req.raw);
  if (failure) throw failure;
  for (const [name, value] of answer.headers) c.header(name, value);
  if (c.req.method === "OPTIONS") {
    c.header("Tus-Extension", `${answer.headers.get("tus-extension") ?? ""},checksum`);
    c.header("Tus-Checksum-Algorithm", "sha256,sha1");
  }
  // The receipt: the bytes with this hash are durable. The recorder deletes its own copy only against it.
  if (checksum && answer.status < 300)
    c.header("Upload-Checksum", `${checksum.algorithm} ${checksum.value}`);
  return c.newResponse(answer.body, answer.status as 200);
}

/** A suitcase may be longer than a recording: what is sent says what it is when it begins. */
async function kindOfRequest(context: Context, c: HonoContext<AppEnv>) {
  const id = c.req.param("id");
  if (id) return (await findUpload(context.database, c.get("caller").userId, id))?.kind;
  const given = /(?:^|,)\s*kind ([A-Za-z0-9+/=]+)/.exec(c.req.header("upload-metadata") ?? "")?.[1];
  return kindOf({ kind: given && Buffer.from(given, "base64").toString() });
}
