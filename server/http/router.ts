import type { HttpBindings } from "@hono/node-server";
import { OpenAPIHono, z, type RouteConfig } from "@hono/zod-openapi";
/**
 * What every feature's routes.ts is made of: a router whose wrong input becomes a problem document, the caller, ids and
 * pages.
 */
import type { QuotasValue } from "#database/json-columns.ts";
import { fail } from "#server/failures.ts";
import { fieldErrors } from "./field-errors.ts";

/** Who makes the request; set by `http/authenticate.ts` on every path that is not public. */
export interface Caller {
  userId: string;
  role: "student" | "administrator";
  /** The family of the refresh token; undefined for an API key. */
  sessionId: string | undefined;
  /** Of the API key that the request came with. */
  keyId?: string | undefined;
  /** What an administrator gave the account; undefined where nobody has looked. */
  quotas?: QuotasValue | undefined;
}

export interface AppEnv {
  Bindings: HttpBindings;
  Variables: { requestId: string; caller: Caller };
}

/**
 * What a query or a JSON body has and its shape does not name is refused: a misspelt filter would list everything, a
 * misspelt wish be ignored.
 */
export function createRouter() {
  const router = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      fail("invalid-input", { errors: fieldErrors(result.error, { whole: result.target }) });
    },
  });
  const { openapi } = router;
  // The types of what is asked for stay the same, only more is refused: the generic signature cannot be said of a
  // wrapper.
  router.openapi = ((route: RouteConfig, ...rest: [never, never]) =>
    openapi(asNamed(route), ...rest)) as unknown as typeof openapi;
  return router;
}

function asNamed(route: RouteConfig): RouteConfig {
  const { query, body } = route.request ?? {};
  const json = body?.content["application/json"] as { schema: z.ZodType } | undefined;
  return {
    ...route,
    request: {
      ...route.request,
      ...(query && { query: strictly(query as z.ZodType) as typeof query }),
      ...(body &&
        json && {
          body: {
            ...body,
            content: {
              ...body.content,
              "application/json": { ...json, schema: strictly(json.schema) },
            },
          },
        }),
    },
  };
}

/** Shapes that say themselves what becomes of other fields are left alone, and so are unions. */
function strictly(schema: z.ZodType) {
  return schema instanceof z.ZodObject && schema.def.catchall === undefined
    ? schema.strict()
    : schema;
}

export const idParam = z.object({
  id: z.uuid({ error: "is not an id" }).openapi({ param: { name: "id", in: "path" } }),
});

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.uuid({ error: "is not a cursor of this list" }).optional(),
});

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next_cursor: z.string().nullable() });
}

export type Page<T> = Omit<z.infer<ReturnType<typeof pageOf>>, "items"> & { items: T[] };

/**
 * Rows were asked for with `limit + 1`: one too many means that there is a next page. Ids are UUIDv7: the last one is
 * the cursor.
 */
export function toPage<T extends { id: string }>(rows: T[], limit: number) {
  const items = rows.slice(0, limit);
  return { items, next_cursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

export function json<T extends z.ZodType>(schema: T, description: string) {
  return { content: { "application/json": { schema } }, description };
}

/** A request body of JSON. */
export function jsonBody<T extends z.ZodType>(schema: T) {
  return { content: { "application/json": { schema } }, required: true as const };
}

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    code: z.string(),
    detail: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
    request_id: z.string(),
  })
  .openapi("Problem");

export type Problem = z.infer<typeof problem>;

/** Every operation may answer with a problem document. */
export const problems = {
  default: {
    content: { "application/problem+json": { schema: problem } },
    description: "What went wrong (RFC 9457)",
  },
};
