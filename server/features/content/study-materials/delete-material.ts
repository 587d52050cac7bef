import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { forgetThings } from "../forget-things.ts";

/**
 * Running work is told to stop, the row goes with its passages, then the files. Citations keep their quotes.
 * @throws Failure `not-found`.
 */
export async function deleteMaterial(context: Context, userId: string, id: string) {
  const { keys } = await context.database.transaction().execute(async (tx) => {
    const forgotten = await forgetThings(tx, userId, { study_materials: [id] });
    if (forgotten.study_materials.length === 0) fail("not-found");
    return forgotten;
  });
  for (const key of keys) await context.storage.delete(key);
}
