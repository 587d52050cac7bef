/**
 * `Idempotency-Key` on POST (IETF draft-ietf-httpapi-idempotency-key-header): the first answer is kept for a day and given again.
 * Bodies that are streamed (uploads) are compared by length and type only; JSON bodies by content.
 */
import { createHash } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { AppEnv } from "./router.ts";

export function idempotency(context: Context): MiddlewareHandler<AppEnv> {
  const { database } = context;
  return async (c, next) => {
    const key = c.req.header("idempotency-key");
    const caller = c.get("caller");
    // Answers about ways in (keys, codes, invitations) carry secrets, which are shown once and stored nowhere.
    const secret = /^\/api\/(auth|admin)\//.test(c.req.path);
    if (c.req.method !== "POST" || !key || !caller || secret) return next();
    if (key.length > 255)
      fail("invalid-input", {
        errors: [{ field: "Idempotency-Key", message: "is longer than 255 characters" }],
      });
    const owner = { user_id: caller.userId, key };

    const type = c.req.header("content-type") ?? "";
    const hash = createHash("sha256").update(`${c.req.path}\n${type.split(";")[0]}\n`);
    hash.update(
      type.startsWith("application/json")
        ? await c.req.text()
        : (c.req.header("content-length") ?? ""),
    );
    const request_hash = hash.digest();

    const inserted = await database
      .insertInto("idempotency_keys")
      .values({ ...owner, request_hash })
      .onConflict((conflict) => conflict.columns(["user_id", "key"]).doNothing())
      .returning("key")
      .executeTakeFirst();
    if (!inserted) {
      const kept = await database
        .selectFrom("idempotency_keys")
        .select(["request_hash", "status", "body"])
        .where("user_id", "=", owner.user_id)
        .where("key", "=", key)
        .executeTakeFirst();
      if (!kept)
        fail("conflict", {
          message: "The first request with this Idempotency-Key just failed. Please send it again.",
        });
      if (!kept.request_hash.equals(request_hash)) fail("idempotency-key-reused");
      if (kept.status === null)
        fail("conflict", {
          message: "The first request with this Idempotency-Key is still running.",
        });
      c.header("Idempotency-Replayed", "true");
      return c.body(JSON.stringify(kept.body), kept.status as 200, {
        "Content-Type": "application/json",
      });
    }

    const forget = () =>
      database
        .deleteFrom("idempotency_keys")
        .where("user_id", "=", owner.user_id)
        .where("key", "=", key)
        .execute();
    try {
      await next();
    } catch (error) {
      await forget();
      throw error;
    }
    // Failures may be tried again; an event stream is not kept.
    if (c.res.status >= 400 || !c.res.headers.get("content-type")?.startsWith("application/json")) {
      await forget();
      return;
    }
    await database
      .updateTable("idempotency_keys")
      .set({ status: c.res.status, body: await c.res.clone().text() })
      .where("user_id", "=", owner.user_id)
      .where("key", "=", key)
      .execute();
  };
}
