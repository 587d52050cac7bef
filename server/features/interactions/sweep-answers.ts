import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import type { ClaimedJob, Run } from "#server/features/jobs/contract.ts";
import { failAllLostAnswers } from "./queries.ts";

/** Answers whose server died while they streamed: said so, whether or not anybody opens the conversation. */
export async function sweepAnswers(_context: Context, _job: ClaimedJob<"sweep-answers">, run: Run) {
  return run.write(async (tx) => {
    const lost = await failAllLostAnswers(tx);
    for (const { user_id, conversation_id } of lost)
      await notifyChanged(tx, user_id, {
        kind: "conversation",
        id: conversation_id,
        change: "updated",
      });
    return { answers: lost.length };
  });
}
