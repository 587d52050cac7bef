import type { z } from "@hono/zod-openapi";
import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { addCard } from "#server/features/study/cards/create-cards.ts";
import { decide, readSuggested } from "./queries.ts";
import type { keptSuggestion } from "./shapes.ts";

/**
 * A suggested card enters the deck, as it was suggested or changed.
 * @throws Failure `not-found`, `conflict`, `invalid-input`.
 */
export async function keepSuggestion(
  context: Context,
  userId: string,
  { suggestion_id, item, changes }: z.infer<typeof keptSuggestion>,
) {
  return context.database.transaction().execute(async (tx) => {
    const [found] = await readSuggested(tx, userId, suggestion_id, item);
    if (!found) fail("not-found");
    if (found.decision === "kept" && found.card_id)
      fail("conflict", { message: "This suggestion is in the deck already." });
    const { kind, front, back, options, subject, tags, witness } = found;
    const made = await addCard(tx, userId, {
      kind,
      front: changes?.front ?? front,
      back: changes?.back ?? back,
      options: changes?.options === undefined ? options : changes.options,
      subject: changes?.subject === undefined ? subject : changes.subject,
      tags: changes?.tags ?? tags,
      witness,
    });
    await decide(tx, userId, suggestion_id, item, "kept", made.id);
    await notifyChanged(tx, userId, {
      kind: "card_suggestion",
      id: suggestion_id,
      change: "updated",
    });
    return made;
  });
}

/** Not wanted, or (false) to be decided again. @throws Failure `not-found`. */
export async function dropSuggestion(
  context: Context,
  userId: string,
  id: string,
  item: number,
  dropped: boolean,
) {
  await context.database.transaction().execute(async (tx) => {
    if (!(await decide(tx, userId, id, item, dropped ? "dropped" : null, null))) fail("not-found");
    await notifyChanged(tx, userId, { kind: "card_suggestion", id, change: "updated" });
  });
}
