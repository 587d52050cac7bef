import type { z } from "@hono/zod-openapi";
import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { checkCard } from "./check-card.ts";
import { writeCards } from "./create-cards.ts";
import { findDuplicates, readCards } from "./queries.ts";
import { readCardText } from "./read-card-text.ts";
import type { newCards } from "./shapes.ts";

/** Cards from a text, and for each line that made none, why. @throws Failure `invalid-input` when none was made. */
export async function addCardText(
  context: Context,
  userId: string,
  { text, subject, tags }: z.infer<typeof newCards>,
) {
  const { cards, skipped } = readCardText(text);
  const whole = cards.filter(({ line, card }) => {
    const [wrong] = checkCard(card);
    const long = card.front.length > 20_000 || card.back.length > 20_000;
    if (wrong || long)
      skipped.push({
        line,
        text: card.front.slice(0, 200),
        reason: wrong ? `${wrong.field} ${wrong.message}` : "is longer than 20,000 characters",
      });
    return !wrong && !long;
  });
  if (whole.length === 0)
    fail("invalid-input", {
      errors: [
        {
          field: "text",
          message:
            "makes no card. Write front and back on one line with a tab or :: between them, " +
            "or Q: and A: lines, or gaps such as {{c1::word}}",
        },
      ],
    });
  return context.database.transaction().execute(async (tx) => {
    const duplicates = await findDuplicates(
      tx,
      userId,
      whole.map(({ card }) => card.front),
    );
    const rows = await writeCards(
      tx,
      userId,
      whole.map(({ card }) => ({ ...card, subject, tags })),
    );
    await notifyChanged(tx, userId, { kind: "card", id: rows[0]!.id, change: "created" });
    const items = await readCards(
      tx,
      userId,
      rows.slice(0, 200).map(({ id }) => id),
    );
    return {
      items,
      made: rows.length,
      skipped: skipped.sort((a, b) => a.line - b.line),
      duplicates: duplicates.flatMap((card_ids, at) =>
        card_ids.length > 0 ? [{ line: whole[at]!.line, card_ids }] : [],
      ),
    };
  });
}
