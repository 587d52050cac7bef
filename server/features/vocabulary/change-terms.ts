import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { findTerm } from "./queries.ts";

/** A term that is there already becomes the student's own; one that was removed comes back. */
export async function addTerm(
  { database }: Context,
  userId: string,
  given: { term: string; subject?: string | undefined },
) {
  return database.transaction().execute(async (tx) => {
    const subject = given.subject ?? "";
    const known = await findAlike(tx, userId, subject, given.term);
    const values = { term: given.term, origin: "student" as const, is_removed: false };
    const { id } = known
      ? await tx
          .updateTable("vocabulary_terms")
          .set(values)
          .where("user_id", "=", userId)
          .where("id", "=", known.id)
          .returning("id")
          .executeTakeFirstOrThrow()
      : await tx
          .insertInto("vocabulary_terms")
          .values({ user_id: userId, subject, ...values })
          .onConflict((conflict) =>
            conflict.columns(["user_id", "subject", "term"]).doUpdateSet(values),
          )
          .returning("id")
          .executeTakeFirstOrThrow();
    return (await findTerm(tx, userId, id))!;
  });
}

/** @throws Failure `not-found`; `conflict` when the subject has such a term already. */
export async function renameTerm({ database }: Context, userId: string, id: string, term: string) {
  return database.transaction().execute(async (tx) => {
    const before = (await findTerm(tx, userId, id)) ?? fail("not-found");
    const alike = await findAlike(tx, userId, before.subject ?? "", term);
    if (alike && alike.id !== id && !alike.is_removed)
      fail("conflict", { message: "This term is in the vocabulary already." });
    if (alike && alike.id !== id) await deleteRow(tx, userId, alike.id);
    await tx
      .updateTable("vocabulary_terms")
      .set({ term, origin: "student" })
      .where("user_id", "=", userId)
      .where("id", "=", id)
      .execute();
    // As it was written before it would be found again.
    if (before.origin !== "student" && before.term.toLowerCase() !== term.toLowerCase())
      await tx
        .insertInto("vocabulary_terms")
        .values({
          user_id: userId,
          subject: before.subject ?? "",
          term: before.term,
          origin: before.origin,
          is_removed: true,
        })
        .onConflict((conflict) => conflict.columns(["user_id", "subject", "term"]).doNothing())
        .execute();
    return (await findTerm(tx, userId, id))!;
  });
}

/** It is remembered, so that it is not found again. @throws Failure `not-found`. */
export async function removeTerm({ database }: Context, userId: string, id: string) {
  const removed = await database
    .updateTable("vocabulary_terms")
    .set({ is_removed: true })
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .where("is_removed", "=", false)
    .returning("id")
    .executeTakeFirst();
  if (!removed) fail("not-found");
}

/** The same term whatever its case. */
async function findAlike(tx: Tx, userId: string, subject: string, term: string) {
  const rows = await tx
    .selectFrom("vocabulary_terms")
    .select(["id", "term", "is_removed"])
    .where("user_id", "=", userId)
    .where("subject", "=", subject)
    .execute();
  const low = term.toLowerCase();
  return (
    rows.find((row) => row.term === term) ?? rows.find((row) => row.term.toLowerCase() === low)
  );
}

async function deleteRow(tx: Tx, userId: string, id: string) {
  await tx
    .deleteFrom("vocabulary_terms")
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .execute();
}
