import pg from "pg";
import { fail } from "#server/failures.ts";

/** @throws Failure `email-taken`, `username-taken`: however many ask at once, the unique index decides. */
export async function insideUniqueNames<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === "23505") {
      if (error.constraint === "users_email_key")
        fail("email-taken", { errors: [{ field: "email", message: "has an account already" }] });
      if (error.constraint === "users_username_key")
        fail("username-taken", { errors: [{ field: "username", message: "is taken" }] });
    }
    throw error;
  }
}
