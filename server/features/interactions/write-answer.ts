import { sql } from "kysely";
import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { Failure } from "#server/failures.ts";
import { toRow } from "#server/features/citations/citations.ts";
import { toFailure } from "#server/to-failure.ts";
import type { PendingAnswer } from "./ask-question.ts";
import { composeAnswer } from "./compose-answer.ts";
import { createGrowingAnswer, type AnswerListener, type GrowingAnswer } from "./growing-answer.ts";
import { insertCitations, keepAnswer, listMessageLinks } from "./queries.ts";
import { withCitations, type ShownMessage } from "./read-messages.ts";

const KEEP_EVERY_MS = 1000;

/**
 * Writes the answer that askQuestion left empty, whether or not anybody still listens, and stores it with its citations.
 * Never rejects for the provider's sake: the failure stands in the message.
 *
 * @throws not-found where the conversation was deleted meanwhile
 */
export async function writeAnswer(
  context: Context,
  userId: string,
  pending: PendingAnswer,
  signal: AbortSignal,
  listener: AnswerListener,
): Promise<ShownMessage> {
  const { database } = context;
  const { conversationId, answerId } = pending;
  const stopped = new AbortController();
  const anySignal = AbortSignal.any([signal, stopped.signal]);
  const answer = createGrowingAnswer(context, userId, listener);
  let failure: Failure | undefined;
  const keep = setInterval(() => {
    keepAnswer(database, userId, answerId, answer.content).then(
      (going) => going || stopped.abort("stopped"),
      () => {},
    );
  }, KEEP_EVERY_MS);
  try {
    await composeAnswer(context, userId, pending, anySignal, answer);
  } catch (error) {
    if (!anySignal.aborted) {
      failure = toFailure(error);
      const level = failure.code === "internal" ? "error" : "warn";
      context.log[level](
        { message_id: answerId, code: failure.code, err: failure.cause ?? failure },
        "an answer failed",
      );
    }
  } finally {
    clearInterval(keep);
  }

  const status = failure ? "failed" : anySignal.aborted ? "stopped" : "complete";
  await storeAnswer(context, userId, answerId, answer, { status, failure });
  const [message] = await withCitations(
    database,
    userId,
    [answerId],
    await listMessageLinks(database, userId, conversationId),
  );
  if (!message) throw new Failure("not-found");
  return message;
}

async function storeAnswer(
  { database }: Context,
  userId: string,
  answerId: string,
  { content, citations, dropped, fitted }: GrowingAnswer,
  { status, failure }: { status: string; failure: Failure | undefined },
) {
  await database.transaction().execute(async (tx) => {
    const row = await tx
      .updateTable("messages")
      .set({
        content: content.slice(0, 200_000),
        // Stopped stays stopped, whoever finishes later.
        status: sql`case status when 'streaming' then ${status} else status end`,
        error_code: failure?.code ?? null,
        error_message: failure?.message ?? null,
        history_summary: fitted?.summary ?? null,
        summarised_messages: fitted?.summarised ?? 0,
        dropped_citations: Math.min(dropped, 32_767),
        completed_at: sql`now()`,
      })
      .where("user_id", "=", userId)
      .where("id", "=", answerId)
      .returning("id")
      .executeTakeFirst();
    // The conversation may have been deleted meanwhile.
    if (!row) return;
    await insertCitations(
      tx,
      citations.map((citation) => toRow(userId, answerId, citation)),
    );
    await notifyChanged(tx, userId, { kind: "message", id: answerId, change: "created" });
  });
}
