/**
 * Every request ends. Three clocks run while a handler works:
 *
 * - **Silence**: a body of which nothing more comes; short before the sender is known, longer for a student on a bad
 *   line.
 * - **Database**: whoever waits for longer than its patience asks whether the database answers at all; packets that are
 *   lost are no error.
 * - **Whole**: from the body's end to the answer.
 */
import type { IncomingMessage } from "node:http";
import type { MiddlewareHandler } from "hono";
import type { Context } from "#server/context.ts";
import { RETRY_AFTER_SECONDS } from "#server/database-failure.ts";
import { Failure } from "#server/failures.ts";
import type { AppEnv } from "./router.ts";

const WHOLE_MS = 60_000;
/** Storing a file of gigabytes elsewhere, and a model that answers as JSON, may take so long. */
const LONG_MS = 15 * 60_000;
const LONG =
  /^\/api\/(uploads|recordings$|study-materials$|account|conversations\/[^/]+\/messages)/;
/** A student's line may be gone for a while; tus goes on from where it was. */
const KNOWN_FACTOR = 4;
/** Drops of a byte each keep a body from being silent, but not for ever while nobody knows whose it is. */
const UNKNOWN_WHOLE_FACTOR = 4;

export function deadlines(context: Context): MiddlewareHandler<AppEnv> {
  const { patienceMs } = context.config.database;
  const { bodyIdleMs } = context.config.http;
  return async (c, next) => {
    // It says itself how each part is, each within its time.
    if (c.req.path === "/api/health") return next();
    const incoming = c.env?.incoming;
    const stop = Promise.withResolvers<never>();
    const timers: NodeJS.Timeout[] = [];
    const every = (ms: number, look: () => void) => timers.push(setInterval(look, ms).unref());
    if (incoming && !incoming.complete) {
      const silent = createSilence(incoming, bodyIdleMs, () => c.get("caller") !== undefined);
      every(Math.min(1000, bodyIdleMs / 4), () => {
        if (silent()) stop.reject(new Failure("request-timeout"));
      });
    }
    let came = incoming?.complete === false ? undefined : Date.now();
    const whole = LONG.test(c.req.path) ? LONG_MS : WHOLE_MS;
    let asked = Date.now();
    every(Math.min(1000, patienceMs / 5), () => {
      if (incoming?.complete === false) return;
      came ??= Date.now();
      if (Date.now() - came > whole) stop.reject(new Failure("took-too-long"));
      if (Date.now() - Math.max(came, asked) < patienceMs / 2) return;
      asked = Date.now();
      void context.databaseAnswers(patienceMs / 2).then((answers) => {
        if (answers) return;
        stop.reject(
          new Failure("database-unavailable", { retryAfterSeconds: RETRY_AFTER_SECONDS }),
        );
      });
    });
    try {
      await Promise.race([next(), stop.promise]);
    } finally {
      timers.forEach(clearInterval);
    }
  };
}

/** Bytes that wait for us to read them are no silence of the sender. */
function createSilence(incoming: IncomingMessage, idleMs: number, known: () => boolean) {
  const began = Date.now();
  let seen = incoming.socket.bytesRead;
  let since = began;
  return () => {
    const now = Date.now();
    if (incoming.complete || incoming.destroyed || incoming.readableLength > 0) since = now;
    if (incoming.socket.bytesRead !== seen) {
      seen = incoming.socket.bytesRead;
      since = now;
    }
    if (known()) return now - since > idleMs * KNOWN_FACTOR;
    return now - since > idleMs || now - began > idleMs * UNKNOWN_WHOLE_FACTOR;
  };
}
