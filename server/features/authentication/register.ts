import { asOwner } from "#database/principal.ts";
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { setInvited, redeemInvitation } from "./administration/queries.ts";
import type { Device } from "./known-devices.ts";
import { hashPassword } from "./passwords.ts";
import { anyUser, insertUser, type NewUser } from "./queries.ts";
import { sha256, startSession } from "./sessions.ts";
import { insideUniqueNames } from "./unique-names.ts";
import { sendVerification } from "./verify-email.ts";

export interface Registration {
  email: string;
  password: string;
  username?: string | undefined;
  full_name?: string | undefined;
  locale?: string | undefined;
  invitation?: string | undefined;
}

/**
 * @throws Failure `email-taken`, `username-taken`: however many ask at once, the unique index decides;
 * `registration-closed`, `invitation-needed`.
 */
export async function register(context: Context, given: Registration, device: Device) {
  const password_hash = await hashPassword(given.password);
  const registered = await insideUniqueNames(() =>
    context.database.transaction().execute(async (tx) => {
      const admission = await admit(context, tx, given.email, given.invitation);
      const userId = await insertAdmitted(tx, admission, {
        email: given.email,
        username: given.username ?? null,
        full_name: given.full_name ?? null,
        locale: given.locale ?? null,
        password_hash,
      });
      return {
        userId,
        tokens: await asOwner(userId, () => startSession(context, tx, userId, device)),
      };
    }),
  );
  await sendVerification(context, context.database, registered.userId, given.email);
  return registered;
}

type Admission = { user_id: string; id: string; role: string } | undefined;

/**
 * The first account needs no invitation: there would be nobody to write one.
 * @throws Failure `registration-closed`, `invitation-needed`.
 */
export async function admit(
  { config }: Context,
  tx: Tx,
  email: string,
  invitation: string | undefined,
): Promise<Admission> {
  const admission =
    invitation === undefined ? undefined : await redeemInvitation(tx, sha256(invitation), email);
  if (admission || config.registration === "open" || !(await anyUser(tx)).anybody) return admission;
  fail(
    config.registration === "closed" && invitation === undefined
      ? "registration-closed"
      : "invitation-needed",
  );
}

export async function insertAdmitted(tx: Tx, admission: Admission, user: NewUser) {
  const { id } = await insertUser(
    tx,
    user,
    admission?.role === "administrator" ? "administrator" : "student",
  );
  if (admission) await setInvited(tx, admission, id);
  return id;
}
