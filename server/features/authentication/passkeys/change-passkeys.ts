import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import { asOwner } from "#database/principal.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { takeKeyPlace } from "#server/features/quotas/take.ts";
import { recordActivity, type Origin } from "../activity/record-activity.ts";
import { keepALogin } from "../keep-a-login.ts";
import type { Device } from "../known-devices.ts";
import { tellOwner } from "../mails/tell-owner.ts";
import { findUser, markLogin } from "../queries.ts";
import { startSession } from "../sessions.ts";
import { finishAdding, finishLogin, startAdding, type Site } from "./ceremonies.ts";
import { deletePasskey } from "./queries.ts";

/**
 * What the browser asks the person with; refused before they touch anything where they may have no more passkeys.
 *
 * @param site throws where this address can have no passkeys
 * @throws Failure `not-authenticated`, and what `takeKeyPlace` and `startAdding` throw.
 */
export async function beginPasskey(context: Context, site: () => Site, userId: string) {
  const { database } = context;
  const user = (await findUser(database, userId)) ?? fail("not-authenticated");
  // And at the end, because two may have begun.
  await database.transaction().execute((tx) => takeKeyPlace(context, tx, userId, "passkeys"));
  return startAdding(context, site(), user);
}

/**
 * Stores the passkey that the browser made, and tells the owner by mail.
 *
 * @throws what `finishAdding` throws
 */
export async function addPasskey(
  context: Context,
  site: Site,
  userId: string,
  name: string,
  credential: RegistrationResponseJSON,
  origin: Origin,
) {
  const { database } = context;
  const added = await finishAdding(context, site, userId, name, credential);
  await recordActivity(database, userId, "passkey-added", origin, name);
  await tellOwner(
    context,
    database,
    userId,
    "A passkey was added",
    `The passkey “${name}” was added to your Little Monster account.`,
  );
  return added;
}

/** @throws Failure `not-found`, and `conflict` where nothing else opens the account. */
export function removePasskey(context: Context, userId: string, id: string, origin: Origin) {
  return context.database.transaction().execute(async (tx) => {
    if (!(await deletePasskey(tx, userId, id))) fail("not-found");
    await keepALogin(tx, userId);
    await recordActivity(tx, userId, "passkey-deleted", origin);
  });
}

/** A login by a passkey alone: the passkey says whose it is. @throws what `finishLogin` throws */
export function enterByPasskey(
  context: Context,
  site: Site,
  credential: AuthenticationResponseJSON,
  device: Device,
) {
  return context.database.transaction().execute(async (tx) => {
    const userId = await finishLogin(context, tx, site, credential);
    return asOwner(userId, async () => {
      await markLogin(tx, userId);
      return { userId, tokens: await startSession(context, tx, userId, device) };
    });
  });
}
