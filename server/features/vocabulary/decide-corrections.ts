import type { z } from "@hono/zod-openapi";
import { sql } from "kysely";
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { editSegments } from "#server/features/transcription/edit-segment.ts";
import { findTranscription } from "#server/features/transcription/queries.ts";
import { listCorrections } from "./queries.ts";
import type { decision } from "./shapes.ts";

type Decision = z.infer<typeof decision>;
type Correction = Awaited<ReturnType<typeof listCorrections>>[number];

/**
 * Takes and refuses what was proposed. A taken one is an edit as if the student had typed it: the engine's words are
 * kept, and undo brings them back.
 * @throws Failure `not-found` when there is no such transcription; `conflict` while it is being made.
 */
export async function decideCorrections(
  context: Context,
  userId: string,
  transcriptionId: string,
  { take, refuse }: Decision,
) {
  return context.database.transaction().execute(async (tx) => {
    await findTranscription(tx, userId, transcriptionId).then(
      (found) => found ?? fail("not-found"),
    );
    // Two tabs that decide at once take turns: the second one finds nothing left.
    await sql`select 1 from transcriptions where user_id = ${userId} and id = ${transcriptionId} for update`.execute(
      tx,
    );
    const open = await listCorrections(tx, userId, transcriptionId);
    const chosen = (wanted: Decision["take"]) =>
      wanted === "all" ? open : open.filter(({ id }) => wanted?.includes(id));
    const named = Array.isArray(take) ? new Set(take) : new Set<string>();
    const refused = chosen(refuse).filter(({ id }) => !named.has(id));
    const notTaken = new Set(refused.map(({ id }) => id));
    const taken = chosen(take).filter(({ id }) => !notTaken.has(id));
    if (taken.length > 0) await editSegments(context, tx, userId, transcriptionId, textsOf(taken));
    await write(tx, userId, taken, "taken");
    await write(tx, userId, refused, "refused");
    const asked = [take, refuse].flatMap((wanted) => (Array.isArray(wanted) ? wanted : []));
    const there = new Set(open.map(({ id }) => id));
    return {
      taken: taken.length,
      refused: refused.length,
      gone: asked.filter((id) => !there.has(id)).length,
    };
  });
}

/** The new text of each segment; from its end, so that the offsets before stay true. */
function textsOf(taken: Correction[]) {
  const texts = new Map<number, string>();
  for (const {
    segment_number,
    segment_text,
    start_in_segment,
    heard,
    replacement,
  } of taken.toReversed()) {
    const text = texts.get(segment_number) ?? segment_text;
    texts.set(
      segment_number,
      text.slice(0, start_in_segment) + replacement + text.slice(start_in_segment + heard.length),
    );
  }
  return texts;
}

async function write(
  tx: Tx,
  userId: string,
  corrections: Correction[],
  decision: "taken" | "refused",
) {
  if (corrections.length === 0) return;
  await tx
    .updateTable("proposed_corrections")
    .set({ decision, decided_at: sql<Date>`now()` })
    .where("user_id", "=", userId)
    .where(
      "id",
      "in",
      corrections.map(({ id }) => id),
    )
    .execute();
}
