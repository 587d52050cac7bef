import type { z } from "@hono/zod-openapi";
import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { refuseOutdated } from "#server/http/if-match.ts";
import { deleteMark, findMark, lockMark, updateMark } from "./queries.ts";
import type { markPatch } from "./shapes.ts";

/**
 * @throws Failure `not-found`; `changed-meanwhile` when `expected` is not its updated_at; `invalid-input` when a mark
 * on a document is given a second.
 */
export async function changeMark(
  context: Context,
  userId: string,
  id: string,
  values: z.infer<typeof markPatch>,
  expected?: string,
) {
  return context.database.transaction().execute(async (tx) => {
    const state = (await lockMark(tx, userId, id)) ?? fail("not-found");
    const before = (await findMark(tx, userId, id)) ?? fail("not-found");
    refuseOutdated(state.updated_at, expected);
    const { at_seconds, ...plain } = values;
    if (at_seconds !== undefined && before.source.kind !== "recording")
      fail("invalid-input", {
        errors: [{ field: "at_seconds", message: "a document has pages, not seconds" }],
      });
    const given = Object.fromEntries(
      Object.entries({ ...plain, at_seconds }).filter(([, value]) => value !== undefined),
    );
    if (Object.keys(given).length > 0) {
      await updateMark(tx, userId, id, given);
      await notifyChanged(tx, userId, { kind: "mark", id, change: "updated" });
    }
    return (await findMark(tx, userId, id))!;
  });
}

/** @throws Failure `not-found`. */
export async function removeMark(context: Context, userId: string, id: string) {
  await context.database.transaction().execute(async (tx) => {
    (await deleteMark(tx, userId, id)) ?? fail("not-found");
    await notifyChanged(tx, userId, { kind: "mark", id, change: "deleted" });
  });
}
