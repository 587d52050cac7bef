/**
 * `Idempotency-Key` on POST (IETF draft-ietf-httpapi-idempotency-key-header): the first answer is kept for a day and
 * given again. Bodies that are streamed (uploads) are compared by length and type only; JSON bodies by content. A key
 * belongs to the request that works on it for as long as it renews its lease.
 */
import { createHash, randomUUID } from "node:crypto";
import type { Context as HonoContext, MiddlewareHandler } from "hono";
import { sql } from "kysely";
import type { Context, Queryable } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { AppEnv } from "./router.ts";

/** A request that was killed lets go of its key after this. */
const LEASE_SECONDS = 30;
const RENEW_MS = 10_000;
const leaseEnd = sql<Date>`now() + make_interval(secs => ${LEASE_SECONDS})`;

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

    const holder = randomUUID();
    if (!(await takeKey(database, { ...owner, request_hash, holder })))
      return answerAgain(c, await findKept(database, owner), request_hash);

    const mine = { ...owner, holder };
    const renewing = setInterval(() => {
      void renewKey(database, mine).catch(() => {}); // the lease outlasts two that fail
    }, RENEW_MS);
    try {
      await next();
      const kept =
        c.res.status < 400 && c.res.headers.get("content-type")?.startsWith("application/json");
      // Failures may be tried again; an event stream is not kept.
      if (kept) await keepAnswer(database, mine, c.res.status, await c.res.clone().text());
      else await forgetKey(database, mine);
    } catch (error) {
      await forgetKey(database, mine);
      throw error;
    } finally {
      clearInterval(renewing);
    }
  };
}

interface Owner {
  user_id: string;
  key: string;
}

/** True for a key that is new, or whose request died: its lease is over, and it was the same request. */
async function takeKey(
  database: Queryable,
  taken: Owner & { request_hash: Buffer; holder: string },
) {
  const row = await database
    .insertInto("idempotency_keys")
    .values({ ...taken, leased_until: leaseEnd })
    .onConflict((conflict) =>
      conflict
        .columns(["user_id", "key"])
        .doUpdateSet({ holder: taken.holder, leased_until: leaseEnd, created_at: sql`now()` })
        .where("idempotency_keys.status", "is", null)
        .where("idempotency_keys.request_hash", "=", taken.request_hash)
        .where(sql<boolean>`coalesce(idempotency_keys.leased_until, '-infinity') < now()`),
    )
    .returning("key")
    .executeTakeFirst();
  return row !== undefined;
}

function findKept(database: Queryable, owner: Owner) {
  return database
    .selectFrom("idempotency_keys")
    .select(["request_hash", "status", "body"])
    .select(
      sql<number>`greatest(1, extract(epoch from leased_until - now()))::float8`.as("seconds_left"),
    )
    .where("user_id", "=", owner.user_id)
    .where("key", "=", owner.key)
    .executeTakeFirst();
}

function answerAgain(
  c: HonoContext<AppEnv>,
  kept: Awaited<ReturnType<typeof findKept>>,
  request_hash: Buffer,
) {
  if (!kept)
    fail("conflict", {
      message: "The first request with this Idempotency-Key just failed. Please send it again.",
      retryAfterSeconds: 1,
    });
  if (!kept.request_hash.equals(request_hash)) fail("idempotency-key-reused");
  if (kept.status === null)
    fail("conflict", {
      message: "The first request with this Idempotency-Key is still running.",
      retryAfterSeconds: kept.seconds_left,
    });
  c.header("Idempotency-Replayed", "true");
  return c.body(JSON.stringify(kept.body), kept.status as 200, {
    "Content-Type": "application/json",
  });
}

function ofHolder(database: Queryable, { user_id, key, holder }: Owner & { holder: string }) {
  return {
    update: database
      .updateTable("idempotency_keys")
      .where("user_id", "=", user_id)
      .where("key", "=", key)
      .where("holder", "=", holder),
    delete: database
      .deleteFrom("idempotency_keys")
      .where("user_id", "=", user_id)
      .where("key", "=", key)
      .where("holder", "=", holder),
  };
}

type Held = Owner & { holder: string };

const renewKey = (database: Queryable, mine: Held) =>
  ofHolder(database, mine).update.set({ leased_until: leaseEnd }).execute();
const forgetKey = (database: Queryable, mine: Held) => ofHolder(database, mine).delete.execute();
const keepAnswer = (database: Queryable, mine: Held, status: number, body: string) =>
  ofHolder(database, mine).update.set({ status, body, leased_until: null }).execute();
