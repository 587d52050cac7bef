import type { z } from "@hono/zod-openapi";
import { sql, type RawBuilder } from "kysely";
import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { Citation } from "#server/features/citations/citations.ts";
import { knownSubject } from "#server/features/content/known-subjects.ts";
import { readSettings } from "#server/features/study/reviews/settings.ts";
import { dayBounds, studyClock } from "#server/features/study/reviews/study-day.ts";
import { refuseOutdated } from "#server/http/if-match.ts";
import { newId } from "#server/new-id.ts";
import { checkCard, ordinalsOf } from "./check-card.ts";
import {
  deleteCards,
  findCard,
  insertCards,
  insertWitnesses,
  lockCard,
  readCards,
  selectCards,
  type Card,
} from "./queries.ts";
import type { CardPatch, cardsPatch } from "./shapes.ts";
import { makeWitness } from "./witness.ts";

/**
 * The text belongs to all cards made of it; suspending and burying to the one.
 * @throws Failure `not-found`, `changed-meanwhile`, `invalid-input`.
 */
export async function changeCard(
  context: Context,
  userId: string,
  id: string,
  patch: CardPatch,
  expected?: string,
) {
  return context.database.transaction().execute(async (tx) => {
    const state = (await lockCard(tx, userId, id)) ?? fail("not-found");
    const card = (await findCard(tx, userId, id)) ?? fail("not-found");
    refuseOutdated(state.updated_at, expected);
    const { witness, suspended, buried, ...text } = patch;
    if (Object.keys(text).length > 0) await changeText(tx, userId, card, text);
    if (witness !== undefined) {
      await tx
        .deleteFrom("card_witnesses")
        .where("user_id", "=", userId)
        .where("card_id", "=", id)
        .execute();
      if (witness)
        await insertWitnesses(tx, userId, [
          { cardId: id, witness: await makeWitness(tx, userId, witness) },
        ]);
    }
    await setAside(tx, userId, [id], { suspended, buried });
    await notifyChanged(tx, userId, { kind: "card", id, change: "updated" });
    return (await findCard(tx, userId, id))!;
  });
}

async function changeText(
  tx: Tx,
  userId: string,
  card: Card,
  text: Pick<CardPatch, "front" | "back" | "options" | "subject" | "tags">,
) {
  const written = {
    kind: card.kind,
    front: text.front ?? card.front,
    back: text.back ?? card.back,
    options: text.options === undefined ? card.options : text.options,
    subject:
      text.subject === undefined
        ? card.subject
        : await knownSubject(tx, userId, text.subject, [card.id]),
    tags: [...new Set(text.tags ?? card.tags)],
  };
  const errors = checkCard(written);
  if (errors.length > 0) fail("invalid-input", { errors });
  await sql`
    update cards set front = ${written.front}, back = ${written.back},
      options = ${written.options ? JSON.stringify(written.options) : null}::jsonb,
      subject = ${written.subject}, tags = ${written.tags}::text[]
    where user_id = ${userId} and note_id = ${card.note_id}`.execute(tx);
  await matchSiblings(tx, userId, card, written);
}

/**
 * A gap that is new gets a card of its own; the card of one that is gone is deleted, or suspended where it was
 * reviewed.
 */
async function matchSiblings(
  tx: Tx,
  userId: string,
  card: Card,
  written: Pick<Card, "kind" | "front" | "back" | "options" | "subject" | "tags">,
) {
  if (card.kind !== "cloze" && card.kind !== "occlusion") return;
  const wanted = ordinalsOf(written);
  const siblings = await selectCards(tx, userId, sql`card.note_id = ${card.note_id}`);
  const gone = siblings.filter(({ ordinal }) => !wanted.includes(ordinal));
  await setAside(
    tx,
    userId,
    gone.filter(({ id, reps }) => reps > 0 || id === card.id).map(({ id }) => id),
    { suspended: true },
  );
  await deleteCards(
    tx,
    userId,
    gone.filter(({ id, reps }) => reps === 0 && id !== card.id).map(({ id }) => id),
  );
  const added = wanted
    .filter((ordinal) => !siblings.some((sibling) => sibling.ordinal === ordinal))
    .map((ordinal) => ({ ...written, id: newId(), note_id: card.note_id, ordinal }));
  await insertCards(tx, userId, added);
  const { witness } = card;
  if (witness)
    await insertWitnesses(
      tx,
      userId,
      added.map(({ id }) => ({ cardId: id, witness: witness as Citation })),
    );
}

/** Not to be asked: for good, or until the next day of study. */
async function setAside(
  tx: Tx,
  userId: string,
  ids: string[],
  { suspended, buried }: { suspended?: boolean | undefined; buried?: boolean | undefined },
) {
  const changes: RawBuilder<unknown>[] = [];
  if (suspended !== undefined) changes.push(sql`suspended = ${suspended}`);
  if (buried !== undefined) {
    const { time_zone, day_starts_at } = await readSettings(tx, userId);
    const until = buried ? dayBounds(studyClock(time_zone, day_starts_at), new Date()).end : null;
    changes.push(sql`buried_until = ${until}`);
  }
  if (changes.length === 0 || ids.length === 0) return;
  await sql`
    update cards set ${sql.join(changes)} where user_id = ${userId} and id = any(${ids}::uuid[])`.execute(
    tx,
  );
}

/** @throws Failure `not-found` when one of them is not there; nothing is changed then. */
export async function changeCards(
  context: Context,
  userId: string,
  { ids, subject, add_tags, remove_tags, suspended, buried }: z.infer<typeof cardsPatch>,
) {
  return context.database.transaction().execute(async (tx) => {
    const chosen = [...new Set(ids)];
    const { rows } = await sql<{ id: string }>`
      select id from cards where user_id = ${userId} and id = any(${chosen}::uuid[]) for update`.execute(
      tx,
    );
    if (rows.length < chosen.length) fail("not-found");
    const changes: RawBuilder<unknown>[] = [];
    if (subject !== undefined)
      changes.push(sql`subject = ${await knownSubject(tx, userId, subject, chosen)}`);
    if (add_tags || remove_tags)
      changes.push(sql`tags = array(
        select distinct tag from unnest(tags || ${add_tags ?? []}::text[]) as tag
        where tag <> all(${remove_tags ?? []}::text[]) order by tag limit 50)`);
    if (changes.length > 0)
      await sql`
        update cards set ${sql.join(changes)} where user_id = ${userId} and id = any(${chosen}::uuid[])`.execute(
        tx,
      );
    await setAside(tx, userId, chosen, { suspended, buried });
    await notifyChanged(tx, userId, { kind: "card", id: chosen[0]!, change: "updated" });
    return readCards(tx, userId, chosen);
  });
}

/** What is not there is no error: the answer says how many were. */
export async function removeCards(context: Context, userId: string, ids: string[]) {
  return context.database.transaction().execute(async (tx) => {
    const gone = await deleteCards(tx, userId, ids);
    for (const id of gone.slice(0, 1))
      await notifyChanged(tx, userId, { kind: "card", id, change: "deleted" });
    return gone.length;
  });
}
