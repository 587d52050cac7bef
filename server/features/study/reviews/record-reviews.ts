import type { z } from "@hono/zod-openapi";
import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { readCards } from "#server/features/study/cards/queries.ts";
import {
  findReviews,
  insertReviews,
  lockCards,
  readLogs,
  undoReview,
  writeSchedules,
} from "./queries.ts";
import { createScheduler, replay, type Scheduler } from "./schedule.ts";
import { readSettings } from "./settings.ts";
import type { newReview } from "./shapes.ts";

/** A device whose clock is further ahead than this is wrong, and its reviews would stand behind everything to come. */
const MOST_AHEAD_MS = 2 * 86_400_000;

type Given = z.infer<typeof newReview>;

/**
 * Adds reviews to the log. Each is answered by itself: one that was there changes nothing, one of a card that is gone
 * is refused and the others are kept.
 * @throws Failure `invalid-input`; `not-found` when no card of a batch is there.
 */
export async function recordReviews(context: Context, userId: string, given: Given[]) {
  const latest = Date.now() + MOST_AHEAD_MS;
  const ahead = given.flatMap(({ reviewed_at }, at) =>
    Date.parse(reviewed_at) > latest
      ? [{ field: `items.${at}.reviewed_at`, message: "is more than two days ahead" }]
      : [],
  );
  if (ahead.length > 0) fail("invalid-input", { errors: ahead });
  // The same id twice in one batch is one review.
  const items = [...new Map(given.map((item) => [item.id, item])).values()];
  return context.database.transaction().execute(async (tx) => {
    const locked = await lockCards(tx, userId, [...new Set(items.map(({ card_id }) => card_id))]);
    const cards = new Set(locked.map(({ id }) => id));
    const known = items.filter(({ card_id }) => cards.has(card_id));
    const there = new Set(
      (
        await findReviews(
          tx,
          userId,
          items.map(({ id }) => id),
        )
      ).map(({ id }) => id),
    );
    if (known.length === 0 && there.size === 0) fail("not-found");
    const added = new Set(await insertReviews(tx, userId, known));
    const touched = new Set(known.filter(({ id }) => added.has(id)).map(({ card_id }) => card_id));
    if (touched.size > 0) {
      const scheduler = createScheduler(await readSettings(tx, userId));
      await replayCards(
        tx,
        userId,
        scheduler,
        locked.filter(({ id }) => touched.has(id)),
      );
      await notifyChanged(tx, userId, {
        kind: "card_review",
        id: [...added][0]!,
        change: "created",
      });
    }
    const results = items.map(({ id, card_id }) => ({
      id,
      card_id,
      status: added.has(id)
        ? ("recorded" as const)
        : cards.has(card_id) || there.has(id)
          ? ("repeated" as const)
          : ("refused" as const),
    }));
    const count = (wanted: string) => results.filter(({ status }) => status === wanted).length;
    return {
      items: results,
      recorded: count("recorded"),
      repeated: count("repeated"),
      refused: count("refused"),
      cards: await readCards(tx, userId, [...cards]),
    };
  });
}

/** Takes one review back; the card is as if it had not been. @throws Failure `not-found`. */
export async function takeBackReview(context: Context, userId: string, id: string) {
  await context.database.transaction().execute(async (tx) => {
    const [found] = await findReviews(tx, userId, [id]);
    if (!found) fail("not-found");
    const cards = found.card_id ? await lockCards(tx, userId, [found.card_id]) : [];
    // Taken back before: nothing is left to do.
    if (!(await undoReview(tx, userId, id))) return;
    await replayCards(tx, userId, createScheduler(await readSettings(tx, userId)), cards);
    await notifyChanged(tx, userId, { kind: "card_review", id, change: "deleted" });
  });
}

/** Makes the schedules of locked cards again from their logs. */
export async function replayCards(
  tx: Tx,
  userId: string,
  scheduler: Scheduler,
  cards: { id: string; created_at: Date }[],
) {
  const logs = await readLogs(
    tx,
    userId,
    cards.map(({ id }) => id),
  );
  await writeSchedules(
    tx,
    userId,
    cards.map(({ id, created_at }) => ({
      id,
      ...replay(scheduler, created_at, logs.get(id) ?? []),
    })),
  );
}
