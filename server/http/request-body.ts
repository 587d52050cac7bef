/** Bodies that their handlers read themselves: as a stream, or in one of several forms. */
import { z } from "@hono/zod-openapi";
import type { Context as HonoContext } from "hono";
import type { AppEnv } from "./router.ts";

/**
 * For the OpenAPI document only: a schema that is no zod type here is described and read by no validator, which would
 * hold the whole body in memory.
 */
export function describedBody(forms: Record<string, z.ZodType | "bytes">) {
  const content = Object.fromEntries(
    Object.entries(forms).map(([type, shape]) => [
      type,
      {
        schema: shape === "bytes" ? { type: "string" as const, format: "binary" } : schemaOf(shape),
      },
    ]),
  );
  return { content, required: true as const };
}

/** A file in a form of `multipart/form-data`. */
export const filePart = z.custom<unknown>().meta({ type: "string", format: "binary" });

function schemaOf(shape: z.ZodType): object {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, {
    io: "input",
    unrepresentable: "any",
  }) as Record<string, unknown>;
  return schema;
}

/** The bytes as they come. Reading may stop early: the connection stays open for the answer. */
export function bytesOf(c: HonoContext<AppEnv>): AsyncIterable<Buffer> {
  return c.env.incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}
