import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { Citation } from "#server/features/citations/citations.ts";
import { knownSubjects } from "#server/features/content/known-subjects.ts";
import { newId } from "#server/new-id.ts";
import { checkCard, ordinalsOf } from "./check-card.ts";
import {
  findDuplicates,
  insertCards,
  insertWitnesses,
  readCards,
  type Card,
  type NewCardRow,
} from "./queries.ts";
import type { CardKind, CoveredPart, NewCard } from "./shapes.ts";
import { makeWitness } from "./witness.ts";

export interface WrittenCard {
  kind: CardKind;
  front: string;
  back: string;
  options?: string[] | CoveredPart[] | null | undefined;
  subject?: string | null | undefined;
  tags: string[];
  suspended?: boolean;
  witness?: Citation | null;
}

/** One card, or one for each gap or covered part. @throws Failure `invalid-input`. */
export async function createCard(context: Context, userId: string, given: NewCard) {
  const { witness, ...written } = given;
  return context.database.transaction().execute(async (tx) => {
    const checked = witness ? await makeWitness(tx, userId, witness) : null;
    return addCard(tx, userId, { ...written, witness: checked });
  });
}

/** @throws Failure `invalid-input`. */
export async function addCard(tx: Tx, userId: string, written: WrittenCard) {
  const errors = checkCard(written);
  if (errors.length > 0) fail("invalid-input", { errors });
  const [duplicates] = await findDuplicates(tx, userId, [written.front]);
  const rows = await writeCards(tx, userId, [written]);
  await notifyChanged(tx, userId, { kind: "card", id: rows[0]!.id, change: "created" });
  const cards = await readCards(
    tx,
    userId,
    rows.map(({ id }) => id),
  );
  const [first, ...siblings] = cards as [Card, ...Card[]];
  return { ...first, siblings: siblings.map(({ id }) => id), duplicates: duplicates ?? [] };
}

/** What is written here was checked before. */
export async function writeCards(tx: Tx, userId: string, cards: WrittenCard[]) {
  const rows: NewCardRow[] = [];
  const spelt = cards.some(({ subject }) => subject)
    ? await knownSubjects(tx, userId)
    : (subject: string) => subject;
  const witnesses: { cardId: string; witness: Citation }[] = [];
  for (const { witness, options, subject, ...card } of cards) {
    const note_id = newId();
    for (const ordinal of ordinalsOf({ ...card, options })) {
      const id = newId();
      rows.push({
        ...card,
        tags: [...new Set(card.tags)],
        id,
        note_id,
        ordinal,
        options: options ?? null,
        subject: subject ? spelt(subject) : null,
      });
      if (witness) witnesses.push({ cardId: id, witness });
    }
  }
  await insertCards(tx, userId, rows);
  await insertWitnesses(tx, userId, witnesses);
  return rows;
}
