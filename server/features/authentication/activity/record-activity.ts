/** The log of an account that its owner sees: what happened to it and from where. */
import { sql } from "kysely";
import type { Queryable } from "#server/context.ts";
import type { ActivityKind } from "./shapes.ts";

/** From where a request came. */
export interface Origin {
  device: string | null;
  address: string | null;
}

/** @param detail a name that the person gave or knows, at most 300 characters of it; never a secret. */
export async function recordActivity(
  database: Queryable,
  userId: string,
  kind: ActivityKind,
  { device, address }: Origin,
  detail?: string,
) {
  await database
    .insertInto("account_activity")
    .values({
      user_id: userId,
      kind,
      device: device?.slice(0, 500) ?? null,
      address,
      detail: detail?.slice(0, 300) || null,
    })
    .execute();
}

export function listActivity(
  database: Queryable,
  userId: string,
  page: { limit: number; cursor?: string | undefined },
) {
  return database
    .selectFrom("account_activity")
    .select(["id", "detail", "device", "created_at"])
    .select(sql<ActivityKind>`kind`.as("kind"))
    .select(sql<string | null>`host(address)`.as("address"))
    .where("user_id", "=", userId)
    .$if(page.cursor !== undefined, (query) => query.where("id", "<", page.cursor!))
    .orderBy("id", "desc")
    .limit(page.limit + 1)
    .execute();
}
