import type { Context } from "#server/context.ts";
import { removeAllRemains } from "./remains.ts";
import { deleteDue } from "./schedule-deletion.ts";

/** A periodic job: accounts whose days of grace are over, and whatever of a deletion a kill left to be done. */
export async function finishDeletions(context: Context) {
  const accounts = await deleteDue(context);
  return { accounts, remains: await removeAllRemains(context) };
}
