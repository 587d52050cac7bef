import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { RateLimiter } from "#server/http/rate-limit.ts";
import type { Caller } from "#server/http/router.ts";
import { limitsOf } from "./limits.ts";
import { verifyPassword } from "./passwords.ts";
import { beganMs } from "./sessions.ts";

const RECENT_MS = 15 * 60_000;

/**
 * Before something that cannot be taken back: the password again; from a person without one, a login of the last
 * quarter of an hour.
 * @throws Failure `invalid-input` naming `field`, `not-allowed`.
 */
export async function confirmPerson(
  context: Context,
  limiter: RateLimiter,
  caller: Caller,
  password: string | undefined,
  field = "password",
) {
  await limiter.take(limitsOf(context.config).confirmation, caller.userId);
  const row = await context.database
    .selectFrom("users")
    .select("password_hash")
    .where("id", "=", caller.userId)
    .executeTakeFirst();
  if (row?.password_hash) {
    const { right } = await verifyPassword(row.password_hash, password ?? "");
    if (!right)
      fail("invalid-input", {
        message: "The password is not right.",
        errors: [{ field, message: "is not right" }],
      });
  } else if (!caller.sessionId || beganMs(caller.sessionId) < Date.now() - RECENT_MS) {
    fail("not-allowed", {
      message: "For this, please log out, log in again, and do it within a quarter of an hour.",
    });
  }
}
