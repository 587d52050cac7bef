import pg from "pg";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { hashPassword } from "./passwords.ts";
import { insertUser } from "./queries.ts";
import { startSession, type Device } from "./sessions.ts";

export interface Registration {
  email: string;
  password: string;
  username?: string | undefined;
  full_name?: string | undefined;
  invitation?: string | undefined;
}

/** @throws Failure `email-taken`, `username-taken`; never both accounts, however many ask at once: the unique index decides. */
export async function register(context: Context, given: Registration, device: Device) {
  const password_hash = await hashPassword(given.password);
  return insideUniqueNames(() =>
    context.database.transaction().execute(async (tx) => {
      const { id } = await insertUser(tx, {
        email: given.email,
        username: given.username ?? null,
        full_name: given.full_name ?? null,
        password_hash,
      });
      return { userId: id, tokens: await startSession(context, tx, id, device) };
    }),
  );
}

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
