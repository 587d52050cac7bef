/**
 * What the owner is told of logins: each stands in the account's log; one from a new device, and a token used twice,
 * come by mail.
 */
import { sql } from "kysely";
import type { Context, Queryable } from "#server/context.ts";
import { network } from "#server/http/rate-limit.ts";
import { recordActivity } from "./activity/record-activity.ts";
import { isMarked, type Device } from "./known-devices.ts";
import { tellOwner } from "./mails/tell-owner.ts";

/** Before the session is stored. */
export async function noteLogin(
  context: Context,
  database: Queryable,
  userId: string,
  device: Device,
) {
  const { rows } = await sql<{ device: string | null; address: string | null }>`
    select distinct device, host(address) as address from refresh_tokens where user_id = ${userId}`.execute(
    database,
  );
  if (rows.length === 0) return recordActivity(database, userId, "registered", device);
  const near = network(device.address);
  const known =
    isMarked(context, userId, device.mark) ||
    rows.some((row) => row.device === device.device && network(row.address) === near);
  await recordActivity(database, userId, known ? "login" : "login-new-device", device);
  if (known) return;
  await tellOwner(
    context,
    database,
    userId,
    "A login from a new device",
    "Somebody logged in to your Little Monster account from a device that it does not know: " +
      `${wordsOf(device)}. If this was you, nothing needs to be done.`,
  );
}

export async function noteReuse(context: Context, userId: string, device: Device) {
  const { database } = context;
  await recordActivity(database, userId, "token-reused", device);
  await tellOwner(
    context,
    database,
    userId,
    "A session was ended",
    "A token of one of your sessions was used twice, which happens when somebody copied it: " +
      `${wordsOf(device)}. That session was ended.`,
  );
}

function wordsOf({ device, address }: Device) {
  return [device ?? "a program that does not say its name", address && `at ${address}`]
    .filter(Boolean)
    .join(" ");
}
