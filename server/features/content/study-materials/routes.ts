import { createRoute, z } from "@hono/zod-openapi";
import type { Context as HonoContext } from "hono";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { mustParse } from "#server/http/field-errors.ts";
import { expectedState, ifMatch } from "#server/http/if-match.ts";
import { describedBody, filePart } from "#server/http/request-body.ts";
import {
  createRouter,
  idParam,
  json,
  jsonBody,
  pageOf,
  pageQuery,
  problems,
  toPage,
  type AppEnv,
} from "#server/http/router.ts";
import { sendFile } from "#server/http/send-file.ts";
import { subjectFilter } from "#server/http/shapes.ts";
import { addNote } from "./add-note.ts";
import { addWebMaterial } from "./add-web-material.ts";
import { changeMaterial } from "./change-material.ts";
import { deleteMaterial } from "./delete-material.ts";
import { findMaterial, findMaterialFile, listMaterials } from "./queries.ts";
import {
  material,
  materialKind,
  materialPatch,
  materialSummary,
  newNote,
  newWebMaterial,
  uploadFields,
} from "./shapes.ts";
import { uploadMaterial } from "./upload-material.ts";

const tags = ["study materials"];

const add = createRoute({
  method: "post",
  path: "/study-materials",
  tags,
  summary: "Add a typed note (JSON) or a document (multipart)",
  description:
    "As application/json: {title, content, subject?, language?}, or {url, title?, subject?, " +
    "language?} for a page of the web, which a job fetches. As multipart/form-data: `file`, " +
    "and optionally `title`, `subject`, `language`; the file is read by a job, status says " +
    "how far it is. A file that is there already is answered 200 with the material it is.",
  request: {
    body: describedBody({
      "application/json": z.union([newNote, newWebMaterial]),
      "multipart/form-data": uploadFields.extend({ file: filePart }),
    }),
  },
  responses: {
    201: json(material, "The new material"),
    200: json(material, "The material that has this very file already"),
    ...problems,
  },
});

const list = createRoute({
  method: "get",
  path: "/study-materials",
  tags,
  summary: "Study materials, newest first",
  request: {
    query: pageQuery.extend({
      subject: subjectFilter.optional(),
      kind: materialKind.optional(),
    }),
  },
  responses: { 200: json(pageOf(materialSummary), "A page of study materials"), ...problems },
});

const get = createRoute({
  method: "get",
  path: "/study-materials/{id}",
  tags,
  summary: "One study material with its text",
  request: { params: idParam },
  responses: { 200: json(material, "The material"), ...problems },
});

const file = createRoute({
  method: "get",
  path: "/study-materials/{id}/file",
  tags,
  summary: "The file as it was uploaded, with ranges",
  request: { params: idParam, query: z.object({ download: z.enum(["true", "false"]).optional() }) },
  responses: {
    200: { description: "The whole file" },
    206: { description: "The range asked for" },
    ...problems,
  },
});

const patch = createRoute({
  method: "patch",
  path: "/study-materials/{id}",
  tags,
  summary: "Change title, subject, tags or language; the text of a typed note as well",
  request: { params: idParam, headers: ifMatch, body: jsonBody(materialPatch) },
  responses: { 200: json(material, "The material"), ...problems },
});

const remove = createRoute({
  method: "delete",
  path: "/study-materials/{id}",
  tags,
  summary: "Delete a study material",
  request: { params: idParam },
  responses: { 204: { description: "Deleted" }, ...problems },
});

export function studyMaterialRoutes(context: Context) {
  const { database } = context;
  return createRouter()
    .openapi(add, async (c) => {
      if (c.req.header("content-type")?.startsWith("multipart/form-data")) {
        const { material: added, known } = await uploadMaterial(context, c);
        return c.json(added, known ? 200 : 201);
      }
      const { userId } = c.get("caller");
      const given = await readJson(c);
      if (typeof given === "object" && given !== null && "url" in given) {
        return c.json(
          await addWebMaterial(
            context,
            userId,
            mustParse(newWebMaterial, given, { whole: "json" }),
          ),
          201,
        );
      }
      return c.json(
        await addNote(context, userId, mustParse(newNote, given, { whole: "json" })),
        201,
      );
    })
    .openapi(list, async (c) => {
      const query = c.req.valid("query");
      return c.json(
        toPage(await listMaterials(database, c.get("caller").userId, query), query.limit),
        200,
      );
    })
    .openapi(get, async (c) => {
      const found = await findMaterial(database, c.get("caller").userId, c.req.valid("param").id);
      return c.json(found ?? fail("not-found"), 200);
    })
    .openapi(file, async (c) => {
      const found =
        (await findMaterialFile(database, c.get("caller").userId, c.req.valid("param").id)) ??
        fail("not-found");
      if (!found.storage_key || !found.sha256)
        fail("not-found", { message: "A typed note has no file." });
      return sendFile(c, context.storage, {
        storage_key: found.storage_key,
        // A page from elsewhere must not run as one of ours.
        mime_type:
          found.kind === "html" || found.kind === "web"
            ? `text/plain; charset=${found.text_encoding ?? "utf-8"}`
            : found.mime_type!,
        etag: found.sha256.toString("hex"),
        filename: found.original_filename ?? found.title,
        download: c.req.valid("query").download === "true",
      });
    })
    .openapi(patch, async (c) => {
      const changed = await changeMaterial(
        context,
        c.get("caller").userId,
        c.req.valid("param").id,
        c.req.valid("json"),
        expectedState(c),
      );
      return c.json(changed, 200);
    })
    .openapi(remove, async (c) => {
      await deleteMaterial(context, c.get("caller").userId, c.req.valid("param").id);
      return c.body(null, 204);
    });
}

async function readJson(c: HonoContext<AppEnv>): Promise<unknown> {
  const text = await c.req.text();
  try {
    return JSON.parse(text);
  } catch {
    fail("malformed-request", {
      message: "Send a note as JSON, or a file as multipart/form-data.",
    });
  }
}
