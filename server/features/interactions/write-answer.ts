import type { Context } from "#server/context.ts";
import { Failure } from "#server/failures.ts";
import { toRow } from "#server/features/citations/citations.ts";
import { toFailure } from "#server/to-failure.ts";
import type { PendingAnswer } from "./ask-question.ts";
import { composeAnswer } from "./compose-answer.ts";
import { createGrowingAnswer, type AnswerListener } from "./growing-answer.ts";
import { keepAnswer, storeAnswer } from "./queries.ts";
import { showMessage, type ShownMessage } from "./read-messages.ts";
import { nameByMaterials } from "./title-from-materials.ts";

const KEEP_EVERY_MS = 1000;

/**
 * Writes the answer that askQuestion left empty, whether or not anybody still listens, and stores it with its
 * citations. Never rejects for the provider's sake: the failure stands in the message.
 * @throws Failure `not-found` where the conversation was deleted meanwhile.
 */
export async function writeAnswer(
  context: Context,
  userId: string,
  pending: PendingAnswer,
  signal: AbortSignal,
  listener: AnswerListener,
): Promise<ShownMessage> {
  const { database } = context;
  const { answerId } = pending;
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
  const stored = await storeAnswer(
    database,
    userId,
    answerId,
    {
      content: answer.content.slice(0, 200_000),
      status,
      error_code: failure?.code ?? null,
      error_message: failure?.message ?? null,
      history_summary: answer.fitted?.summary ?? null,
      summarised_messages: answer.fitted?.summarised ?? 0,
      dropped_citations: Math.min(answer.dropped, 32_767),
    },
    answer.citations.map((citation) => toRow(userId, answerId, citation)),
  );
  if (!stored) throw new Failure("not-found");
  if (pending.isTitle) await nameByMaterials(database, userId, pending, answer.citations);
  const { cited, pg_notify: _told, ...message } = stored;
  return showMessage(message, cited, pending.links);
}
