import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { forgetThings } from "../forget-things.ts";

/**
 * Rows first (transcripts and passages go with them), running work is told to stop, then the files.
 * @throws Failure `not-found`.
 */
export async function deleteRecording(context: Context, userId: string, id: string) {
  const { keys } = await context.database.transaction().execute(async (tx) => {
    const forgotten = await forgetThings(tx, userId, { recordings: [id] });
    if (forgotten.recordings.length === 0) fail("not-found");
    return forgotten;
  });
  for (const key of keys) await context.storage.delete(key);
}
